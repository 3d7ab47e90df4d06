/// A value of an attribute, a message field or a configuration entry.
public enum AttributeValue: Sendable, Hashable {
  case text(String)
  case number(Double)

  /// The text, nil for numbers.
  public var text: String? { if case .text(let text) = self { text } else { nil } }
  /// The number, nil for texts.
  public var number: Double? { if case .number(let number) = self { number } else { nil } }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(stringLiteral value: String) { self = .text(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
}

/// Named values in the order they were written.
public struct Attributes: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  public struct Entry: Sendable, Hashable {
    public var name: String
    public var value: AttributeValue
    public init(name: String, value: AttributeValue) {
      self.name = name
      self.value = value
    }
  }
  public var entries: [Entry]

  public init(_ entries: [Entry] = []) { self.entries = entries }
  public init(dictionaryLiteral elements: (String, AttributeValue)...) {
    entries = elements.map { Entry(name: $0.0, value: $0.1) }
  }

  public subscript(_ name: String) -> AttributeValue? {
    get { entries.first { $0.name == name }?.value }
    set {
      if let index = entries.firstIndex(where: { $0.name == name }) {
        if let newValue { entries[index].value = newValue } else { entries.remove(at: index) }
      } else if let newValue {
        entries.append(Entry(name: name, value: newValue))
      }
    }
  }
}

/// An item of a table.
public struct Item: Sendable, Hashable {
  /// Value of the table's HASH attribute.
  public var key: String
  public var attributes: Attributes
  /// [bytes]
  public var sizeBytes: Int
  public init(key: String, attributes: Attributes = [:], sizeBytes: Int) {
    self.key = key
    self.attributes = attributes
    self.sizeBytes = sizeBytes
  }
  public subscript(_ name: String) -> AttributeValue? {
    get { attributes[name] }
    set { attributes[name] = newValue }
  }
}
