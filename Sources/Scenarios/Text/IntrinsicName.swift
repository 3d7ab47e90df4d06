/// The names of CloudFormation's intrinsic functions, short (`!Sub`) and long (`Fn::Sub`).
///
/// Source: scenario format §6.
package enum IntrinsicName {
  /// Functions with a long form that begins with `Fn::`.
  static let functions = [
    "GetAtt", "Sub", "Join", "Select", "Split", "FindInMap", "If", "Equals", "And", "Or", "Not",
    "ImportValue",
    "Base64", "GetAZs", "Cidr", "Length", "ToJsonString", "Transform",
  ]
  static let shortNames = ["Ref", "Condition"] + functions

  static func long(ofShort name: String) -> String? {
    if name == "Ref" || name == "Condition" { return name }
    return functions.contains(name) ? "Fn::" + name : nil
  }

  /// `A.B.C` as the list `[A, B.C]`; a text without a dot stays a text.
  static func splitAttribute(_ text: String, at position: SourcePosition) -> Node {
    guard let dot = text.firstIndex(of: ".") else { return Node(.scalar(text, isPlain: true), at: position) }
    var second = position
    second.column += text[...dot].unicodeScalars.count
    return Node(
      .sequence([
        Node(.scalar(String(text[..<dot]), isPlain: true), at: position),
        Node(.scalar(String(text[text.index(after: dot)...]), isPlain: true), at: second),
      ]), at: position)
  }
}

extension Node {
  /// The name of the function when the node is a call such as `{Ref: x}` or `{'Fn::Sub': x}`.
  package var intrinsic: (name: String, argument: Node, position: SourcePosition)? {
    guard let entries, entries.count == 1, let entry = entries.first,
      entry.key == "Ref" || entry.key.hasPrefix("Fn::")
    else { return nil }
    return (entry.key, entry.value, entry.keyPosition)
  }
}
