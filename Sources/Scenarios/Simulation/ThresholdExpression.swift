import Kernel
import Services

/// `AGG OP VALUE` taken apart: `p(95) < 15m`. Source: scenario format §8.
package struct ThresholdExpression: Sendable, Hashable {
  package var aggregation: Threshold.Aggregation
  package var aggregationText: String
  package var comparison: Threshold.Comparison
  package var valueText: String
  /// Where the value starts. [characters]
  package var valueOffset: Int

  private static let words: [(String, Threshold.Aggregation)] = [
    ("avg", .average), ("min", .minimum), ("max", .maximum), ("med", .median), ("sum", .sum),
    ("count", .count),
    ("rate", .rate), ("value", .value),
  ]
  private static let form = "AGG OP VALUE with AGG one of avg, min, max, med, p(N), sum, count, rate, value"

  package static func parse(_ text: String) throws(LiteralError) -> ThresholdExpression {
    let characters = Array(text)
    let first = characters.firstIndex { $0 != " " } ?? characters.count
    guard let start = characters.firstIndex(where: { "<>=!".contains($0) }) else {
      throw LiteralError("'\(text)' has no comparison: write \(form), such as p(95) < 2s", length: text.count)
    }
    var end = start + 1
    while end < characters.count, "<>=!".contains(characters[end]) { end += 1 }
    let spelling = String(characters[start..<end])
    guard let comparison = Threshold.Comparison(rawValue: spelling) else {
      throw LiteralError(
        "'\(spelling)' is not a comparison: write <, <=, ==, !=, >= or >",
        hint: spelling == "=" ? "did you mean '=='?" : nil, offset: start, length: spelling.count)
    }
    let word = String(characters[first..<start].filter { $0 != " " })
    let valueOffset = characters[end...].firstIndex { $0 != " " } ?? characters.count
    var value = String(characters[valueOffset...])
    while value.last == " " { value.removeLast() }
    guard !value.isEmpty else {
      throw LiteralError("no value after '\(spelling)': write \(form)", offset: start, length: spelling.count)
    }
    return ThresholdExpression(
      aggregation: try aggregation(word, offset: first), aggregationText: word, comparison: comparison,
      valueText: value, valueOffset: valueOffset)
  }

  private static func aggregation(_ word: String, offset: Int) throws(LiteralError) -> Threshold.Aggregation {
    if let known = words.first(where: { $0.0 == word }) { return known.1 }
    if word.hasPrefix("p("), word.hasSuffix(")") {
      let number = String(word.dropFirst(2).dropLast())
      guard let percent = Literal.number(number), percent > 0, percent < 100 else {
        throw LiteralError(
          "'\(word)' is not a percentile: N in p(N) lies between 0 and 100", offset: offset,
          length: word.count)
      }
      return .percentile(percent / 100)
    }
    if word.first == "p", Literal.number(String(word.dropFirst())) != nil {
      throw LiteralError(
        "'\(word)' is not an aggregation: write p(\(word.dropFirst()))", offset: offset, length: word.count)
    }
    let nearest = NearestName.of(word, in: words.map(\.0))
    throw LiteralError(
      word.isEmpty
        ? "no aggregation before the comparison: write \(form)"
        : "'\(word)' is not an aggregation: expected avg, min, max, med, p(N), sum, count, rate or value",
      hint: nearest.map { "did you mean '\($0)'?" }, offset: offset, length: max(1, word.count))
  }
}
