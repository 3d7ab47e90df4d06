import Statistics

/// Chooses the best of designs that seem to pass, with a bound on the probability of a wrong choice.
///
/// Three steps: subset screening after a few replications, Kim and Nelson's procedure among the designs that are left
/// and shown to pass, and a preference for the smaller design among equals. Screening and selection share the error;
/// selection and preference share the indifference: when the best is better than the others by the indifference it is
/// chosen with the confidence asked for. Everything runs on common random numbers.
/// Source: methods §6.6, §6.7, §6.10.
struct DesignSelection {
  let bench: DesignBench
  let confidence: Double
  let indifference: Indifference

  /// Replications before the first screening.
  private static let screeningCount = 3

  struct Choice: Hashable {
    var selected: Int
    /// Designs that the replications allowed could not tell from the selected one, ascending.
    var unresolved: [Int]
  }

  /// - Parameter designs: Ascending, none of them shown to fail.
  /// - Returns: nil when none of them passes after all.
  func choose(from designs: [Int]) throws -> Choice? {
    let count = min(Self.screeningCount, bench.judge.replications)
    try bench.replicate(designs, to: count)
    var rivals = screened(candidates(designs), count)
    while true {
      try bench.settle(rivals)
      let passing = candidates(rivals).filter { bench.verdict($0).outcome == .passes }
      guard let first = passing.first else {
        // Whoever was screened out was dearer than designs that fail: they are asked next.
        let left = candidates(designs).filter { !rivals.contains($0) && isOpenOrPassing($0) }
        guard !left.isEmpty else { return nil }
        rivals = left
        continue
      }
      guard passing.count > 1 else { return Choice(selected: first, unresolved: []) }
      guard let choice = try select(passing) else {
        rivals = passing
        continue
      }
      return prefer(choice, passing)
    }
  }

  private func isOpenOrPassing(_ design: Int) -> Bool {
    let outcome = bench.verdict(design).outcome
    return outcome == .passes || outcome == .open
  }

  /// Designs that may be chosen: nothing broken, something to compare.
  private func candidates(_ designs: [Int]) -> [Int] {
    designs.filter { bench.verdict($0).outcome != .fails && bench.objective($0) != nil }
  }

  private func samples(_ designs: [Int], _ count: Int) -> [[Double]] {
    designs.map { design in (0..<count).map { bench.observation(design, $0)!.objective! } }
  }

  private func screened(_ designs: [Int], _ count: Int) -> [Int] {
    guard designs.count > 1, count > 1 else { return designs }
    return SubsetScreening.survivors(
      samples(designs, count), goal: .smallest, confidence: 1 - (1 - confidence) / 2
    ).map { designs[$0] }
  }

  /// Kim and Nelson's procedure; nil when a replication on the way broke a rule of some design or had no value.
  private func select(_ all: [Int]) throws -> Choice? {
    let designs = distinct(all)
    guard designs.count > 1 else { return Choice(selected: designs[0], unresolved: []) }
    let firstStage = bench.judge.replications
    guard firstStage > 1 else {
      let values = samples(designs, 1).map { $0[0] }
      return Choice(selected: designs[Self.lowest(values)], unresolved: [])
    }
    let first = samples(designs, firstStage)
    let best = first.map { $0.reduce(0, +) / Double(firstStage) }.min()!
    var procedure = KimNelson(
      designCount: designs.count, confidence: 1 - (1 - confidence) / 2,
      indifference: indifference.times(0.5).amount(at: best), firstStage: firstStage, goal: .smallest)
    procedure.start(first)
    while procedure.selected == nil {
      let survivors = procedure.survivors.map { designs[$0] }
      guard procedure.replications < bench.judge.replicationsMax else {
        let means = survivors.map { bench.objective($0)! }
        let selected = survivors[Self.lowest(means)]
        return Choice(selected: selected, unresolved: survivors.filter { $0 != selected })
      }
      let next = procedure.replications
      try bench.run(survivors.map { DesignUnit(design: $0, replication: next) })
      let values = survivors.compactMap { bench.observation($0, next)?.objective }
      guard values.count == survivors.count,
        survivors.allSatisfy({ bench.verdict($0).outcome != .fails })
      else { return nil }
      procedure.observe(values)
    }
    return Choice(selected: designs[procedure.selected!], unresolved: [])
  }

  /// Without designs that differ in no replication from a smaller one: no number of replications tells them apart.
  private func distinct(_ designs: [Int]) -> [Int] {
    var kept: [Int] = []
    for design in designs {
      let isCopy = kept.contains { other in
        bench.common(design, other).allSatisfy {
          bench.observation(design, $0)?.objective == bench.observation(other, $0)?.objective
        }
      }
      if !isCopy { kept.append(design) }
    }
    return kept
  }

  /// Position of the smallest value, the first of equals.
  private static func lowest(_ values: [Double]) -> Int {
    values.indices.reduce(0) { values[$1] < values[$0] ? $1 : $0 }
  }

  /// Of designs shown to be no dearer than the selected one by half the indifference, the first.
  private func prefer(_ choice: Choice, _ designs: [Int]) -> Choice {
    let limit = indifference.times(0.5).amount(at: bench.objective(choice.selected)!)
    let smaller = designs.first { design in
      guard design < choice.selected, let difference = difference(design, choice.selected) else {
        return false
      }
      return (difference.high ?? difference.mean) <= limit
    }
    guard let smaller else { return choice }
    return Choice(selected: smaller, unresolved: choice.unresolved.filter { $0 != smaller })
  }

  /// The objective of a design less that of another, on their common replications.
  func difference(_ design: Int, _ other: Int) -> MeanInterval? {
    let pairs = bench.common(design, other).compactMap { replication -> (Double, Double)? in
      guard let a = bench.observation(design, replication)?.objective,
        let b = bench.observation(other, replication)?.objective
      else { return nil }
      return (a, b)
    }
    return PairedComparison(pairs.map(\.0), pairs.map(\.1), confidence: confidence)?.difference
  }
}
