/// One quantity of one model, with the value it must have.
package struct KnownAnswer: Sendable, Decodable, CustomStringConvertible {
  package let id: String
  package let category: String
  /// Kendall notation or name of the method.
  package let model: String
  package let parameters: [String: JSONValue]
  /// What is asked for.
  package let quantity: String
  package let expected: JSONValue
  /// Unit of the expected value; a physical parameter carries its own.
  package let unit: String
  package let source: String
  /// A simulation of the model must reproduce the value too.
  package let simulate: Bool
  /// Largest difference allowed, relative to the expected value; 0 demands equality.
  package let tolerance: Double

  package var description: String { id }

  private enum CodingKeys: String, CodingKey {
    case id, category, model, parameters, quantity, expected, unit, source, simulate, tolerance
  }
  private struct Tolerance: Decodable {
    let mode: String
    let value: Double
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    id = try fields.decode(String.self, forKey: .id)
    category = try fields.decode(String.self, forKey: .category)
    model = try fields.decode(String.self, forKey: .model)
    parameters = try fields.decode([String: JSONValue].self, forKey: .parameters)
    quantity = try fields.decode(String.self, forKey: .quantity)
    expected = try fields.decode(JSONValue.self, forKey: .expected)
    unit = try fields.decode(String.self, forKey: .unit)
    source = try fields.decode(String.self, forKey: .source)
    simulate = try fields.decodeIfPresent(Bool.self, forKey: .simulate) ?? false
    let stated = try fields.decode(Tolerance.self, forKey: .tolerance)
    guard stated.mode == "relative" else {
      throw DecodingError.dataCorruptedError(
        forKey: .tolerance, in: fields, debugDescription: "mode '\(stated.mode)' of \(id)")
    }
    tolerance = stated.value
  }
}
