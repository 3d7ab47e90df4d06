/// One replication of one design.
package struct DesignUnit: Sendable, Hashable {
  package var design: Int
  package var replication: Int
  package init(design: Int, replication: Int) {
    self.design = design
    self.replication = replication
  }
}

/// The user interrupted: what has been simulated is known, and nothing more will be.
package struct SearchInterrupted: Error, Sendable {
  package init() {}
}

/// What a search has simulated so far, and the way to simulate more.
///
/// A search asks for replications in batches that depend on earlier results alone, so that it takes the same way
/// whatever the number of threads, and after an interruption.
package final class DesignBench {
  /// Runs a batch; the observations stand in the order of the units.
  package typealias Evaluation = ([DesignUnit]) throws -> [Observation]

  package let judge: DesignJudge
  private let evaluate: Evaluation
  /// By design, in order of replications; nil where nothing is known.
  private var known: [Int: [Observation?]] = [:]
  /// Designs with at least one replication, ascending.
  package private(set) var simulated: [Int] = []
  /// Handled events of all replications. [events]
  package private(set) var events: UInt64 = 0
  package private(set) var replicationCount = 0
  /// The replication that broke a rule where others held: the first one to look at.
  private var hardest = 0

  package init(judge: DesignJudge, evaluate: @escaping Evaluation) {
    self.judge = judge
    self.evaluate = evaluate
  }

  // MARK: What is known

  package func isSimulated(_ design: Int) -> Bool { known[design] != nil }

  /// The observations of a design, in order of replications.
  package func observations(_ design: Int) -> [Observation] { (known[design] ?? []).compactMap(\.self) }

  package func observation(_ design: Int, _ replication: Int) -> Observation? {
    guard let all = known[design], all.indices.contains(replication) else { return nil }
    return all[replication]
  }

  /// Replications that both designs have, ascending.
  package func common(_ a: Int, _ b: Int) -> [Int] {
    guard let first = known[a], let second = known[b] else { return [] }
    return (0..<min(first.count, second.count)).filter { first[$0] != nil && second[$0] != nil }
  }

  package func verdict(_ design: Int) -> DesignVerdict { judge.verdict(observations(design)) }

  /// Mean of what is made small; nil without a value in some replication.
  package func objective(_ design: Int) -> Double? {
    mean(observations(design).map(\.objective))
  }

  /// The same over some replications, for comparisons on common random numbers.
  package func objective(_ design: Int, _ replications: [Int]) -> Double? {
    mean(replications.map { observation(design, $0)?.objective })
  }

  private func mean(_ values: [Double?]) -> Double? {
    let present = values.compactMap(\.self)
    guard !present.isEmpty, present.count == values.count else { return nil }
    return present.reduce(0, +) / Double(present.count)
  }

  // MARK: Simulating

  /// Simulates what is not known yet of some units.
  package func run(_ units: [DesignUnit]) throws {
    var seen: Set<DesignUnit> = []
    let missing = units.filter { observation($0.design, $0.replication) == nil && seen.insert($0).inserted }
    guard !missing.isEmpty else { return }
    let found = try evaluate(missing)
    precondition(found.count == missing.count, "\(found.count) observations of \(missing.count) units")
    for (unit, observation) in zip(missing, found) {
      var all = known[unit.design] ?? []
      while all.count <= unit.replication { all.append(nil) }
      all[unit.replication] = observation
      if known[unit.design] == nil {
        simulated.insert(unit.design, at: simulated.firstIndex { $0 > unit.design } ?? simulated.count)
      }
      known[unit.design] = all
      events += observation.events
      replicationCount += 1
    }
  }

  /// Simulates designs until it shows whether they are worth more: one replication for rules about every one, as many
  /// as it takes for rules about means.
  package func probe(_ designs: [Int]) throws {
    try run(designs.map { DesignUnit(design: $0, replication: 0) })
    if hardest > 0 {
      try run(designs.filter(isOpen).map { DesignUnit(design: $0, replication: hardest) })
    }
    guard judge.decidesByInterval else { return }
    for look in judge.looks {
      let open = designs.filter { isOpen($0) && !verdict($0).unclear.isEmpty }
      guard !open.isEmpty else { return }
      try run(open.flatMap { design in (0..<look).map { DesignUnit(design: design, replication: $0) } })
    }
  }

  /// Simulates designs in growing numbers of replications until each passes, fails or stays undecided.
  package func settle(_ designs: [Int]) throws {
    try probe(designs)
    var count = 2
    while true {
      let short = designs.filter { isOpen($0) && self.count($0) < judge.replications }
      guard !short.isEmpty else { break }
      let target = min(count, judge.replications)
      try run(
        short.flatMap { design in (0..<target).map { DesignUnit(design: design, replication: $0) } })
      for design in short { rememberHardest(design) }
      count *= 2
    }
    // More replications can move a mean back to its limit.
    try probe(designs.filter(isOpen))
  }

  /// Simulates at least so many replications of designs.
  package func replicate(_ designs: [Int], to count: Int) throws {
    try run(designs.flatMap { design in (0..<count).map { DesignUnit(design: design, replication: $0) } })
    for design in designs { rememberHardest(design) }
  }

  private func isOpen(_ design: Int) -> Bool { verdict(design).outcome == .open }
  private func count(_ design: Int) -> Int { observations(design).count }

  /// What broke a design that its first replication did not break.
  private func rememberHardest(_ design: Int) {
    guard verdict(design).outcome == .fails, let all = known[design], let first = all[0],
      judge.verdict([first]).outcome != .fails
    else { return }
    let breaking = all.indices.first { replication in
      all[replication].map { judge.verdict([$0]).outcome == .fails } ?? false
    }
    if let breaking { hardest = breaking }
  }
}
