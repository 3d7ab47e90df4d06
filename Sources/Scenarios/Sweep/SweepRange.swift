import Kernel

/// Values between two ends, in steps of equal differences or of equal ratios.
///
/// Ends without a point and without a unit make whole numbers, as a shard count needs them: `1` to `64` in 7 steps of
/// equal ratio is 1, 2, 4, ..., 64. Other values are rounded to six digits, and what is shown is what is simulated.
package struct SweepRange: Sendable, Hashable {
  package enum Scale: String, Sendable, Hashable, CaseIterable { case linear, log }
  package var from: Double
  package var to: Double
  /// What stands behind the numbers: `ms`, `/min`, `%`, or nothing.
  package var unit: String
  package var isWhole: Bool
  package var scale: Scale
  package var position: SourcePosition

  /// What is wrong with the ends, in words.
  struct Problem: Error { var message: String }

  /// - Parameters:
  ///   - from: Text of the first value, such as `1` or `100/min`.
  ///   - to: Text of the last value, with the same unit.
  init(from: String, to: String, scale: Scale, at position: SourcePosition) throws(Problem) {
    guard let first = Self.split(from) else {
      throw Problem(message: "'\(from)' does not begin with a number")
    }
    guard let last = Self.split(to) else { throw Problem(message: "'\(to)' does not begin with a number") }
    guard first.unit == last.unit else {
      throw Problem(
        message: "a range goes from \(from) to \(to): write both ends with the same unit")
    }
    guard last.value.magnitude < 1e15, first.value.magnitude < 1e15 else {
      throw Problem(message: "the ends of a range lie below 10^15")
    }
    guard first.value < last.value else {
      throw Problem(message: "a range goes upwards: \(from) is not below \(to)")
    }
    guard scale == .linear || first.value > 0 else {
      throw Problem(message: "a log scale begins above zero, not at \(from)")
    }
    self.from = first.value
    self.to = last.value
    unit = first.unit
    isWhole = first.isWhole && last.isWhole
    self.scale = scale
    self.position = position
  }

  /// The values at equal steps, both ends included; whole numbers that coincide are there once.
  func levels(_ steps: Int) -> [SweepLevel] {
    var levels: [SweepLevel] = []
    for step in 0..<steps {
      let value =
        step == 0 ? from : step == steps - 1 ? to : value(at: Double(step) / Double(max(1, steps - 1)))
      let level = level(value)
      if level.label != levels.last?.label { levels.append(level) }
    }
    return levels
  }

  /// Every whole number of the range.
  func wholeLevels() -> [SweepLevel] {
    precondition(isWhole, "a range without whole numbers")
    return stride(from: from, through: to, by: 1).map { level($0) }
  }

  /// The value at a share of the way; whole numbers have equal parts of the way each.
  package func level(at share: Double) -> SweepLevel {
    guard isWhole, scale == .linear else { return level(value(at: share)) }
    return level(min(to, from + (share * (to - from + 1)).rounded(.down)))
  }

  private func value(at share: Double) -> Double {
    switch scale {
    case .linear: from + (to - from) * share
    // Portable functions: the values are inputs of simulations and the same on every machine.
    case .log: from * PortableMath.exp(PortableMath.log(to / from) * share)
    }
  }

  private func level(_ value: Double) -> SweepLevel {
    let text = isWhole ? String(Int(value.rounded())) : Self.sixDigits(value)
    return SweepLevel(Node(.scalar(text + unit, isPlain: true), at: position))
  }

  /// A number above zero with so many significant digits, at most six.
  package static func rounded(_ value: Double, digits: Int) -> Double {
    var unit = 1.0
    var most = 1.0
    for _ in 0..<digits { most *= 10 }
    while value * unit < most / 10, unit < 1e15 { unit *= 10 }
    while value * unit >= most, unit > 1e-15 { unit /= 10 }
    return Literal.number(sixDigits((value * unit).rounded() / unit)) ?? value
  }

  static func sixDigits(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    var scale = 1.0
    while value.magnitude * scale < 99_999.5, scale < 1e15 { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    if let whole = Int(exactly: rounded) { return String(whole) }
    // Beyond the integers, digits and the zeros behind them.
    guard rounded.magnitude < 1e15 else { return wholeDigits(rounded) }
    // Literals have no exponent beyond this point: small values keep their zeros.
    var digits = String(Int((rounded.magnitude * scale).rounded()))
    var places = 0
    var power = scale
    while power > 1 {
      power /= 10
      places += 1
    }
    while digits.count <= places { digits = "0" + digits }
    var text = String(digits.dropLast(places)) + "." + String(digits.suffix(places))
    while text.hasSuffix("0") { text.removeLast() }
    return (rounded < 0 ? "-" : "") + text
  }

  private static func wholeDigits(_ value: Double) -> String {
    guard value.isFinite else { return String(value) }
    var value = value
    var zeros = 0
    while value.magnitude >= 1e15 {
      value /= 10
      zeros += 1
    }
    return String(Int(value.rounded())) + String(repeating: "0", count: zeros)
  }

  static func split(_ text: String) -> (value: Double, unit: String, isWhole: Bool)? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || "+-._".contains($0)) }
    guard let value = Literal.number(String(number)) else { return nil }
    let unit = String(text[number.endIndex...])
    return (value, unit, unit.isEmpty && !number.contains("."))
  }
}
