import Kernel
import Records
import Scenarios
import Services
import Testing

/// The clean-up worker, and the same story told by steps and by Swift handlers.
@Suite struct AlbumReplayTests {
  /// The e-mail service is down for the first 20 minutes; orders are logged and skipped. The clean-up worker
  /// runs every half hour for two and a half hours.
  private func replayed() throws -> RunRecords {
    var album = Album(handlers: .swift, minutes: 2, perMinute: 200, quietMinutes: 150, isDirect: true)
    album.emailErrors = "100%"
    album.catchesFailures = true
    album.replayMinutes = 30
    album.traces = 1000
    album.more = """
        timeline:
          - {at: 20m, set: {Simulation.services.EmailApi.errorRate: 0%}, note: e-mail service is back}
      """
    return try Lab.run(album.text)
  }

  @Test(
    "a replay sends only the e-mail, a second replay does nothing, and every order acts on a partner once")
  func replay() throws {
    let run = try replayed()
    let book = try run.book("orders")
    #expect(book[.completed] == book.created)
    let zip = try run.partner("ZipUrlApi")
    let email = try run.partner("EmailApi")
    #expect(zip.calls == 3 * book.created, "no order asked for its zip URL again")
    #expect(zip.effects == book.created && zip.messagesWithSeveralEffects == 0)
    // One failed e-mail per order, one sent per replayed message.
    let replays = try run.book("ReplayOrders")
    #expect(email.errors > 0)
    #expect(email.effects == book.created && email.messagesWithSeveralEffects == 0)
    #expect(email.deduplicated == 0)
    #expect(email.calls == email.errors + email.effects)
    #expect(replays.created == replays[.completed])
    #expect(email.calls == book.created + replays.created)

    // Replays later than the one that sent the last e-mail put nothing into the stream.
    let invocations = try run.metric("ReplayOrders", "Invocations").filter { $0.sum > 0 }
    #expect(invocations.count >= 4)
    let records = try run.metric("OrderStream", "IncomingRecords").filter { $0.minute > 2 }
    let replayMinutes = Set(records.map(\.minute))
    #expect(replayMinutes.count < invocations.count - 1)
    #expect(records.map(\.sum).reduce(0, +) == Double(replays.created))
    #expect(try run.metric("OrderStream", "IncomingRecords").last!.minute < invocations.last!.minute)
  }

  @Test("steps and Swift handlers agree on every integer", arguments: [false, true])
  func stepsAndSwift(isSNS: Bool) throws {
    var album = Album(design: isSNS ? .sns : .kinesis, minutes: 3, perMinute: isSNS ? 400 : 300)
    album.emailErrors = "1%"
    album.messages = "all"
    if !isSNS {
      album.blockedPercent = 1
      album.fixMinute = 20
    }
    let steps = try Lab.run(album.text)
    album.handlers = .swift
    let swift = try Lab.run(album.text)

    #expect(steps.workloads.count == swift.workloads.count)
    for (a, b) in zip(steps.workloads, swift.workloads) {
      #expect(a.books[0].created == b.books[0].created)
      #expect(a.books[0].outcomes == b.books[0].outcomes)
      #expect(a.books[0].deliveries == b.books[0].deliveries)
      #expect(a.books[0].duplicated == b.books[0].duplicated)
      #expect(a.reasons == b.reasons)
      #expect(a.backlogByMinute == b.backlogByMinute)
    }
    #expect(steps.messages == swift.messages)
    for (a, b) in zip(steps.partners, swift.partners) {
      #expect(Integers(a) == Integers(b))
      #expect(a.calls > 0)
    }
    #expect(steps.usage.map(\.quantity) == swift.usage.map(\.quantity))
    if isSNS { #expect(try steps.partner("ZipUrlApi").overLimit > 0) }
  }

  /// Everything a partner counted.
  private struct Integers: Hashable {
    var name: String
    var counts: [Int]
    var peakAt: SimTime
    init(_ p: PartnerRecord) {
      name = p.name
      counts = [
        p.calls, p.succeeded, p.overLimit, p.suspendedReplies, p.suspensions, p.errors, p.timeouts,
        p.deduplicated,
        p.effects, p.messagesWithEffect, p.messagesWithSeveralEffects, p.inFlightPeak, p.latency.count,
      ]
      peakAt = p.inFlightPeakAt
    }
  }
}
