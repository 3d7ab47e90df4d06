import Planning
import Scenarios
import Testing

/// The bracket of the largest rate, against functions that know it.
@Suite struct RateSearchTests {
  /// A search over a function; the outcome may depend on how far a rate is replicated.
  static func bracket(
    start: Double = 1, range: ClosedRange<Double>? = nil, ceiling: Double? = nil, width: Double = 0.02,
    _ outcome: @escaping (Double, RateSearch.Depth) -> RateSearch.Outcome
  ) throws -> (RateSearch.Bracket, probes: [Double]) {
    var probes: [Double] = []
    let search = RateSearch(
      start: start, range: range, ceiling: ceiling, widthMax: width,
      rounded: { SweepRange.rounded($0, digits: 4) }
    ) { rate, depth in
      probes.append(rate)
      return outcome(rate, depth)
    }
    return (try search.run(), probes)
  }

  @Test(arguments: [0.0003, 0.017, 0.5, 0.99, 1, 1.01, 7.3, 812, 90_000])
  func `a threshold is bracketed wherever it lies`(limit: Double) throws {
    let (bracket, probes) = try Self.bracket { rate, _ in rate <= limit ? .holds : .fails }
    let (holds, fails) = (try #require(bracket.holds), try #require(bracket.fails))
    #expect(holds <= limit && limit < fails)
    #expect((fails - holds) / fails <= 0.02)
    #expect(probes.count < 36, "\(probes)")
    #expect(bracket.undecided.isEmpty && bracket.holdsAbove.isEmpty)
  }

  @Test func `what holds in one replication and fails in all moves the bracket down`() throws {
    let (bracket, _) = try Self.bracket { rate, depth in
      rate <= (depth == .tried ? 5 : 4) ? .holds : .fails
    }
    let (holds, fails) = (try #require(bracket.holds), try #require(bracket.fails))
    #expect(holds <= 4 && fails > 4 && (fails - holds) / fails <= 0.02)
  }

  @Test func `undecided rates lie inside the bracket`() throws {
    let (bracket, _) = try Self.bracket { rate, _ in rate < 9.7 ? .holds : rate > 10.4 ? .fails : .undecided }
    let (holds, fails) = (try #require(bracket.holds), try #require(bracket.fails))
    #expect(holds < 9.7 && fails > 10.4 && holds > 9.4 && fails < 10.7)
    #expect(!bracket.undecided.isEmpty && bracket.undecided.allSatisfy { $0 > holds && $0 < fails })
  }

  @Test func `the ends of a range are looked at first`() throws {
    let (inside, probes) = try Self.bracket(range: 2...50) { rate, _ in rate <= 20 ? .holds : .fails }
    #expect(probes.prefix(2) == [2, 50])
    #expect(inside.holds.map { $0 <= 20 && $0 > 19 } == true)
    let (above, few) = try Self.bracket(range: 2...50) { _, _ in .holds }
    #expect(above.holds == 50 && above.fails == nil && few.count == 3)
    let (below, _) = try Self.bracket(range: 2...50) { _, _ in .fails }
    #expect(below.holds == nil && below.fails == 2)
  }

  @Test func `a ceiling spares the rates above it`() throws {
    let (bracket, probes) = try Self.bracket(start: 1000, ceiling: 8) { rate, _ in
      rate <= 6.1 ? .holds : .fails
    }
    #expect(bracket.holds.map { $0 <= 6.1 && $0 > 5.9 } == true)
    #expect(probes.max()! <= 8)
  }

  @Test func `rates that hold above one that fails are told`() throws {
    // A dip: 3 to 4 fails.
    let (bracket, _) = try Self.bracket { rate, _ in (3...4).contains(rate) || rate > 20 ? .fails : .holds }
    #expect(bracket.holds.map { $0 <= 3 || $0 > 4 } == true)
    #expect(bracket.fails != nil)
  }

  @Test func `digits are those that are shown`() {
    #expect(SweepRange.rounded(1234567, digits: 4) == 1_235_000)
    #expect(SweepRange.rounded(0.000123456, digits: 4) == 0.0001235)
    #expect(SweepRange.rounded(1, digits: 4) == 1)
    #expect(SweepRange.rounded(99.996, digits: 4) == 100)
  }

  @Test func `nothing above what can be simulated is tried`() throws {
    for ceiling in [nil, 1e6] {
      var probes: [Double] = []
      var search = RateSearch(start: 1, ceiling: ceiling) { rate, _ in
        probes.append(rate)
        return .holds
      }
      search.largest = 300
      let bracket = try search.run()
      #expect(bracket.holds == 300 && bracket.fails == nil && probes.max() == 300, "\(probes)")
    }
  }
}
