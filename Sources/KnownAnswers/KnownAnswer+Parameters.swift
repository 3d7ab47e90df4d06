extension KnownAnswer {
  /// What a parameter lookup found instead of what the test asked for.
  package struct Mismatch: Error, CustomStringConvertible {
    package let description: String
    package init(description: String) { self.description = description }
  }

  package func has(_ name: String) -> Bool { parameters[name] != nil }

  /// The parameter as written, without its unit when it has one.
  package func parameter(_ name: String) throws -> JSONValue {
    guard let found = parameters[name] else { throw Mismatch(description: "\(id) has no '\(name)'") }
    if case .object(let fields) = found, let value = fields["value"], fields["unit"] != nil { return value }
    return found
  }

  /// A numeric parameter in the unit in which it is written.
  package func number(_ name: String) throws -> Double {
    guard let number = try parameter(name).number else {
      throw Mismatch(description: "'\(name)' of \(id) is no number")
    }
    return number
  }

  package func integer(_ name: String) throws -> Int {
    guard let number = Int(exactly: try number(name)) else {
      throw Mismatch(description: "'\(name)' of \(id) is no integer")
    }
    return number
  }

  /// A list of numbers, nested lists flattened row by row.
  package func numbers(_ name: String) throws -> [Double] {
    guard case .array = try parameter(name), let numbers = try parameter(name).numbers else {
      throw Mismatch(description: "'\(name)' of \(id) is no list of numbers")
    }
    return numbers
  }

  package func text(_ name: String) throws -> String {
    guard case .string(let text) = try parameter(name) else {
      throw Mismatch(description: "'\(name)' of \(id) is no text")
    }
    return text
  }

  /// The fields of a parameter that is itself an object, such as a distribution.
  package func fields(_ name: String) throws -> [String: JSONValue] {
    guard case .object(let fields) = try parameter(name) else {
      throw Mismatch(description: "'\(name)' of \(id) is no object")
    }
    return fields
  }
}
