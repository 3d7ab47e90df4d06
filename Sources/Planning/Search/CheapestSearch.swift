package import Statistics

/// Finds the cheapest design that keeps all rules, without simulating every design.
///
/// One replication at the corners of the space shows in which direction each rule and the objective go along each axis.
/// From then on a design that breaks a rule takes all designs with it that are no better for that rule, and a design
/// that may pass takes all that are no cheaper. With one axis and rules that go in one direction this is bisection; where
/// simulated designs contradict a direction, nothing is concluded along that axis, down to simulating every design.
/// The answer is replicated, its neighbours are simulated, and the choice among designs that pass is a selection with a
/// bounded error. Source: methods §9.2, §9.3.
package struct CheapestSearch {
  package let space: DesignSpace
  package let bench: DesignBench
  /// Designs that cannot work, with the reason. Source: methods §9.3, screening by analytic bounds.
  package let impossible: [Int: String]
  package let confidence: Double
  package let indifference: Indifference
  /// Concludes nothing from directions: every design is simulated.
  package let isExhaustive: Bool

  package init(
    space: DesignSpace, bench: DesignBench, impossible: [Int: String] = [:], confidence: Double = 0.95,
    indifference: Indifference = .relative(0.01), isExhaustive: Bool = false
  ) {
    self.space = space
    self.bench = bench
    self.impossible = impossible
    self.confidence = confidence
    self.indifference = indifference
    self.isExhaustive = isExhaustive
  }

  /// Why a design was not simulated.
  package enum Omission: Sendable, Hashable {
    case impossible(String)
    /// The design named breaks the rule, and this one is no better for it.
    case rule(Int, brokenBy: Int)
    /// The design named is no better than the answer, and this one is no better than that.
    case objective(than: Int)
  }

  package struct Result: Sendable, Hashable {
    /// nil when no design passes, or none is known to.
    package var answer: Int?
    /// Designs that the replications allowed could not tell from the answer, ascending.
    package var unresolved: [Int] = []
    /// Designs whose verdict stayed undecided, ascending.
    package var undecided: [Int] = []
    /// What was not simulated, and why.
    package var omissions: [Int: Omission] = [:]
    package init() {}
  }

  package func run() throws -> Result {
    try bench.probe(firstDesigns)
    while true {
      let knowledge = SearchKnowledge(self)
      let open = knowledge.open()
      if let next = knowledge.mostTelling(open) {
        try bench.probe([next])
        continue
      }
      guard let incumbent = knowledge.incumbent else { return result(nil, knowledge) }
      if bench.verdict(incumbent).outcome != .passes {
        try bench.settle([incumbent])
        continue
      }
      if try simulateNeighbours(of: incumbent) { continue }
      let rivals = bench.simulated.filter {
        [.passes, .open].contains(bench.verdict($0).outcome) && bench.objective($0) != nil
      }
      guard let choice = try selection.choose(from: rivals) else { continue }
      if try simulateNeighbours(of: choice.selected) { continue }
      // What the neighbours showed may open designs again.
      if !SearchKnowledge(self).open().isEmpty { continue }
      return result(choice, SearchKnowledge(self))
    }
  }

  /// The corners of the space, or the possible designs nearest to them.
  var firstDesigns: [Int] {
    let possible = (0..<space.count).filter { impossible[$0] == nil }
    if isExhaustive || possible.isEmpty { return possible }
    return Set(space.corners.map { space.nearest(to: $0, of: possible) }).sorted()
  }

  /// The objective of a design less that of another, on their common replications; nil where one was not simulated.
  package func difference(_ design: Int, from other: Int) -> MeanInterval? {
    selection.difference(design, other)
  }

  var selection: DesignSelection {
    DesignSelection(bench: bench, confidence: confidence, indifference: indifference)
  }

  /// Simulates what is not known of the designs one step away, in all replications where nothing is broken.
  ///
  /// - Returns: Whether there was something to simulate.
  private func simulateNeighbours(of design: Int) throws -> Bool {
    let neighbours = space.neighbours(design).map(\.design).filter { impossible[$0] == nil }
    let short = neighbours.filter { !bench.isSimulated($0) || bench.verdict($0).outcome == .open }
    guard !short.isEmpty else { return false }
    try bench.settle(short)
    return true
  }

  private func result(_ choice: DesignSelection.Choice?, _ knowledge: SearchKnowledge) -> Result {
    var result = Result()
    result.answer = choice?.selected
    result.unresolved = choice?.unresolved ?? []
    result.undecided = bench.simulated.filter { bench.verdict($0).outcome == .undecided }
    for design in 0..<space.count where !bench.isSimulated(design) {
      result.omissions[design] = knowledge.omission(design)
    }
    return result
  }
}
