import Kernel
import KnownAnswers

/// What the models of reference simulations read off a known answer.
extension KnownAnswer {
  /// Which of the quantities that a model gives is asked for.
  func position(among quantities: [String]) throws -> Int {
    guard let position = quantities.firstIndex(of: quantity) else { throw unanswered() }
    return position
  }

  /// The exponential law with the rate that a parameter gives.
  func exponential(rate name: String) throws -> Distribution { .exponential(mean: 1 / (try number(name))) }

  /// The law of a parameter, as the kernel draws it.
  func distribution(_ name: String) throws -> Distribution { try distribution(from: try fields(name)) }

  /// The laws of a list.
  func distributions(_ name: String) throws -> [Distribution] {
    try require(try parameter(name).elements).map { element in
      guard case .object(let fields) = element else { throw unanswered() }
      return try distribution(from: fields)
    }
  }

  private func distribution(from fields: [String: JSONValue]) throws -> Distribution {
    func number(_ name: String) throws -> Double { try require(fields[name]?.number) }
    switch fields["distribution"]?.text {
    case "deterministic": return .constant(try number("value"))
    case "exponential": return .exponential(mean: try number("mean"))
    case "erlang": return .erlang(k: Int(try number("stages")), mean: try number("mean"))
    case "lognormal": return .lognormal(mean: try number("mean"), cv: try number("scv").squareRoot())
    default: throw unanswered()
    }
  }
}
