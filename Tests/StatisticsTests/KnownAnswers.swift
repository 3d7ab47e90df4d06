import Foundation
import Testing

/// The published and exact values that formulas, statistics and simulations must reproduce.
///
/// They stand in `known-answers.json` beside this file, unchanged, one quantity a case; the head of that file
/// explains its fields. A suite takes its cases by category and must answer every one:
///
/// ```swift
/// @Test("agrees with the known answers", arguments: KnownAnswers.cases(in: "mmc"))
/// func known(_ answer: KnownAnswer) throws {
///   #expect(answer.disagreement(of: try computed(answer)) == nil)
/// }
/// ```
enum KnownAnswers {
  /// Every case, in the order of the file.
  static let all: [KnownAnswer] = {
    struct File: Decodable { let cases: [KnownAnswer] }
    guard let url = Bundle.module.url(forResource: "known-answers", withExtension: "json") else {
      preconditionFailure("known-answers.json is not among the resources of this test target")
    }
    do {
      return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
    } catch {
      preconditionFailure("known-answers.json cannot be read: \(error)")
    }
  }()

  /// The cases of these categories, in the order of the file; a category without cases is a mistake.
  static func cases(in categories: String...) -> [KnownAnswer] {
    for category in categories {
      precondition(all.contains { $0.category == category }, "no known answer in category '\(category)'")
    }
    return all.filter { categories.contains($0.category) }
  }

  /// The case of this name.
  static func named(_ id: String) -> KnownAnswer {
    guard let answer = all.first(where: { $0.id == id }) else {
      preconditionFailure("no known answer '\(id)'")
    }
    return answer
  }
}

/// One quantity of one model, with the value it must have.
struct KnownAnswer: Sendable, Decodable, CustomTestStringConvertible {
  let id: String
  let category: String
  /// Kendall notation or name of the method.
  let model: String
  let parameters: [String: JSONValue]
  /// What is asked for.
  let quantity: String
  let expected: JSONValue
  /// Unit of the expected value; a physical parameter carries its own.
  let unit: String
  let source: String
  /// A simulation of the model must reproduce the value too.
  let simulate: Bool
  /// Largest difference allowed, relative to the expected value; 0 demands equality.
  let tolerance: Double

  var testDescription: String { id }

  private enum CodingKeys: String, CodingKey {
    case id, category, model, parameters, quantity, expected, unit, source, simulate, tolerance
  }
  private struct Tolerance: Decodable {
    let mode: String
    let value: Double
  }

  init(from decoder: any Decoder) throws {
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

extension KnownAnswer {
  /// What a parameter lookup found instead of what the test asked for.
  struct Mismatch: Error, CustomStringConvertible {
    let description: String
  }

  func has(_ name: String) -> Bool { parameters[name] != nil }

  /// The parameter as written, without its unit when it has one.
  func parameter(_ name: String) throws -> JSONValue {
    guard let found = parameters[name] else { throw Mismatch(description: "\(id) has no '\(name)'") }
    if case .object(let fields) = found, let value = fields["value"], fields["unit"] != nil { return value }
    return found
  }

  /// A numeric parameter in the unit in which it is written.
  func number(_ name: String) throws -> Double {
    guard let number = try parameter(name).number else {
      throw Mismatch(description: "'\(name)' of \(id) is no number")
    }
    return number
  }

  func integer(_ name: String) throws -> Int {
    guard let number = Int(exactly: try number(name)) else {
      throw Mismatch(description: "'\(name)' of \(id) is no integer")
    }
    return number
  }

  /// A list of numbers, nested lists flattened row by row.
  func numbers(_ name: String) throws -> [Double] {
    guard case .array = try parameter(name), let numbers = try parameter(name).numbers else {
      throw Mismatch(description: "'\(name)' of \(id) is no list of numbers")
    }
    return numbers
  }

  func text(_ name: String) throws -> String {
    guard case .string(let text) = try parameter(name) else {
      throw Mismatch(description: "'\(name)' of \(id) is no text")
    }
    return text
  }

  /// The fields of a parameter that is itself an object, such as a distribution.
  func fields(_ name: String) throws -> [String: JSONValue] {
    guard case .object(let fields) = try parameter(name) else {
      throw Mismatch(description: "'\(name)' of \(id) is no object")
    }
    return fields
  }

  /// Nil when the value agrees within the stated tolerance, else a sentence with both values.
  func disagreement(of value: Double) -> String? { disagreement(of: [value]) }

  /// The same for lists, element by element; nested expected lists are compared row by row.
  func disagreement(of values: [Double]) -> String? {
    guard let wanted = expected.numbers else { return "\(id): \(expected) is no number" }
    guard wanted.count == values.count else { return "\(id): \(values.count) values for \(wanted.count)" }
    for (value, want) in zip(values, wanted) {
      let error = (value - want).magnitude
      guard error <= tolerance * max(want.magnitude, 1e-12) else {
        let relative = error / max(want.magnitude, 1e-12)
        return
          "\(id), \(quantity): \(values) instead of \(wanted), off by \(relative) with \(tolerance) allowed"
      }
    }
    return nil
  }
}

/// Any JSON value; integers that fit keep all their digits.
enum JSONValue: Sendable, Equatable, Decodable {
  case null
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
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

  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .object(let fields) where fields["unit"] != nil: fields["value"]?.number
    default: nil
    }
  }

  /// All numbers of a number or of nested lists of numbers, row by row; nil when anything else is among them.
  var numbers: [Double]? {
    if let number { return [number] }
    guard case .array(let elements) = self else { return nil }
    var all: [Double] = []
    for element in elements {
      guard let inner = element.numbers else { return nil }
      all += inner
    }
    return all
  }

  var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }
}

@Suite struct KnownAnswerFileTests {
  @Test("names every case once and has the number of cases its head promises")
  func wholeFile() {
    #expect(KnownAnswers.all.count == 271)
    #expect(Set(KnownAnswers.all.map(\.id)).count == KnownAnswers.all.count)
  }

  @Test("a value outside the tolerance is a disagreement, one inside is not")
  func tolerance() {
    let answer = KnownAnswers.named("mmc-zipapi-10-Wq")
    #expect(answer.disagreement(of: 1.337463048215394) == nil)
    #expect(answer.disagreement(of: 1.337463048215394 * (1 + 5e-10)) == nil)
    #expect(answer.disagreement(of: 1.337463048215394 * (1 + 2e-9)) != nil)
    #expect(answer.disagreement(of: [1.337463048215394, 1]) != nil)
    #expect(answer.disagreement(of: .nan) != nil)
    #expect(KnownAnswers.named("staff-2-1-0.1").disagreement(of: 7) == nil)
    #expect(KnownAnswers.named("staff-2-1-0.1").disagreement(of: 8) != nil)
  }
}
