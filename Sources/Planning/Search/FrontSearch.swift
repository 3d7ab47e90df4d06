package import Statistics

/// Finds the designs that no other design beats in both cost and a second measure, among those that keep all rules.
///
/// All designs that no rule excludes run once; after a few replications those shown to be beaten leave, and the others
/// run in full. A design is off the front only when another is no dearer and its interval lies below.
/// Source: methods §9.4.
package struct FrontSearch {
  package let search: CheapestSearch
  /// Position of the second measure in the observations; the first is the objective.
  package let measure: Int

  package init(_ search: CheapestSearch, measure: Int) {
    self.search = search
    self.measure = measure
  }

  package enum Place: Sendable, Hashable {
    /// By the means.
    case onFront
    /// Not shown to be beaten.
    case possible
    case beaten(by: Int)
  }
  package struct Entry: Sendable, Hashable {
    package var design: Int
    package var place: Place
    package var cost: MeanInterval
    package var measure: MeanInterval
  }
  package struct Result: Sendable, Hashable {
    /// Designs that pass, by rising cost, then by falling measure.
    package var entries: [Entry]
    package var undecided: [Int]
    package var omissions: [Int: CheapestSearch.Omission]
  }

  /// Designs of a batch when no rule tells which one to try first.
  private static let batchMax = 8
  private static let screeningCount = 3

  package func run() throws -> Result {
    let bench = search.bench
    try bench.probe(search.firstDesigns)
    while true {
      let knowledge = SearchKnowledge(search, usesObjective: false)
      let open = knowledge.open()
      guard let telling = knowledge.mostTelling(open) else { break }
      try bench.probe(knowledge.isInformed ? [telling] : Array(open.prefix(Self.batchMax)))
    }
    func hopeful() -> [Int] { bench.simulated.filter { bench.verdict($0).outcome != .fails } }
    try bench.replicate(hopeful(), to: min(Self.screeningCount, bench.judge.replications))
    let candidates = entries(hopeful()).filter { if case .beaten = $0.place { false } else { true } }
    try bench.settle(candidates.map(\.design))
    // Designs that were beaten only by some that fail after all come back.
    var passing = passing(candidates.map(\.design))
    while true {
      let back = entries(hopeful()).filter { entry in
        guard !passing.contains(entry.design) else { return false }
        if case .beaten(let by) = entry.place {
          return !passing.contains(by) && bench.verdict(entry.design).outcome == .open
        }
        return bench.verdict(entry.design).outcome == .open
      }
      guard !back.isEmpty else { break }
      try bench.settle(back.map(\.design))
      passing = self.passing(bench.simulated)
    }
    let knowledge = SearchKnowledge(search, usesObjective: false)
    var omissions: [Int: CheapestSearch.Omission] = [:]
    for design in 0..<search.space.count where !bench.isSimulated(design) {
      omissions[design] = knowledge.omission(design)
    }
    return Result(
      entries: entries(hopeful().filter { bench.verdict($0).outcome != .undecided }),
      undecided: bench.simulated.filter { bench.verdict($0).outcome == .undecided }, omissions: omissions)
  }

  private func passing(_ designs: [Int]) -> Set<Int> {
    Set(designs.filter { search.bench.verdict($0).outcome == .passes })
  }

  private func entries(_ designs: [Int]) -> [Entry] {
    let bench = search.bench
    let known = designs.compactMap { design -> Entry? in
      let observations = bench.observations(design)
      let costs = observations.compactMap(\.objective)
      let values = observations.compactMap { $0.measures[measure] }
      guard costs.count == observations.count, values.count == observations.count,
        (costs + values).allSatisfy(\.isFinite),
        let cost = MeanInterval(costs, confidence: search.confidence),
        let value = MeanInterval(values, confidence: search.confidence)
      else { return nil }
      return Entry(design: design, place: .possible, cost: cost, measure: value)
    }
    let costs = known.map(\.cost.mean)
    let front = Set(ParetoFront.indices(costs: costs, latencies: known.map(\.measure.mean)))
    let places = ParetoFront.places(
      costs: costs, lows: known.map { $0.measure.low ?? $0.measure.mean },
      highs: known.map { $0.measure.high ?? $0.measure.mean })
    let placed = known.indices.map { index in
      var entry = known[index]
      if front.contains(index) {
        entry.place = .onFront
      } else if case .dominated(let other) = places[index] {
        entry.place = .beaten(by: known[other].design)
      }
      return entry
    }
    return placed.sorted { a, b in
      if a.cost.mean != b.cost.mean { return a.cost.mean < b.cost.mean }
      if a.measure.mean != b.measure.mean { return a.measure.mean < b.measure.mean }
      return a.design < b.design
    }
  }
}
