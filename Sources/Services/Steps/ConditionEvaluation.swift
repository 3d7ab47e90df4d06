import Kernel

/// What a condition of a scenario says about a message. An absent field or attribute is false and equals nothing.
extension World {
  func holds(_ condition: Condition, for message: MessageReference?, item: TableItem?, callFailed: Bool)
    -> Bool
  {
    func value(_ operand: Operand) -> FieldValue? {
      switch operand {
      case .number(let number): return .number(number)
      case .text(let text): return .text(text)
      case .boolean(let flag): return .text(flag ? "true" : "false")
      case .callFailed: return .text(callFailed ? "true" : "false")
      case .item(let name): return item?[name]
      case .field(let name):
        guard let root = message.map({ slab[$0].root }) else { return nil }
        return sources[Int(root.workload)].field(name, Int(root.index), draws)
      case .attempt: return message.map { .number(Double(slab[$0].deliveries)) }
      case .age: return message.map { .number((now - slab[$0].created).seconds) }
      }
    }
    return condition.holds(value)
  }
}

extension Condition {
  /// Whether it holds for a message, an item and a call that give these values; nil where there is none.
  package func holds(_ value: (Operand) -> FieldValue?) -> Bool {
    switch self {
    case .always: return true
    case .not(let inner): return !inner.holds(value)
    case .and(let left, let right): return left.holds(value) && right.holds(value)
    case .or(let left, let right): return left.holds(value) || right.holds(value)
    case .truth(let operand):
      switch value(operand) {
      case nil: return false
      case .number(let number): return number != 0
      case .text(let text): return text != "false" && !text.isEmpty
      }
    case .compare(let left, let comparison, let right):
      guard let left = value(left), let right = value(right) else { return comparison == .notEqual }
      return Self.compare(left, comparison, right)
    }
  }

  private static func compare(_ left: FieldValue, _ comparison: Comparison, _ right: FieldValue)
    -> Bool
  {
    switch (left, right) {
    case (.number(let a), .number(let b)): ordered(a, comparison, b)
    case (.text(let a), .text(let b)): ordered(a, comparison, b)
    // A text and a number are never equal and have no order.
    default: comparison == .notEqual
    }
  }

  private static func ordered<T: Comparable>(_ a: T, _ comparison: Comparison, _ b: T) -> Bool {
    switch comparison {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }
}
