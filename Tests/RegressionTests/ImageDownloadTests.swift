import Kernel
import Records
import Scenarios
import Services
import Testing

/// The third story: a partner that allows 20 connections, and images by the hundred thousand.
@Suite struct ImageDownloadTests {
  private func sets(images: Int) -> [String] {
    ["Simulation.workloads.urls.arrivals.count=\(images)", "Simulation.run.replications=1"]
  }

  @Test("a direct invocation for each image has the account suspended within seconds")
  func direct() throws {
    let run = try Shipped.run("image-download/direct", sets: sets(images: 5000))
    let host = try run.partner("ImageHost")
    #expect(host.suspensions == 1)
    let over = try #require(try run.metric("ImageHost", "Suspended").first)
    #expect(over.minute == 0)
    let book = try run.book("urls")
    // Almost none arrives: the limit is over after 20 calls at once, and 100 more are put up with.
    #expect(host.effects < 500, "\(host.effects)")
    #expect(book.created == 5000)
  }

  @Test("one shard and twenty shards never hold more than 20 connections, and differ by H20 in speed")
  func streams() throws {
    let one = try Shipped.run("image-download/one-shard", sets: sets(images: 4000))
    let twenty = try Shipped.run("image-download/twenty-shards", sets: sets(images: 4000))
    for run in [one, twenty] {
      let host = try run.partner("ImageHost")
      #expect(host.inFlightPeak <= 20 && host.suspensions == 0)
      #expect(try run.book("urls").lost == 0)
    }
    // The slowest of 20 exponential downloads takes 3.598 means; polls and uneven keys take a part of the gain.
    let ratio =
      try #require(one.workloads[0].emptiedAt).seconds / #require(twenty.workloads[0].emptiedAt).seconds
    #expect((2.2...3.6).contains(ratio), "\(ratio)")
  }

  @Test("a queue with MaximumConcurrency 20 keeps the limit and loses nothing")
  func queue() throws {
    let run = try Shipped.run("image-download/sqs", sets: sets(images: 4000))
    let host = try run.partner("ImageHost")
    #expect(host.inFlightPeak <= 20 && host.overLimit == 0)
    let book = try run.book("urls")
    #expect(book[.completed] == book.created)
  }

  @Test("what failed waits in the dead-letter queue and arrives by the replay")
  func replay() throws {
    let run = try Shipped.run("image-download/dead-letter-replay", sets: sets(images: 4000))
    let host = try run.partner("ImageHost")
    #expect(host.inFlightPeak <= 20)
    #expect(host.errors > 0)
    let book = try run.book("urls")
    #expect(book[.completed] == book.created)
    #expect(host.messagesWithEffect == book.created)
    #expect(run.end.hours > 24)
  }

  @Test("work that outlasts the retention is lost where the fluid arithmetic says")
  func retention() throws {
    // A tenth of the story as release code; an hour of retention, the smallest step, as debug code.
    let hours = Lab.isFast ? 3 : 1
    let run = try Shipped.run(
      "image-download/retention-cliff",
      sets: sets(images: 20_000 * hours) + ["Resources.UrlStream.Properties.RetentionPeriodHours=\(hours)"])
    let book = try run.book("urls")
    // A batch takes 4 s, the slowest of 20 uploads and its GetRecords call: 4.16 s. 20,000 images are 1.16 h of work;
    // of them 3600 ÷ 4.16 · 20 = 17,300 are done in each hour of retention.
    let completed = Double(book[.completed]) / Double(hours)
    #expect((17_100...17_530).contains(completed), "\(completed) in each hour")
    #expect(book[.expired] == book.created - book[.completed])
  }
}
