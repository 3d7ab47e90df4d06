/// Finds the largest rate that keeps all rules, as a bracket of a rate shown to hold and one shown to fail.
///
/// Doubles or halves from a first guess until both are known, then bisects. A rate that a single replication does not
/// break may be taken as holding on the way; the lower end of the bracket is replicated in full, and bisection goes on
/// below it when it fails. Rates whose verdict stays undecided are left behind on both sides.
/// Source: methods §9.1.
package struct RateSearch {
  package enum Outcome: Sendable, Hashable {
    case holds, fails, undecided
  }
  package enum Depth: Sendable, Hashable {
    /// Nothing is broken in as few replications as it takes to try.
    case tried
    /// In all replications.
    case settled
  }
  /// First guess.
  package var start: Double
  /// The rates asked about; nil for any.
  package var range: ClosedRange<Double>?
  /// Never sustainable above, by analysis; nil when unknown.
  package var ceiling: Double?
  /// No rate above is tried: it would be more than can be simulated.
  package var largest = Double.infinity
  /// (fails − holds)/fails at which the search ends.
  package var widthMax: Double
  /// Brings a rate to the digits in which it is shown, so that what is shown is what is simulated.
  package var rounded: (Double) -> Double
  /// Verdict about a rate.
  package var outcome: (Double, Depth) throws -> Outcome

  package init(
    start: Double, range: ClosedRange<Double>? = nil, ceiling: Double? = nil, widthMax: Double = 0.02,
    rounded: @escaping (Double) -> Double = { $0 }, outcome: @escaping (Double, Depth) throws -> Outcome
  ) {
    precondition(start > 0 && widthMax > 0, "a start of \(start), a width of \(widthMax)")
    self.start = start
    self.range = range
    self.ceiling = ceiling
    self.widthMax = widthMax
    self.rounded = rounded
    self.outcome = outcome
  }

  /// How far beyond the first guess an answer is looked for; nobody asks for more.
  static let spanMax = 1_048_576.0

  package struct Bracket: Sendable, Hashable {
    /// The largest rate shown to hold; nil when none was found.
    package var holds: Double?
    /// The smallest rate shown to fail; nil when none was found.
    package var fails: Double?
    /// Rates between them whose verdict stayed undecided, ascending.
    package var undecided: [Double] = []
    /// Rates above `fails` that hold nevertheless: the rules are not monotone in the rate.
    package var holdsAbove: [Double] = []
    package init() {}
  }

  package func run() throws -> Bracket {
    var probes = RateProbes()
    func probe(_ rate: Double, _ depth: Depth = .tried) throws {
      probes.outcomes[rate] = .init(outcome: try outcome(rate, depth), depth: depth)
    }
    for rate in firstRates { try probe(rate) }
    while true {
      let (low, high) = (probes.low, probes.high)
      if let next = next(probes) {
        try probe(next)
      } else if let low, probes.outcomes[low]!.depth == .tried {
        // Also a rate that fails here leaves a rate behind that fails.
        try probe(low, .settled)
      } else {
        var bracket = Bracket()
        bracket.holds = low
        bracket.fails = high
        bracket.undecided = probes.undecided
        bracket.holdsAbove = probes.rates(.holds).filter { $0 > high ?? .infinity }
        return bracket
      }
    }
  }

  private var firstRates: [Double] {
    if let range { return [rounded(range.lowerBound), rounded(range.upperBound)] }
    return [rounded(min(ceiling.map { $0 / 2 } ?? start, largest))]
  }
  private var lowest: Double { range.map { rounded($0.lowerBound) } ?? start / Self.spanMax }
  private var highest: Double { range.map { rounded($0.upperBound) } ?? min(start * Self.spanMax, largest) }

  /// The rate that tells most; nil when the bracket is as narrow as it will be.
  private func next(_ probes: RateProbes) -> Double? {
    let undecided = probes.undecided
    guard let low = probes.low else {
      // Below everything that fails or stays undecided.
      let below = rounded(max(lowest, (undecided.first ?? probes.high ?? start) / 2))
      return below < (undecided.first ?? probes.high ?? .infinity) && !probes.has(below) ? below : nil
    }
    guard let high = probes.high else {
      let top = undecided.last ?? low
      var above = top * 2
      if let ceiling, top < ceiling { above = min(above, ceiling) }
      above = rounded(min(above, highest))
      // The ceiling may be the rate itself in the digits that are shown.
      if above <= top { above = rounded(min(top * (1 + widthMax), highest)) }
      return above > top && !probes.has(above) ? above : nil
    }
    let gaps = undecided.isEmpty ? [(low, high)] : [(low, undecided.first!), (undecided.last!, high)]
    for (below, above) in gaps where (above - below) / above > widthMax {
      // Far apart by their ratio, near by their difference.
      let middle = rounded(above > 2 * below ? (below * above).squareRoot() : (below + above) / 2)
      if middle > below, middle < above, !probes.has(middle) { return middle }
    }
    return nil
  }
}

/// What is known about rates.
private struct RateProbes {
  struct Probe {
    var outcome: RateSearch.Outcome
    var depth: RateSearch.Depth
  }
  var outcomes: [Double: Probe] = [:]

  func has(_ rate: Double) -> Bool { outcomes[rate] != nil }
  /// Ascending.
  func rates(_ outcome: RateSearch.Outcome) -> [Double] {
    outcomes.filter { $0.value.outcome == outcome }.map(\.key).sorted()
  }
  var high: Double? { rates(.fails).first }
  var low: Double? { rates(.holds).last { $0 < high ?? .infinity } }
  /// Between both ends.
  var undecided: [Double] {
    rates(.undecided).filter { $0 > low ?? 0 && $0 < high ?? .infinity }
  }
}
