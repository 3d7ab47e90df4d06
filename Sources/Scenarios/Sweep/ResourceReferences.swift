/// Which names a piece of a template refers to.
enum ResourceReferences {
  /// Whether the piece refers to one of the names, by `Ref`, `Fn::GetAtt`, `Fn::Sub` or inside another function.
  static func hold(_ names: Set<String>, in node: Node) -> Bool {
    if let call = node.intrinsic {
      switch call.name {
      case "Ref": return call.argument.text.map(names.contains) ?? false
      case "Fn::GetAtt":
        let target = call.argument.elements?.first?.text ?? call.argument.text
        return target.map { names.contains(String($0.prefix { $0 != "." })) } ?? false
      case "Fn::Sub":
        let text = call.argument.text ?? call.argument.elements?.first?.text ?? ""
        if substituted(in: text).contains(where: names.contains) { return true }
      default: break
      }
      return hold(names, in: call.argument)
    }
    switch node.value {
    case .scalar, .null: return false
    case .sequence(let elements): return elements.contains { hold(names, in: $0) }
    case .mapping(let entries): return entries.contains { hold(names, in: $0.value) }
    }
  }

  /// The logical ids in `${Order}` and `${Order.Arn}`; `${!Order}` is a text.
  private static func substituted(in text: String) -> [String] {
    text.split(separator: "${").dropFirst(text.hasPrefix("${") ? 0 : 1).compactMap { piece in
      guard piece.first != "!", let end = piece.firstIndex(of: "}") else { return nil }
      return String(piece[..<end].prefix { $0 != "." })
    }
  }
}
