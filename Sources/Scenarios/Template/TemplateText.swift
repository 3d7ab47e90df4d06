/// The marks that evaluated texts carry for what only a deployment would know.
///
/// `!Sub 'arn:aws:sns:eu-west-1:1:${Topic.TopicName}'` evaluates to a text with a mark for `Topic.TopicName`. Marks are
/// characters of the private-use area, so that a `${...}` the author wrote literally is never taken for one.
package enum TemplateText {
  private static let referenceStart: Character = "\u{E000}"
  private static let opaqueStart: Character = "\u{E002}"
  private static let end: Character = "\u{E001}"

  static func reference(_ logicalID: String, attribute: String?) -> String {
    "\(referenceStart)\(logicalID)\(attribute.map { "." + $0 } ?? "")\(end)"
  }

  static func opaque(_ reason: String) -> String {
    "\(opaqueStart)\(reason.filter { $0 != end })\(end)"
  }

  /// The text for people: marks as `${Topic.TopicName}`.
  package static func display(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { (0xE000...0xE002).contains($0.value) }) else { return text }
    var result = ""
    for character in text {
      switch character {
      case referenceStart, opaqueStart: result += "${"
      case end: result += "}"
      default: result.append(character)
      }
    }
    return result
  }

  /// What the first opaque mark of a text stands for.
  static func opaqueReason(_ text: String) -> String? {
    guard let start = text.firstIndex(of: opaqueStart) else { return nil }
    return String(text[text.index(after: start)...].prefix { $0 != end })
  }

  /// The reference at the beginning of a text, and what follows it.
  static func leadingReference(_ text: some StringProtocol) -> (reference: ResourceReference, rest: String)? {
    guard text.first == referenceStart, let end = text.firstIndex(of: end) else { return nil }
    let name = text[text.index(after: text.startIndex)..<end]
    let parts = name.split(separator: ".", maxSplits: 1)
    guard let id = parts.first else { return nil }
    let reference = ResourceReference(
      logicalID: String(id), attribute: parts.count > 1 ? String(parts[1]) : nil)
    return (reference, String(text[text.index(after: end)...]))
  }

  /// Pieces between separators, never cutting inside a mark.
  static func split(_ text: String, by separator: String) -> [String] {
    guard !separator.isEmpty else { return [text] }
    var pieces: [String] = []
    var current = ""
    var isInMark = false
    var rest = text[...]
    while let character = rest.first {
      if !isInMark, rest.hasPrefix(separator) {
        pieces.append(current)
        current = ""
        rest = rest.dropFirst(separator.count)
        continue
      }
      if character == referenceStart || character == opaqueStart { isInMark = true }
      if character == end { isInMark = false }
      current.append(character)
      rest = rest.dropFirst()
    }
    return pieces + [current]
  }
}

/// A resource named by a value of a template.
package struct ResourceReference: Sendable, Hashable {
  package var logicalID: String
  /// `Arn`, `StreamArn`, ...; nothing for `Ref`.
  package var attribute: String?
  package init(logicalID: String, attribute: String?) {
    self.logicalID = logicalID
    self.attribute = attribute
  }
}

extension Node {
  /// What an evaluated value stands for that only a deployment would know: `Fn::ImportValue Name`.
  package var opaqueReason: String? { text.flatMap(TemplateText.opaqueReason) }
  /// The text of an evaluated scalar for people.
  package var displayText: String? { text.map(TemplateText.display) }
}
