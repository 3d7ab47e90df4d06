import Scenarios
package import Statistics

/// A finished plan: all that its files and its text show.
package struct PlanResult: Sendable, Hashable {
  package var header: SweepHeader
  /// Runs the scenario as it stands; the reports add the settings of a design.
  package var command: RunCommandLine
  package var axes: [String]
  /// What `--set` takes for each axis; nil for a toggle.
  package var paths: [String?]
  package var rules: [PlanRule]
  package var measures: [SweepColumn]
  /// Parallel to the measures.
  package var units: [QuantityUnit]
  /// What is made small: `cost.Monthly`, or an axis.
  package var objective: String
  package var objectiveUnit: QuantityUnit
  /// Simulated designs, and those of a grid that were not; ascending by number.
  package var designs: [PlannedDesign]
  package var answer: PlanAnswer
  package var effort: PlanEffort
  package var confidence: Double
  /// Everything was simulated that the search asked for.
  package var isComplete: Bool

  package init(
    header: SweepHeader, command: RunCommandLine, axes: [String], paths: [String?], readings: PlanReadings,
    objective: String,
    objectiveUnit: QuantityUnit, designs: [PlannedDesign], answer: PlanAnswer, effort: PlanEffort,
    confidence: Double, isComplete: Bool
  ) {
    self.header = header
    self.command = command
    self.axes = axes
    self.paths = paths
    rules = readings.rules
    measures = readings.measures
    units = readings.units
    self.objective = objective
    self.objectiveUnit = objectiveUnit
    self.designs = designs
    self.answer = answer
    self.effort = effort
    self.confidence = confidence
    self.isComplete = isComplete
  }

  package subscript(_ number: Int) -> PlannedDesign? { designs.first { $0.number == number } }

  /// `ShardCount=10, MemorySize=256`
  package func name(_ design: PlannedDesign) -> String {
    zip(axes, design.levels).map { "\($0)=\($1)" }.joined(separator: ", ")
  }

  /// `highwater run orders.sim.yaml --set OrderStream.ShardCount=10`; nil for a design that no settings make.
  package func command(of design: PlannedDesign) -> String? {
    guard paths.allSatisfy({ $0 != nil }) else { return nil }
    var command = command
    command.settings += zip(paths, design.levels).map { "\($0!)=\($1)" }
    return command.text
  }
}

/// One design of a plan.
package struct PlannedDesign: Sendable, Hashable {
  /// In the grid, from 1; rates in ascending order.
  package var number: Int
  /// Parallel to the axes.
  package var levels: [String]
  package var replications: Int
  /// nil for a design that was not simulated.
  package var outcome: DesignVerdict.Outcome?
  package var objective: MeanInterval?
  /// Parallel to the measures; nil without finite values in every replication.
  package var measures: [MeanInterval?]
  /// Parallel to the rules; empty for a design that was not simulated.
  package var rules: [Rule]
  /// Why it was not simulated.
  package var omission: Omission?

  package struct Omission: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
      /// It cannot keep a rule, by analysis.
      case analysis
      /// No better for a rule that a simulated design breaks.
      case rule
      /// No cheaper than a simulated design that is dearer than the answer.
      case objective
    }
    package var kind: Kind
    package var text: String
    package init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  package struct Rule: Sendable, Hashable {
    package var outcome: Verdict.Outcome
    /// Of the worst replication, or the mean.
    package var observed: Double?
  }

  package init(
    number: Int, levels: [String], replications: Int = 0, outcome: DesignVerdict.Outcome? = nil,
    objective: MeanInterval? = nil, measures: [MeanInterval?] = [], rules: [Rule] = [],
    omission: Omission? = nil
  ) {
    self.number = number
    self.levels = levels
    self.replications = replications
    self.outcome = outcome
    self.objective = objective
    self.measures = measures
    self.rules = rules
    self.omission = omission
  }

  /// What is known about a simulated design.
  package init(_ design: Int, number: Int, levels: [String], in bench: DesignBench, measures: Int) {
    let observations = bench.observations(design)
    let judge = bench.judge
    func interval(_ values: [Double?]) -> MeanInterval? {
      let present = values.compactMap(\.self)
      return present.count == values.count && present.allSatisfy(\.isFinite) ? MeanInterval(present) : nil
    }
    self.init(
      number: number, levels: levels, replications: observations.count,
      outcome: bench.verdict(design).outcome,
      objective: interval(observations.map(\.objective)),
      measures: (0..<measures).map { measure in interval(observations.map { $0.measures[measure] }) },
      rules: judge.rules.indices.map { rule in
        Rule(
          outcome: judge.outcome(of: rule, observations),
          observed: judge.observed(rule, observations))
      })
  }

  /// The first rule that decides against the design, warnings aside.
  package func decisive(_ rules: [PlanRule]) -> Int? {
    let failing = self.rules.indices.first { self.rules[$0].outcome == .fail && !rules[$0].isWarning }
    return failing
      ?? self.rules.indices.first { self.rules[$0].outcome == .undecided && !rules[$0].isWarning }
  }
}

/// What a plan found.
package enum PlanAnswer: Sendable, Hashable {
  case rate(RateAnswer)
  case cheapest(CheapestAnswer)
  case front(FrontAnswer)
  case sensitivity(SensitivityAnswer)
  /// The user interrupted.
  case none
}

/// The largest sustainable rate of a workload.
package struct RateAnswer: Sendable, Hashable {
  package var workload: String
  /// Whether rates are those of the highest point of a profile.
  package var isPeak: Bool
  /// Rates of the workload at a factor of 1. [1/s]
  package var ratePerScale: Double
  /// `min` for rates a minute.
  package var unit: String
  /// Rates a second in one of the unit.
  package var unitSeconds: Double
  /// Number of the design shown to hold, and its factor on the arrivals.
  package var holds: Int?
  package var fails: Int?
  package var undecided: [Int]
  package var holdsAbove: [Int]
  /// At the rate shown to hold, busiest first.
  package var loads: [PlanLoad]
  /// (fails − holds)/fails asked for.
  package var widthMax: Double

  package init(
    workload: String, isPeak: Bool, ratePerScale: Double, unit: String, unitSeconds: Double, holds: Int?,
    fails: Int?, undecided: [Int], holdsAbove: [Int], loads: [PlanLoad], widthMax: Double
  ) {
    self.workload = workload
    self.isPeak = isPeak
    self.ratePerScale = ratePerScale
    self.unit = unit
    self.unitSeconds = unitSeconds
    self.holds = holds
    self.fails = fails
    self.undecided = undecided
    self.holdsAbove = holdsAbove
    self.loads = loads
    self.widthMax = widthMax
  }

  /// `292.3/min` for a factor on the arrivals.
  package func text(scale: Double) -> String {
    QuantityText.plain(SweepRange.rounded(scale * ratePerScale * unitSeconds, digits: 5)) + "/" + unit
  }
}

/// The cheapest design.
package struct CheapestAnswer: Sendable, Hashable {
  /// Number of the design; nil when none is shown to pass.
  package var design: Int?
  package var neighbours: [Neighbour]
  /// Numbers of designs that could not be told from the answer.
  package var unresolved: [Int]
  /// Numbers of designs whose verdict stayed open.
  package var undecided: [Int]

  /// A design one step away from the answer, and what speaks against it.
  package struct Neighbour: Sendable, Hashable {
    package var axis: Int
    package var design: Int
    /// Objective less that of the answer; nil when it was not simulated or has none.
    package var difference: MeanInterval?
    package init(axis: Int, design: Int, difference: MeanInterval?) {
      self.axis = axis
      self.design = design
      self.difference = difference
    }
  }
  package init(design: Int?, neighbours: [Neighbour], unresolved: [Int], undecided: [Int]) {
    self.design = design
    self.neighbours = neighbours
    self.unresolved = unresolved
    self.undecided = undecided
  }
}

/// The designs that may be worth their cost.
package struct FrontAnswer: Sendable, Hashable {
  package struct Entry: Sendable, Hashable {
    package var design: Int
    /// Number in place of the design's position, for the one that beats it.
    package var place: FrontSearch.Place
    package var cost: MeanInterval
    package var measure: MeanInterval
    package init(design: Int, place: FrontSearch.Place, cost: MeanInterval, measure: MeanInterval) {
      self.design = design
      self.place = place
      self.cost = cost
      self.measure = measure
    }
  }
  /// Position of the second measure.
  package var measure: Int
  package var entries: [Entry]
  package var undecided: [Int]
  package init(measure: Int, entries: [Entry], undecided: [Int]) {
    self.measure = measure
    self.entries = entries
    self.undecided = undecided
  }
}

/// What each setting does to each measure.
package struct SensitivityAnswer: Sendable, Hashable {
  /// Positions of the measures that are shown.
  package var measures: [Int]
  /// Ranked by the first measure.
  package var rows: [SensitivityStudy.Row]
  /// Labels of the lower and the higher value, parallel to the rows.
  package var labels: [[String]]
  package init(measures: [Int], rows: [SensitivityStudy.Row], labels: [[String]]) {
    self.measures = measures
    self.rows = rows
    self.labels = labels
  }
}

/// What a plan took, beside what simulating everything would have taken.
package struct PlanEffort: Sendable, Hashable {
  package var designs: Int
  package var replications: Int
  package var events: UInt64
  /// The whole grid with all replications; nil where there is no grid.
  package var grid: Grid?

  package struct Grid: Sendable, Hashable {
    package var designs: Int
    package var replications: Int
    /// Estimated by the mean of the designs that were simulated.
    package var events: Double
    package init(designs: Int, replications: Int, events: Double) {
      self.designs = designs
      self.replications = replications
      self.events = events
    }
  }

  /// - Parameters:
  ///   - gridCount: Designs of the grid; nil without one.
  package init(_ bench: DesignBench, gridCount: Int?) {
    designs = bench.simulated.count
    replications = bench.replicationCount
    events = bench.events
    guard let gridCount, !bench.simulated.isEmpty else { return }
    let means = bench.simulated.map { design -> Double in
      let observations = bench.observations(design)
      return observations.reduce(0) { $0 + Double($1.events) } / Double(observations.count)
    }
    grid = Grid(
      designs: gridCount, replications: gridCount * bench.judge.replications,
      events: means.reduce(0, +) / Double(means.count) * Double(gridCount * bench.judge.replications))
  }
}
