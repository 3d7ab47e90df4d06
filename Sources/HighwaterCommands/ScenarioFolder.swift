import Foundation

/// Finds the scenarios of folders.
enum ScenarioFolder {
  static let endings = [".sim.yaml", ".sim.yml", ".sim.json"]

  /// The files of these paths in their order, those of a folder and its subfolders sorted; each once.
  ///
  /// A file that is named is taken whatever its ending. Hidden folders and links to folders are left out.
  /// - Throws: `ProgramExit` 66 for a path that is not there, or a folder without scenarios.
  static func files(_ paths: [String]) throws -> [String] {
    var all: [String] = []
    for path in paths {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
        throw ProgramExit(ExitStatus.notFound, "no file or folder '\(path)'")
      }
      guard isDirectory.boolValue else {
        all.append(path)
        continue
      }
      let found = below(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
      guard !found.isEmpty else {
        throw ProgramExit(
          ExitStatus.notFound, "no file in '\(path)' ends with \(endings.joined(separator: ", "))")
      }
      all += found
    }
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }
  }

  private static func below(_ folder: String) -> [String] {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return names.filter { !$0.hasPrefix(".") }.flatMap { name -> [String] in
      let path = folder == "." ? name : "\(folder)/\(name)"
      // Not followed: a link to a folder above would never end.
      let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
      if kind == .typeDirectory { return below(path) }
      return endings.contains(where: name.hasSuffix) ? [path] : []
    }
  }
}

/// Which rules of which designs are tested: those whose line has one of the texts and none of the others.
struct RuleSelection: Sendable {
  private let filter: [String]
  private let exclude: [String]

  init(filter: [String], exclude: [String]) {
    self.filter = filter.map { $0.lowercased() }
    self.exclude = exclude.map { $0.lowercased() }
  }

  /// - Parameters:
  ///   - title: File, and the design where it has several.
  ///   - rule: Metric and expression; empty for a design without rules.
  func contains(_ title: String, rule: String) -> Bool {
    let line = "\(title) \(rule)".lowercased()
    return (filter.isEmpty || filter.contains(where: line.contains))
      && !exclude.contains(where: line.contains)
  }
}
