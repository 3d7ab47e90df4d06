import Statistics
import Testing

/// Readings of a known answer's parameters that several queueing suites share.
extension KnownAnswer {
  /// No formula was found for the quantity asked: the case must not pass unseen.
  func unanswered() -> Mismatch { Mismatch(description: "\(id): no formula for '\(quantity)' of \(model)") }

  /// A distribution written as an object.
  func law(_ name: String) throws -> DurationLaw { try law(from: try fields(name)) }

  /// The distributions of a list of objects.
  func laws(_ name: String) throws -> [DurationLaw] {
    guard let elements = try parameter(name).elements else {
      throw Mismatch(description: "'\(name)' of \(id) is no list")
    }
    return try elements.map { element in
      guard case .object(let fields) = element else {
        throw Mismatch(description: "'\(name)' of \(id) holds something else than distributions")
      }
      return try law(from: fields)
    }
  }

  private func law(from fields: [String: JSONValue]) throws -> DurationLaw {
    func number(_ name: String) throws -> Double {
      guard let value = fields[name]?.number else { throw Mismatch(description: "\(id) has no '\(name)'") }
      return value
    }
    switch fields["distribution"]?.text {
    case "deterministic": return try .deterministic(try number("value"))
    case "exponential": return try .exponential(mean: try number("mean"))
    case "erlang": return try .erlang(stages: Int(try number("stages")), mean: try number("mean"))
    case "lognormal": return try .lognormal(mean: try number("mean"), scv: try number("scv"))
    case "uniform": return try .uniform(min: try number("min"), max: try number("max"))
    case "coxian2":
      let phases = try PhaseType.coxian(
        rates: [try number("rate1"), try number("rate2")],
        exitProbabilities: [try number("prob_exit_after_stage1")])
      return .phaseType(phases)
    default: throw Mismatch(description: "\(id) has an unknown distribution")
    }
  }
}

@Suite struct QueueingCoverageTests {
  /// Each of these stands in the argument list of one suite's `known`, which fails on a quantity it cannot
  /// answer.
  static let categories = [
    "mm1", "mmc", "mmck", "erlangb", "erlanga", "finite-source", "mg1", "mdc", "gim1", "map", "gg1", "approx",
    "priority", "sharing", "jackson", "closed", "bounds", "bulk", "polling", "retrial", "coldstart",
    "semantics",
    "design", "fluid", "transient", "deterministic", "planning",
  ]

  @Test("the queueing suites answer every category of the file that is about queues")
  func everyCategory() {
    let others: Set = ["statistics", "rng", "hashing", "fitting", "nhpp", "streaming-quantiles"]
    let answered = KnownAnswers.all.filter { Self.categories.contains($0.category) }
    #expect(answered.count == 189)
    #expect(
      KnownAnswers.all.allSatisfy { Self.categories.contains($0.category) != others.contains($0.category) })
  }
}
