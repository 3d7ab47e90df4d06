package import Kernel
package import Statistics

/// A fitted law as the text that a scenario holds, and the law that this text means.
///
/// Parameters have six significant digits: the last bits of a fit differ between machines, the text does not, and who
/// pastes it gets what `fit(...)` gives.
package struct LawExpression: Sendable, Hashable {
  /// `lognormal(mean=212.345ms cv=0.61)`.
  package let text: String
  package let law: Distribution

  package init(_ fit: ContinuousLaw, _ quantity: Literal.Quantity) {
    func amount(_ value: Double) -> String { Self.amount(value, quantity) }
    let cv = SignificantDigits.text(fit.squaredVariation.squareRoot(), digits: 6)
    let text =
      switch fit {
      case .exponential(let mean): "exp(mean=\(amount(mean)))"
      case .lognormal: "lognormal(mean=\(amount(fit.mean)) cv=\(cv))"
      case .gamma: "gamma(mean=\(amount(fit.mean)) cv=\(cv))"
      case .weibull(let shape, _):
        "weibull(shape=\(SignificantDigits.text(shape, digits: 6)) mean=\(amount(fit.mean)))"
      case .pareto(let shape, let minimum):
        "pareto(min=\(amount(minimum)) alpha=\(SignificantDigits.text(shape, digits: 6)))"
      }
    guard let law = try? DistributionParser.parse(text, as: quantity) else {
      preconditionFailure("a fit gave the text \(text), which is no law")
    }
    self.text = text
    self.law = law
  }

  /// A number with the unit that its quantity is written in.
  private static func amount(_ value: Double, _ quantity: Literal.Quantity) -> String {
    switch quantity {
    case .duration where value < 1e-3: SignificantDigits.text(value * 1e6, digits: 6) + "us"
    case .duration where value < 1: SignificantDigits.text(value * 1e3, digits: 6) + "ms"
    case .duration: SignificantDigits.text(value, digits: 6) + "s"
    case .size: SignificantDigits.text(value, digits: 6) + "B"
    default: SignificantDigits.text(value, digits: 6)
    }
  }

  /// Whether a law can be written: its parameters are finite and above zero in six digits.
  package static func isPossible(_ fit: ContinuousLaw) -> Bool {
    let variation = fit.squaredVariation
    return switch fit {
    case .exponential(let mean): mean.isFinite && mean > 0
    case .lognormal, .gamma: fit.mean.isFinite && fit.mean > 0 && variation.isFinite && variation > 0
    case .weibull(let shape, _): fit.mean.isFinite && fit.mean > 0 && shape.isFinite && shape > 0
    case .pareto(let shape, let minimum): shape.isFinite && shape > 0 && minimum > 0
    }
  }
}

/// Numbers with a fixed number of significant digits, without exponents.
package enum SignificantDigits {
  /// Zeros behind the point are left out: `0.61`, `212.345`, `1234570`.
  package static func text(_ value: Double, digits: Int) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    let magnitude = value.magnitude
    var exponent = 0
    // Position of the first digit, by comparing with exact powers of ten where a Double has them.
    while exponent < 300, power(exponent + 1) <= magnitude { exponent += 1 }
    while exponent > -300, power(exponent) > magnitude { exponent -= 1 }
    let shift = digits - 1 - exponent
    var whole = (shift >= 0 ? magnitude * power(shift) : magnitude / power(-shift)).rounded()
    var places = shift
    if whole >= power(digits) {
      whole /= 10
      places -= 1
    }
    var text = "\(Int64(whole))"
    if places <= 0 {
      text += String(repeating: "0", count: -places)
    } else {
      while text.utf8.count <= places { text = "0" + text }
      let split = text.index(text.endIndex, offsetBy: -places)
      text = text[..<split] + "." + text[split...]
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return value < 0 ? "-" + text : text
  }

  /// With a power of ten: `1e-9`, `3.3e18`.
  package static func scientific(_ value: Double, digits: Int) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var exponent = 0
    while exponent < 307, power(exponent + 1) <= value.magnitude { exponent += 1 }
    while exponent > -307, power(exponent) > value.magnitude { exponent -= 1 }
    var mantissa = text(value / power(exponent), digits: digits)
    // 9.99 in two digits is 10; a hair under a power of ten is that power.
    if mantissa == "10" || mantissa == "-10" {
      mantissa.removeLast()
      exponent += 1
    }
    return "\(mantissa)e\(exponent)"
  }

  private static func power(_ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<exponent.magnitude { result *= 10 }
    return exponent < 0 ? 1 / result : result
  }
}
