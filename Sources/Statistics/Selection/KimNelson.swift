import CGSL

/// Fully sequential selection of the best of several designs: one replication at a time, losers leave early.
///
/// Selects the best design with probability 1 − α at least, whenever it is better than the next by the
/// indifference; among designs closer than that any may win. Common random numbers are allowed and speed it up.
///
/// ```swift
/// var selection = KimNelson(designCount: 3, indifference: 0.5, goal: .smallest)
/// selection.start(firstStage)  // shape (design, replication)
/// while selection.selected == nil {
///   selection.observe(selection.survivors.map { simulate($0, replication: selection.replications) })
/// }
/// ```
/// - Source: methods §6.7 (Kim & Nelson 2001, c = 1).
public struct KimNelson: Sendable {
  /// Constants of the procedure, which depend on the promise alone.
  public struct Constants: Sendable, Hashable {
    public let eta: Double
    public let hSquared: Double

    /// - Parameters:
    ///   - designs: At least 2.
    ///   - firstStage: Replications of the first stage, at least 2.
    ///   - alpha: Probability of a wrong selection, 0 < α < 1 − 1/k.
    public init(designs: Int, firstStage: Int, alpha: Double) {
      precondition(designs >= 2 && firstStage >= 2, "\(designs) designs, first stage \(firstStage)")
      precondition(alpha > 0 && alpha < 1 - 1 / Double(designs), "α = \(alpha)")
      let degrees = Double(firstStage - 1)
      eta = (pow(2 * alpha / Double(designs - 1), -2 / degrees) - 1) / 2
      hSquared = 2 * eta * degrees
    }
  }

  public let designCount: Int
  /// Replications of the first stage; 10 or more are usual.
  public let firstStage: Int
  /// δ: smallest difference worth finding. [unit of the values]
  public let indifference: Double
  public let goal: SelectionGoal
  /// Designs still in the race, ascending.
  public private(set) var survivors: [Int]
  /// Replications that each survivor has.
  public private(set) var replications = 0
  /// Replications of all designs together: the price paid.
  public private(set) var totalReplications = 0
  /// The winner; nil while undecided.
  public private(set) var selected: Int?

  private let constants: Constants?
  private var sums: [Double]
  /// h²S²/δ² of each pair, shape (design, design).
  private var reach: [[Double]] = []

  /// - Parameters:
  ///   - designCount: At least 1.
  ///   - confidence: Probability of a correct selection, 1 − α, above 1/k.
  ///   - indifference: Positive.
  ///   - firstStage: At least 2; fewer than 10 cost many replications later.
  public init(
    designCount: Int, confidence: Double = 0.95, indifference: Double, firstStage: Int = 10,
    goal: SelectionGoal
  ) {
    precondition(designCount >= 1, "\(designCount) designs")
    precondition(indifference > 0, "an indifference of \(indifference)")
    precondition(firstStage >= 2, "a first stage of \(firstStage)")
    self.designCount = designCount
    self.firstStage = firstStage
    self.indifference = indifference
    self.goal = goal
    survivors = Array(0..<designCount)
    sums = Array(repeating: 0, count: designCount)
    constants =
      designCount > 1
      ? Constants(designs: designCount, firstStage: firstStage, alpha: 1 - confidence) : nil
  }

  /// Takes in the first stage and screens for the first time.
  ///
  /// - Parameter samples: Shape (design, replication), exactly the first stage each.
  /// - Complexity: O(k²n).
  public mutating func start(_ samples: [[Double]]) {
    precondition(replications == 0, "the first stage is already in")
    precondition(
      samples.count == designCount && samples.allSatisfy { $0.count == firstStage },
      "a first stage of \(samples.map(\.count)) replications")
    replications = firstStage
    totalReplications = firstStage * designCount
    sums = samples.map { $0.reduce(0, +) }
    guard let constants else {
      selected = 0
      return
    }
    let scale = constants.hSquared / (indifference * indifference)
    reach = samples.map { a in
      samples.map { b in scale * sampleVariance(zip(a, b).map { $0 - $1 }) }
    }
    screen()
  }

  /// Takes in one more replication of each survivor and screens.
  ///
  /// - Parameter values: One a survivor, in their order; all of the same replication index.
  /// - Complexity: O(s²) for *s* survivors.
  public mutating func observe(_ values: [Double]) {
    precondition(replications > 0 && selected == nil, "no replication is asked for")
    precondition(values.count == survivors.count, "\(values.count) values, \(survivors.count) survivors")
    for (design, value) in zip(survivors, values) { sums[design] += value }
    replications += 1
    totalReplications += values.count
    screen()
  }

  /// Mean of a design over the replications it took part in up to now; meaningless for those that left.
  private func orientedMean(_ design: Int) -> Double {
    goal.oriented(sums[design] / Double(replications))
  }

  private mutating func screen() {
    let r = Double(replications)
    let current = survivors
    survivors = current.filter { i in
      current.allSatisfy { l in
        guard i != l else { return true }
        let margin = max(0, indifference / (2 * r) * (reach[i][l] - r))
        return orientedMean(i) >= orientedMean(l) - margin
      }
    }
    // Beyond ⌊h²S²/δ²⌋ no pair has a margin left: what remains are the best mean and its equals.
    let lastStage = current.flatMap { i in current.map { reach[i][$0].rounded(.down) } }.max() ?? 0
    if survivors.count == 1 || r > lastStage {
      // The first one of equals.
      selected = survivors.reduce(survivors[0]) { orientedMean($1) > orientedMean($0) ? $1 : $0 }
    }
  }
}

extension KimNelson {
  /// Runs the whole procedure on a simulator.
  ///
  /// - Parameter value: Value of a design in a replication; indices from 0, asked for in ascending order of
  ///   replication and, within one, of design.
  /// - Returns: The finished procedure, whose `selected` is not nil.
  public static func run(
    designCount: Int, confidence: Double = 0.95, indifference: Double, firstStage: Int = 10,
    goal: SelectionGoal, value: (_ design: Int, _ replication: Int) throws -> Double
  ) rethrows -> KimNelson {
    var procedure = KimNelson(
      designCount: designCount, confidence: confidence, indifference: indifference,
      firstStage: firstStage, goal: goal)
    var samples: [[Double]] = Array(repeating: [], count: designCount)
    for replication in 0..<firstStage {
      for design in 0..<designCount { samples[design].append(try value(design, replication)) }
    }
    procedure.start(samples)
    while procedure.selected == nil {
      let replication = procedure.replications
      procedure.observe(try procedure.survivors.map { try value($0, replication) })
    }
    return procedure
  }
}
