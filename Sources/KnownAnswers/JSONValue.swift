/// Any JSON value; integers that fit keep all their digits.
package enum JSONValue: Sendable, Equatable, Decodable {
  case null
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .real(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  package var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .object(let fields) where fields["unit"] != nil: fields["value"]?.number
    default: nil
    }
  }

  /// All numbers of a number or of nested lists of numbers, row by row; nil when anything else is among them.
  package var numbers: [Double]? {
    if let number { return [number] }
    guard case .array(let elements) = self else { return nil }
    var all: [Double] = []
    for element in elements {
      guard let inner = element.numbers else { return nil }
      all += inner
    }
    return all
  }

  /// The same with nil for null.
  package var optionalNumbers: [Double?]? {
    if let number { return [number] }
    if case .null = self { return [nil] }
    guard case .array(let elements) = self else { return nil }
    var all: [Double?] = []
    for element in elements {
      guard let inner = element.optionalNumbers else { return nil }
      all += inner
    }
    return all
  }

  /// All texts of a text or of nested lists of texts, row by row; nil when anything else is among them.
  package var texts: [String]? {
    if let text { return [text] }
    guard case .array(let elements) = self else { return nil }
    var all: [String] = []
    for element in elements {
      guard let inner = element.texts else { return nil }
      all += inner
    }
    return all
  }

  package var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  package var text: String? {
    if case .string(let text) = self { text } else { nil }
  }
}
