/// A law that a file of measured values stands behind: `empirical(...)`, `replay(...)` or `fit(...)`, or the same as a
/// mapping.
package struct SampleCall: Sendable, Hashable {
  /// What becomes of the values.
  package enum Draw: Sendable, Hashable {
    case law(SampleUse)
    /// The n-th message has the n-th value.
    case replay
    /// A law fitted to them; nil takes the family with the smallest AIC.
    case fit(String?)
  }

  package var file: String
  package var options: SampleOptions
  package var draw: Draw

  static let names = ["empirical", "replay", "fit"]
  /// Families as `fit` takes them.
  package static let families = ["auto", "exponential", "lognormal", "gamma", "weibull", "pareto"]

  /// Whether a text calls one of them, rightly or wrongly.
  static func isMeant(_ text: String) -> Bool { names.contains { text.hasPrefix($0 + "(") } }

  /// Reads `empirical(file column draw=linear)`.
  init(_ text: String, as quantity: Literal.Quantity) throws(LiteralError) {
    let call = try DistributionParser.parseCall(text)
    let forms = [
      "empirical":
        "empirical(FILE COLUMN) with a CSV file and one of its columns, and perhaps draw=linear or unit=ms",
      "replay": "replay(FILE COLUMN), and perhaps unit=ms",
      "fit": "fit(FILE COLUMN), and perhaps family=lognormal or unit=ms",
    ]
    let keys = call.name == "fit" ? ["family", "unit"] : call.name == "replay" ? ["unit"] : ["draw", "unit"]
    for argument in call.arguments where argument.name != "0" && argument.name != "1" {
      guard keys.contains(argument.name) else {
        let nearest = NearestName.of(argument.name, in: keys)
        throw LiteralError(
          "'\(argument.name)' is not a parameter: write \(forms[call.name] ?? "")",
          hint: nearest.map { "did you mean '\($0)'?" }, offset: argument.offset, length: argument.value.count
        )
      }
    }
    guard let file = call["0"]?.value else {
      throw LiteralError("write \(forms[call.name] ?? "")", length: text.count)
    }
    self.file = file
    options = SampleOptions(column: call["1"]?.value, quantity: quantity)
    draw = call.name == "replay" ? .replay : call.name == "fit" ? .fit(nil) : .law(.values)
    do {
      try apply(draw: call["draw"]?.value, family: call["family"]?.value, unit: call["unit"]?.value)
    } catch {
      throw LiteralError(error.message, hint: error.hint, length: text.count)
    }
  }

  /// Reads `{file: FILE, column: COLUMN, draw: linear}`; nil for a mapping without a file.
  init?(_ node: Node, as quantity: Literal.Quantity) throws(LiteralError) {
    guard let file = node["file"]?.text else { return nil }
    self.file = file
    options = SampleOptions(column: node["column"]?.text, quantity: quantity)
    draw = .law(.values)
    try apply(draw: node["draw"]?.text, family: node["family"]?.text, unit: node["unit"]?.text)
  }

  /// Keys of the mapping.
  static let keys = ["file", "column", "draw", "family", "unit"]
  static let draws = ["values", "linear", "replay", "fit"]

  private mutating func apply(draw: String?, family: String?, unit: String?) throws(LiteralError) {
    if let draw {
      guard Self.draws.contains(draw) else { throw Self.unknown(draw, "draw", Self.draws) }
      self.draw = SampleUse(rawValue: draw).map(Draw.law) ?? (draw == "replay" ? .replay : .fit(nil))
    }
    if let family {
      guard Self.families.contains(family) else { throw Self.unknown(family, "family", Self.families) }
      guard case .fit = self.draw else { throw LiteralError("'family' belongs to a fit") }
      self.draw = .fit(family == "auto" ? nil : family)
    }
    if let unit {
      let units = TimeUnit.allCases.filter { $0 != .iso }
      guard let known = units.first(where: { $0.rawValue == unit }) else {
        throw Self.unknown(unit, "unit", units.map(\.rawValue))
      }
      options.unit = known
    }
  }

  private static func unknown(_ text: String, _ what: String, _ known: [String]) -> LiteralError {
    LiteralError(
      "\(what) is '\(text)'; expected \(known.joined(separator: ", "))",
      hint: NearestName.of(text, in: known).map { "did you mean '\($0)'?" }, length: text.count)
  }
}
