package import Statistics

/// Readings of a known answer's parameters that several evaluations share.
extension KnownAnswer {
  /// The value that a library gives where it need not give one.
  package func require<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Mismatch(description: "\(id): the library gives no value") }
    return value
  }

  /// No formula was found for the quantity asked: the case must not pass unseen.
  package func unanswered() -> Mismatch {
    Mismatch(description: "\(id): no formula for '\(quantity)' of \(model)")
  }

  /// A distribution written as an object.
  package func law(_ name: String) throws -> DurationLaw { try law(from: try fields(name)) }

  /// The distributions of a list of objects.
  package func laws(_ name: String) throws -> [DurationLaw] {
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
