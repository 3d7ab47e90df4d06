/// Reads a file with what it includes and extends, remembering every text for messages.
struct ScenarioFileChain {
  let project: ProjectFiles
  var diagnostics: Diagnostics
  private(set) var files: [String] = []
  private(set) var sources: [SourceText] = []
  /// Trees by canonical path: a file named twice is read once.
  private var trees: [String: Node] = [:]
  /// Files being worked on, outermost first.
  private var open: [(shown: String, canonical: String)] = []

  init(project: ProjectFiles, diagnostics: Diagnostics) {
    self.project = project
    self.diagnostics = diagnostics
  }

  /// A file the user named on the command line; such a file may lie anywhere.
  mutating func loadArgument(_ path: String) -> Node? {
    let bytes: [UInt8]
    do {
      bytes = try project.fileSystem.read(path, limit: YAMLReader.sizeMax)
    } catch {
      let at = SourcePosition(file: path, line: 0, column: 0)
      if error == .tooLarge {
        diagnostics.add(YAMLReader.tooLarge(file: path))
      } else {
        let words = ProjectFiles.words(for: error, path: path, limit: YAMLReader.sizeMax)
        diagnostics.add(Diagnostic(.error, "Y101", at: at, words))
      }
      return nil
    }
    return layered(path, bytes: bytes)
  }

  /// The root with its template underneath; `Template` itself is gone.
  mutating func withTemplate(_ root: Node) -> Node {
    guard let reference = root["Template"] else { return root }
    var rest = root
    rest.value = .mapping((root.entries ?? []).filter { $0.key != "Template" })
    guard !reference.isNull else { return rest }
    guard
      let named = project.read(reference, what: "Template", limit: YAMLReader.sizeMax, into: &diagnostics),
      let template = tree(named.path, bytes: named.bytes)
    else { return rest }
    if let extends = template.entry("extends") ?? template.entry("Template") {
      diagnostics.add(
        Diagnostic(
          .error, "Y120", at: extends.keyPosition,
          "a template cannot name another file with '\(extends.key)'",
          length: extends.key.count, hint: "write 'extends: \(reference.text ?? "")' in the scenario instead")
      )
    }
    return Merge.overlay(rest, on: template)
  }

  // MARK: Layers of one file

  private mutating func layered(_ path: String, bytes: [UInt8]) -> Node? {
    let canonical = path == "-" ? "-" : project.fileSystem.canonicalPath(path)
    open.append((path, canonical))
    defer { open.removeLast() }
    guard let own = tree(path, bytes: bytes) else { return nil }

    var result: Node?
    for reference in includes(of: own) {
      guard let included = layer(reference, what: "include") else { continue }
      result = result.map { Merge.overlay(included, on: $0) } ?? included
    }
    if let reference = own["extends"], !reference.isNull, let base = layer(reference, what: "extends") {
      result = result.map { Merge.overlay(base, on: $0) } ?? base
    }
    let rest = withoutFileKeys(own)
    return result.map { Merge.overlay(rest, on: $0) } ?? rest
  }

  private mutating func layer(_ reference: Node, what: String) -> Node? {
    if let path = reference.text.map({ FilePaths.join(FilePaths.directory(of: reference.position.file), $0) }
    ),
      let first = open.firstIndex(where: { $0.canonical == project.fileSystem.canonicalPath(path) })
    {
      let chain = (open[first...].map(\.shown) + [open[first].shown]).joined(separator: " > ")
      diagnostics.add(
        Diagnostic(
          .error, "Y121", at: reference.position, "\(what) goes round in a circle: \(chain)",
          length: reference.text?.unicodeScalars.count ?? 1))
      return nil
    }
    guard let named = project.read(reference, what: what, limit: YAMLReader.sizeMax, into: &diagnostics)
    else {
      return nil
    }
    // What a file knows of its own designs is not known of designs that are built on it.
    return layered(named.path, bytes: named.bytes).map { Self.without("knownFailures", inSimulationOf: $0) }
  }

  private mutating func includes(of root: Node) -> [Node] {
    guard let list = root["Simulation"]?["include"], !list.isNull else { return [] }
    if let elements = list.elements { return elements }
    if list.text != nil { return [list] }
    diagnostics.add(Diagnostic(.error, "Y120", at: list.position, "include is a list of paths"))
    return []
  }

  private func withoutFileKeys(_ root: Node) -> Node {
    var copy = root
    copy.value = .mapping((root.entries ?? []).filter { $0.key != "extends" })
    return Self.without("include", inSimulationOf: copy)
  }

  private static func without(_ key: String, inSimulationOf root: Node) -> Node {
    var copy = root
    copy.value = .mapping(
      (root.entries ?? []).map { entry in
        guard entry.key == "Simulation", let inner = entry.value.entries else { return entry }
        var changed = entry
        changed.value.value = .mapping(inner.filter { $0.key != key })
        return changed
      })
    return copy
  }

  // MARK: One file

  /// The tree of a file; a `Simulation` in its metadata stands beside `Resources`.
  private mutating func tree(_ path: String, bytes: [UInt8]) -> Node? {
    let canonical = path == "-" ? "-" : project.fileSystem.canonicalPath(path)
    if let known = trees[canonical] { return known }
    if !files.contains(path) { files.append(path) }
    guard let text = TextChecks.decode(bytes, file: path, into: &diagnostics) else { return nil }
    sources.append(SourceText(file: path, text: text))
    guard let root = YAMLReader.read(text, file: path, into: &diagnostics) else { return nil }
    guard root.entries != nil else {
      diagnostics.add(
        Diagnostic(
          .error, "Y115", at: root.position, "a scenario is a map with keys such as Resources and Simulation")
      )
      return nil
    }
    let tree = Self.liftingMetadata(root)
    trees[canonical] = tree
    return tree
  }

  private static func liftingMetadata(_ root: Node) -> Node {
    guard let lifted = root["Metadata"]?.entry("Simulation") else { return root }
    var entries = root.entries ?? []
    for index in entries.indices where entries[index].key == "Metadata" {
      let rest = (entries[index].value.entries ?? []).filter { $0.key != "Simulation" }
      entries[index].value.value = .mapping(rest)
    }
    entries.removeAll { $0.key == "Metadata" && $0.value.entries?.isEmpty == true }
    let base = Node(.mapping([lifted]), at: root.position)
    let rest = Node(.mapping(entries), at: root.position)
    return Merge.overlay(rest, on: base)
  }
}
