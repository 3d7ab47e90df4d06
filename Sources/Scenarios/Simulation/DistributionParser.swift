package import Kernel

/// Reads distributions: a constant with its unit, or `name(k=v k=v)`. Source: scenario format §4.
package enum DistributionParser {
  /// `name(k=v k=v)` taken apart; offsets count from the start of the text.
  package struct Call: Sendable {
    package struct Argument: Sendable {
      package var name: String
      package var value: String
      package var offset: Int
    }
    package var name: String
    package var arguments: [Argument]
    package subscript(_ name: String) -> Argument? { arguments.first { $0.name == name } }
  }

  private enum Parameter { case quantity, number, share }
  /// Names and forms; each form lists the parameters that belong together. `?` marks an optional one.
  private static let forms: [(name: String, forms: [[(String, Parameter)]])] = [
    ("const", [[("value", .quantity)]]),
    ("exp", [[("mean", .quantity)]]),
    ("uniform", [[("min", .quantity), ("max", .quantity)]]),
    ("normal", [[("mean", .quantity), ("sd", .quantity), ("min?", .quantity)]]),
    ("lognormal", [[("mean", .quantity), ("cv", .number)], [("p50", .quantity), ("p99", .quantity)]]),
    ("gamma", [[("mean", .quantity), ("cv", .number)]]),
    ("erlang", [[("k", .number), ("mean", .quantity)]]),
    ("weibull", [[("shape", .number), ("mean", .quantity)]]),
    ("pareto", [[("min", .quantity), ("alpha", .number), ("max?", .quantity)]]),
  ]
  package static let names = forms.map(\.name) + ["zipf"] + SampleCall.names

  /// Reads a constant or a call whose values are of the quantity.
  package static func parse(_ text: String, as quantity: Literal.Quantity) throws(LiteralError)
    -> Distribution
  {
    guard text.contains("(") else { return .constant(try constant(text, quantity)) }
    let call = try parseCall(text)
    switch call.name {
    case "zipf":
      throw LiteralError(
        "zipf is a distribution of keys, not of \(quantity.rawValue)s", length: call.name.count)
    case let name where SampleCall.names.contains(name):
      throw LiteralError("\(name)(...) needs a file beside the scenario", length: name.count)
    default: break
    }
    guard let known = forms.first(where: { $0.name == call.name }) else {
      let nearest = NearestName.of(call.name, in: names)
      throw LiteralError(
        "'\(call.name)' is not a distribution; expected one of \(names.joined(separator: ", "))",
        hint: nearest.map { "did you mean '\($0)'?" }, length: call.name.count)
    }
    return try build(call, try values(of: call, forms: known.forms, quantity, length: text.count), text)
  }

  private static func constant(_ text: String, _ quantity: Literal.Quantity) throws(LiteralError) -> Double {
    do { return try Literal.read(text, as: quantity) } catch {
      guard names.contains(text) else { throw error }
      throw LiteralError("'\(text)' has no parameters: write \(text)(...)", length: text.count)
    }
  }

  // MARK: Calls

  /// Takes `name(k=v k=v)` apart; a first word without `=` becomes the argument `0`, the next one `1`, and so on.
  package static func parseCall(_ text: String) throws(LiteralError) -> Call {
    let characters = Array(text)
    guard let open = characters.firstIndex(of: "("), characters.last == ")" else {
      throw LiteralError(
        "'\(text)' has no closing parenthesis: write name(k=v k=v)", length: characters.count)
    }
    var call = Call(name: String(characters[..<open]), arguments: [])
    var i = open + 1
    let end = characters.count - 1
    while i < end {
      if characters[i] == " " || characters[i] == "," {
        if characters[i] == "," {
          throw LiteralError("parameters are separated by blanks: write k=v k=v", offset: i)
        }
        i += 1
        continue
      }
      let start = i
      while i < end, characters[i] != " ", characters[i] != "," { i += 1 }
      let word = String(characters[start..<i])
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2, parts[1].isEmpty || parts[0].isEmpty {
        throw LiteralError(
          "'\(word)' is not a parameter: write k=v without blanks", offset: start, length: word.count)
      }
      if word.contains(":") {
        throw LiteralError(
          "'\(word)' is not a parameter: write k=v, not k: v", offset: start, length: word.count)
      }
      let name = parts.count == 2 ? parts[0] : String(call.arguments.count)
      if call[name] != nil {
        throw LiteralError("'\(name)' is given twice", offset: start, length: word.count)
      }
      call.arguments.append(
        .init(name: name, value: parts.last!, offset: start + word.count - parts.last!.count))
    }
    return call
  }

  private static func values(
    of call: Call, forms: [[(String, Parameter)]], _ quantity: Literal.Quantity, length: Int
  ) throws(LiteralError) -> [String: Double] {
    let given = call.arguments.map(\.name)
    let form =
      forms.first { form in
        let names = form.map { $0.0.filter { $0 != "?" } }
        return given.allSatisfy(names.contains)
          && form.allSatisfy { $0.0.hasSuffix("?") || given.contains($0.0) }
      }
    guard let form else {
      let wanted = forms.map { form in
        "\(call.name)("
          + form.map { $0.0.hasSuffix("?") ? "[\($0.0.dropLast())=...]" : "\($0.0)=..." }
          .joined(separator: " ") + ")"
      }
      throw LiteralError(
        "\(call.name) needs other parameters: write \(wanted.joined(separator: " or "))", length: length)
    }
    var values: [String: Double] = [:]
    for (name, parameter) in form {
      guard let argument = call[name.filter { $0 != "?" }] else { continue }
      do {
        values[argument.name] = try Literal.read(
          argument.value, as: parameter == .quantity ? quantity : .number)
      } catch {
        throw LiteralError(error.message, offset: argument.offset, length: argument.value.count)
      }
    }
    return values
  }

  private static func build(_ call: Call, _ v: [String: Double], _ text: String) throws(LiteralError)
    -> Distribution
  {
    func fail(_ name: String, _ rule: String) -> LiteralError {
      let argument = call[name]!
      return LiteralError(
        "\(name) of \(call.name) \(rule)", offset: argument.offset, length: argument.value.count)
    }
    for name in ["cv", "sd", "mean"] {
      if let value = v[name], value < 0 { throw fail(name, "must not be negative") }
    }
    for name in ["alpha", "shape", "p50", "p99"] {
      if let value = v[name], value <= 0 { throw fail(name, "must be above zero") }
    }
    switch call.name {
    case "const": return .constant(v["value"]!)
    case "exp":
      if v["mean"]! == 0 { throw fail("mean", "must be above zero") }
      return .exponential(mean: v["mean"]!)
    case "uniform":
      if v["max"]! < v["min"]! { throw fail("max", "must not be below min") }
      return .uniform(min: v["min"]!, max: v["max"]!)
    case "normal": return .normal(mean: v["mean"]!, sd: v["sd"]!, min: v["min"] ?? 0)
    case "lognormal":
      if let p50 = v["p50"], let p99 = v["p99"] {
        if p99 < p50 { throw fail("p99", "must not be below p50") }
        return .lognormal(p50: p50, p99: p99)
      }
      if v["mean"]! == 0 { throw fail("mean", "must be above zero") }
      return v["cv"]! == 0 ? .constant(v["mean"]!) : .lognormal(mean: v["mean"]!, cv: v["cv"]!)
    case "gamma":
      if v["mean"]! == 0 { throw fail("mean", "must be above zero") }
      return v["cv"]! == 0 ? .constant(v["mean"]!) : .gamma(mean: v["mean"]!, cv: v["cv"]!)
    case "erlang":
      guard let k = Int(exactly: v["k"]!), k >= 1 else { throw fail("k", "must be a whole number from 1") }
      if v["mean"]! == 0 { throw fail("mean", "must be above zero") }
      return .erlang(k: k, mean: v["mean"]!)
    case "weibull":
      if v["mean"]! == 0 { throw fail("mean", "must be above zero") }
      return .weibull(shape: v["shape"]!, mean: v["mean"]!)
    default:
      if v["min"]! <= 0 { throw fail("min", "must be above zero") }
      if let maximum = v["max"], maximum <= v["min"]! { throw fail("max", "must be above min") }
      return .pareto(minimum: v["min"]!, alpha: v["alpha"]!, maximum: v["max"])
    }
  }
}
