import Foundation
import Planning
import Records
import Scenarios
import Services
import Testing

/// The first design: every order becomes a function invocation at once, and the partner breaks.
@Suite struct AlbumV01Tests {
  @Test("v0.1 without an account limit runs over the partner's limit and fails its thresholds")
  func breaksThePartner() throws {
    var album = Album(design: .sns)
    album.more = """
        thresholds:
          ZipUrlApi.OverLimit: ['count == 0']
          orders.Lost: ['count == 0']
          orders.Completed: ['count > 0']
      """
    let compiled = try Lab.compile(album.text)
    let run = try Lab.run(compiled.system)
    let partner = try run.partner("ZipUrlApi")
    #expect(partner.overLimit > 0)
    // Ten calls are held, and the refused ones are under way for their 30 ms as well.
    #expect(partner.inFlightPeak > 10)
    // An order gets three attempts, 60 s and 120 s after each other, and is then discarded: fact sheet §4.5.
    let book = try run.book("orders")
    #expect(book[.discarded] > 0)
    #expect(book.created == book[.completed] + book[.discarded])
    let verdicts = ThresholdEvaluator(system: compiled.system).evaluate(
      compiled.thresholds, compiled.alarmExpectations, [run])
    #expect(verdicts.map(\.outcome) == [.fail, .fail, .pass])
    #expect(VerdictExit.code(verdicts, strict: false) == 99)
  }

  /// Little: 1,000 orders a minute × 2.0 s of zip-URL calls = 33.3 calls in flight on average while orders
  /// are sent; but a fetch sends five minutes of orders in 5,000 × 15 ms = 75 s, so 66.7/s × 2.0 s = 133 at
  /// the peak.
  @Test("v0.1 without the partner's limit has 33 calls in flight on average and over 100 at the peak")
  func littlesLaw() throws {
    var album = Album(design: .sns, partnerLimit: nil)
    album.minutes = Lab.isSlow ? 60 : Lab.isFast ? 10 : 5
    let run = try Lab.run(album.text)
    let partner = try run.partner("ZipUrlApi")
    #expect(partner.inFlightPeak > 100)
    #expect(partner.inFlightPeak < 200)
    #expect(partner.overLimit == 0)
    // Exact form of Little's law: the integral of the number in flight is the sum of all times in flight.
    let book = try run.book("orders")
    #expect(partner.calls == 3 * book.created)
    let perMinuteOfOrders = partner.inFlightIntegral / Double(album.minutes * 60)
    #expect(abs(perMinuteOfOrders - 33.3) < 1.5)
    #expect(book[.completed] == book.created)
  }
}
