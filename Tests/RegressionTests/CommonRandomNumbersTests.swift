import Kernel
import Records
import Scenarios
import Services
import Testing

/// The same order meets the same luck in every design. Source: design §3.2.
@Suite struct CommonRandomNumbersTests {
  /// What happened to one order by chance alone.
  private struct Luck: Hashable {
    var created: SimTime
    var sizeBytes: Int
    var key: String
    /// Latency and status of its calls, in order: zip URL ×3, e-mail.
    var calls: [Call]
  }
  private struct Call: Hashable {
    var partner: String
    var latency: SimDuration
    var status: String
  }

  private func luck(_ album: Album) throws -> [Luck] {
    var album = album
    album.partnerLimit = nil
    album.traces = 10_000
    album.messages = "all"
    album.emailErrors = "5%"
    let run = try Lab.run(album.text)
    var calls: [Int: [SpanRecord]] = [:]
    for span in run.spans where span.kind == "call" && span.workload == 0 {
      calls[span.index, default: []].append(span)
    }
    return run.messages.filter { $0.workload == 0 }.sorted { $0.index < $1.index }.map { message in
      Luck(
        created: message.created, sizeBytes: message.sizeBytes, key: message.key,
        calls: (calls[message.index] ?? []).sorted { $0.start < $1.start }
          .map { Call(partner: $0.resource, latency: $0.end - $0.start, status: $0.status) })
    }
  }

  @Test("the same order has the same arrival, latencies and outcomes in v0.1 and v0.2")
  func sameOrders() throws {
    let topic = try luck(Album(design: .sns, minutes: 3, perMinute: 300))
    let stream = try luck(Album(design: .kinesis, minutes: 3, perMinute: 300))
    #expect(topic.count > 800)
    #expect(topic == stream)
    // Attempts differ between orders, so that equality says something.
    #expect(topic.contains { $0.calls.contains { $0.status == "error" } })
    #expect(Set(topic.map(\.calls)).count == topic.count)
  }

  @Test("adding resources to a design changes nobody's luck")
  func addedResources() throws {
    let plain = try luck(Album(design: .kinesis, minutes: 3, perMinute: 300))
    var album = Album(design: .kinesis, minutes: 3, perMinute: 300)
    album.moreResources = """
        Audit: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}
        AuditTopic: {Type: AWS::SNS::Topic}
        Auditor:
          Type: AWS::Serverless::Function
          Properties:
            Handler: audit.handler
            Runtime: nodejs22.x
            CodeUri: src/
            Events:
              Copy: {Type: Kinesis, Properties: {Stream: !GetAtt OrderStream.Arn, StartingPosition: TRIM_HORIZON, BatchSize: 10}}
              Audit: {Type: Kinesis, Properties: {Stream: !GetAtt Audit.Arn, StartingPosition: TRIM_HORIZON, BatchSize: 10}}

      """
    let more = try luck(album)
    #expect(plain == more)
  }

  @Test("another seed or replication is another day")
  func otherDays() throws {
    let plain = try luck(Album(minutes: 1, perMinute: 100))
    let other = try luck(Album(minutes: 1, perMinute: 100, seed: 43))
    #expect(plain.first != other.first)
    let system = try Lab.compile(Album(minutes: 1, perMinute: 100, messages: "all").text).system
    let runs = try Lab.run(system, replications: 2)
    #expect(runs[0].messages.map(\.created) != runs[1].messages.map(\.created))
  }
}
