/// What follows from the designs simulated so far.
struct SearchKnowledge {
  private let search: CheapestSearch
  /// Of each rule; nil for warnings.
  private let badness: [Trends?]
  private let objective: Trends?
  /// Designs that break a rule, with the rule.
  private var broken: [(rule: Int, design: Int)] = []
  /// The best design that may pass; the first one of equals.
  private(set) var incumbent: Int?
  /// Simulated designs that are no better than it.
  private var bounds: [Int] = []

  private var bench: DesignBench { search.bench }
  private var space: DesignSpace { search.space }

  /// Candidates whose worth is counted, so that a step stays short in a large space. [design pairs]
  private static let pairsMax = 2_000_000

  /// - Parameter usesObjective: Whether designs that are no better than another are left out.
  init(_ search: CheapestSearch, usesObjective: Bool = true) {
    self.search = search
    let bench = search.bench
    let space = search.space
    badness = bench.judge.rules.indices.map { rule in
      bench.judge.rules[rule].isWarning ? nil : Trends.badness(of: rule, bench, space)
    }
    var hopeful: [Int] = []
    for design in bench.simulated {
      let verdict = bench.verdict(design)
      broken += verdict.failing.map { ($0, design) }
      if [.passes, .open].contains(verdict.outcome), bench.objective(design) != nil {
        hopeful.append(design)
      }
    }
    guard usesObjective, let lowest = hopeful.compactMap({ bench.objective($0) }).min() else {
      objective = nil
      return
    }
    let tolerance = search.indifference.times(0.5).amount(at: lowest)
    objective = Trends.objective(bench, space, indifference: tolerance)
    let best = hopeful.min { bench.objective($0)! < bench.objective($1)! }!
    func excess(_ design: Int, over other: Int) -> Double {
      let common = bench.common(design, other)
      guard let a = bench.objective(design, common), let b = bench.objective(other, common) else {
        return .infinity
      }
      return a - b
    }
    let incumbent = hopeful.first { excess($0, over: best) <= tolerance } ?? best
    self.incumbent = incumbent
    bounds = bench.simulated.filter { design in
      let excess = excess(design, over: incumbent)
      return design == incumbent || excess > tolerance || (excess >= -tolerance && design > incumbent)
    }
  }

  /// Why a design need not be simulated; nil when it has to be.
  func omission(_ design: Int) -> CheapestSearch.Omission? {
    if let reason = search.impossible[design] { return .impossible(reason) }
    if search.isExhaustive { return nil }
    for (rule, other) in broken where badness[rule]!.isAtLeast(design, other, in: space) {
      return .rule(rule, brokenBy: other)
    }
    if let objective, let other = bounds.first(where: { objective.isNoBetter(design, than: $0, in: space) }) {
      return .objective(than: other)
    }
    return nil
  }

  /// Designs of which nothing is known and nothing follows, ascending.
  func open() -> [Int] {
    (0..<space.count).filter { !bench.isSimulated($0) && omission($0) == nil }
  }

  /// Whether there is a rule that excludes designs.
  var isInformed: Bool { !broken.isEmpty }

  /// The design whose verdict, whatever it is, settles most others; nil for none. Half of the designs along one axis.
  func mostTelling(_ open: [Int]) -> Int? {
    guard !open.isEmpty else { return nil }
    // Rules that nobody breaks settle nothing.
    let rules = Set(broken.map(\.rule)).sorted()
    let count = max(1, min(open.count, Self.pairsMax / open.count))
    let candidates = (0..<count).map { open[$0 * open.count / count + open.count / (2 * count)] }
    var best: (design: Int, least: Int, all: Int)?
    for candidate in candidates {
      var counts = rules.map { rule in open.count { badness[rule]!.isAtLeast($0, candidate, in: space) } }
      if let objective { counts.append(open.count { objective.isNoBetter($0, than: candidate, in: space) }) }
      let least = counts.min() ?? 1
      let all = counts.reduce(0, +)
      if best.map({ (least, all) > ($0.least, $0.all) }) ?? true { best = (candidate, least, all) }
    }
    return best!.design
  }
}
