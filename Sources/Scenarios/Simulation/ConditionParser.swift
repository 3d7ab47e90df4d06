package import Services

/// Reads conditions such as `country == 'blocked' and attempt < 3`. Source: scenario format §3.
///
/// ```
/// or      = and { "or" and }            and = not { "and" not }
/// not     = "not" not | comparison      comparison = operand [ ("==" | "!=" | "<" | "<=" | ">" | ">=") operand ]
/// operand = "(" or ")" | number [unit] | 'text' | true | false | call.failed | attempt | age | item.NAME | FIELD
/// ```
package struct ConditionParser {
  private let text: String
  private var tokens: [Token] = []
  private var next = 0

  private struct Token {
    enum Kind: Hashable {
      case word, number(Double), text, comparison(Condition.Comparison), open, close, end
    }
    var kind: Kind
    var text: String
    var offset: Int
    var length: Int
  }

  package static func parse(_ text: String) throws(LiteralError) -> Condition {
    var parser = ConditionParser(text: text)
    try parser.tokenize()
    let condition = try parser.alternatives(depth: 0)
    guard parser.current.kind == .end else {
      throw parser.unexpected("expected 'and', 'or' or the end of the condition")
    }
    return condition
  }

  private init(text: String) { self.text = text }

  // MARK: Words

  private mutating func tokenize() throws(LiteralError) {
    let characters = Array(text)
    var i = 0
    while i < characters.count {
      let start = i
      let c = characters[i]
      switch c {
      case " ", "\t", "\n": i += 1
      case "(", ")":
        i += 1
        add(c == "(" ? .open : .close, String(c), start, i)
      case "'", "\"":
        i += 1
        while i < characters.count, characters[i] != c { i += 1 }
        guard i < characters.count else {
          throw LiteralError(
            "the text that starts here has no closing \(c)", offset: start, length: i - start)
        }
        i += 1
        add(.text, String(characters[(start + 1)..<(i - 1)]), start, i)
      case "=", "!", "<", ">":
        i += 1
        if i < characters.count, characters[i] == "=" { i += 1 }
        let spelling = String(characters[start..<i])
        guard let comparison = Condition.Comparison(rawValue: spelling) else {
          throw LiteralError(
            "'\(spelling)' is not a comparison: write ==, !=, <, <=, > or >=",
            hint: spelling == "=" ? "did you mean '=='?" : nil, offset: start, length: i - start)
        }
        add(.comparison(comparison), spelling, start, i)
      default:
        guard c.isLetter || c.isNumber || c == "_" || c == "-" || c == "." else {
          throw LiteralError("'\(c)' has no meaning in a condition", offset: start)
        }
        while i < characters.count,
          characters[i].isLetter || characters[i].isNumber || "_-.%".contains(characters[i])
        {
          i += 1
        }
        let word = String(characters[start..<i])
        if c.isNumber || c == "-" || c == "." {
          guard let value = Literal.number(word) ?? Self.withUnit(word) else {
            throw LiteralError(
              "'\(word)' is not a number, a duration, a size or a share", offset: start, length: i - start)
          }
          add(.number(value), word, start, i)
        } else {
          add(.word, word, start, i)
        }
      }
    }
    add(.end, "", characters.count, characters.count + 1)
  }

  private static func withUnit(_ word: String) -> Double? {
    for quantity in [Literal.Quantity.duration, .size, .share] {
      if let value = try? Literal.read(word, as: quantity) { return value }
    }
    return nil
  }

  private mutating func add(_ kind: Token.Kind, _ text: String, _ start: Int, _ end: Int) {
    tokens.append(Token(kind: kind, text: text, offset: start, length: end - start))
  }

  // MARK: Grammar

  private var current: Token { tokens[next] }

  private func unexpected(_ expected: String) -> LiteralError {
    let found = current.kind == .end ? "the condition ends here" : "'\(current.text)' stands here"
    return LiteralError("\(found), \(expected)", offset: current.offset, length: current.length)
  }

  private mutating func alternatives(depth: Int) throws(LiteralError) -> Condition {
    guard depth < 50 else {
      throw LiteralError("the condition is nested more than 50 deep", offset: current.offset)
    }
    var condition = try conjunction(depth: depth)
    while current.kind == .word, current.text == "or" {
      next += 1
      condition = .or(condition, try conjunction(depth: depth))
    }
    return condition
  }

  private mutating func conjunction(depth: Int) throws(LiteralError) -> Condition {
    var condition = try negation(depth: depth)
    while current.kind == .word, current.text == "and" {
      next += 1
      condition = .and(condition, try negation(depth: depth))
    }
    return condition
  }

  private mutating func negation(depth: Int) throws(LiteralError) -> Condition {
    if current.kind == .word, current.text == "not" {
      guard depth < 50 else {
        throw LiteralError("the condition is nested more than 50 deep", offset: current.offset)
      }
      next += 1
      return .not(try negation(depth: depth + 1))
    }
    if current.kind == .open {
      next += 1
      let inner = try alternatives(depth: depth + 1)
      guard current.kind == .close else { throw unexpected("expected ')'") }
      next += 1
      return inner
    }
    let left = try operand()
    guard case .comparison(let comparison) = current.kind else { return .truth(left) }
    next += 1
    return .compare(left, comparison, try operand())
  }

  private mutating func operand() throws(LiteralError) -> Operand {
    let token = current
    let operand: Operand
    switch token.kind {
    case .number(let value): operand = .number(value)
    case .text: operand = .text(token.text)
    case .word:
      switch token.text {
      case "and", "or", "not": throw unexpected("expected a field, a number or a quoted text")
      case "true": operand = .boolean(true)
      case "false": operand = .boolean(false)
      case "call.failed": operand = .callFailed
      case "attempt": operand = .attempt
      case "age": operand = .age
      case let name where name.hasPrefix("item."): operand = .item(String(name.dropFirst(5)))
      case let name where name.contains("."):
        throw LiteralError(
          "'\(name)' is not known: only call.failed and item.NAME have a dot", offset: token.offset,
          length: token.length)
      default: operand = .field(token.text)
      }
    case .comparison, .open, .close, .end: throw unexpected("expected a field, a number or a quoted text")
    }
    next += 1
    return operand
  }
}

extension Condition {
  /// Every operand, from left to right.
  package var operands: [Operand] {
    switch self {
    case .always: []
    case .truth(let a): [a]
    case .compare(let a, _, let b): [a, b]
    case .and(let a, let b), .or(let a, let b): a.operands + b.operands
    case .not(let a): a.operands
    }
  }
}
