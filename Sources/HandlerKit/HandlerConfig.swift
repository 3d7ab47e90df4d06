/// The `config` map of a function, as its handler reads it.
public struct HandlerConfig: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  public var values: Attributes
  public init(_ values: Attributes = [:]) { self.values = values }
  public init(dictionaryLiteral elements: (String, AttributeValue)...) {
    values = Attributes(elements.map { .init(name: $0.0, value: $0.1) })
  }

  /// Refuses keys that the handler does not read.
  ///
  /// - Throws: `ConfigError` for the first unknown key.
  public func check(keys known: [String]) throws {
    for entry in values.entries where !known.contains(entry.name) {
      throw ConfigError(
        key: entry.name, problem: "is unknown, expected one of: \(known.joined(separator: ", "))",
        nearest: NearestName.of(entry.name, in: known))
    }
  }

  public func text(_ key: String, default fallback: String) throws -> String {
    switch values[key] {
    case nil: fallback
    case .text(let text): text
    case .number: throw ConfigError(key: key, problem: "is a number, expected a text")
    }
  }

  public func integer(_ key: String, default fallback: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let value = values[key] else { return fallback }
    guard let number = value.number, let integer = Int(exactly: number), range.contains(integer) else {
      throw ConfigError(
        key: key, problem: "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// `true`, `false`, 1 or 0.
  public func flag(_ key: String, default fallback: Bool) throws -> Bool {
    switch values[key] {
    case nil: fallback
    case .text("true"), .number(1): true
    case .text("false"), .number(0): false
    default: throw ConfigError(key: key, problem: "expected true or false")
    }
  }

  /// One of a few words.
  public func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, default fallback: Choice) throws
    -> Choice where Choice.RawValue == String
  {
    let text = try text(key, default: fallback.rawValue)
    if let choice = Choice(rawValue: text) { return choice }
    let words = Choice.allCases.map(\.rawValue)
    throw ConfigError(
      key: key, problem: "is '\(text)', expected one of: \(words.joined(separator: ", "))",
      nearest: NearestName.of(text, in: words))
  }

  /// Names with commas between them, at least one.
  public func list(_ key: String) throws -> [String] {
    let parts = try text(key, default: "").split(separator: ",", omittingEmptySubsequences: false).map {
      part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    guard !parts.isEmpty, !parts.contains("") else {
      throw ConfigError(key: key, problem: "expected names with commas between them")
    }
    return parts
  }

  /// A text with a unit (`us`, `ms`, `s`, `m`, `h`), or a number of seconds; not negative.
  public func duration(_ key: String, default fallback: Duration) throws -> Duration {
    let seconds: Double
    switch values[key] {
    case nil: return fallback
    case .number(let number): seconds = number
    case .text(let text):
      let units: [(suffix: String, seconds: Double)] = [
        ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
      ]
      guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
        let number = Double(text.dropLast(unit.suffix.utf8.count))
      else { throw ConfigError(key: key, problem: "expected a duration such as 15ms") }
      seconds = number * unit.seconds
    }
    guard seconds >= 0, seconds < 1e9 else {
      throw ConfigError(key: key, problem: "expected a duration that is not negative")
    }
    return .nanoseconds(Int64((seconds * 1e9).rounded(.toNearestOrAwayFromZero)))
  }
}

/// A mistake in a function's `config` map.
public struct ConfigError: Error, Hashable, CustomStringConvertible {
  public let key: String
  public let problem: String
  public let nearest: String?
  public init(key: String, problem: String, nearest: String? = nil) {
    self.key = key
    self.problem = problem
    self.nearest = nearest
  }
  public var description: String { "config.\(key) \(problem)" + (nearest.map { "; nearest: \($0)" } ?? "") }
}
