/// A scenario after all its files, overlays, the variant and the settings are merged.
package struct LoadedScenario: Sendable {
  /// A map with `Simulation`, `Resources`, `Parameters`, ...; `extends`, `Template` and `include` are worked in.
  package var root: Node
  /// Every file read, as shown in messages, the scenario's own first.
  package var files: [String]
  /// Text of every file and of the settings (`--set`), for excerpts in messages.
  package var sources: [SourceText]
  /// `Simulation.name`, else the file's name without its endings.
  package var name: String
  /// The variant applied, if one was asked for.
  package var variant: String?
  /// Reads further files the scenario names (traces, samples) with the same rules about paths.
  package var project: ProjectFiles

  /// The value of `Simulation`; an empty map when the scenario has none.
  package var simulation: Node {
    root["Simulation"] ?? Node(.mapping([]), at: root.position)
  }

  /// Names of `Simulation.variants`, in file order.
  package var variantNames: [String] {
    root["Simulation"]?["variants"]?.entries?.map(\.key) ?? []
  }
}

/// Reads files that a scenario names, relative to the file that names them and inside its project.
///
/// The project is the nearest directory above the scenario with a `.git`, otherwise the parent of the directory the
/// scenario lies in, so that `../template.yaml` works.
package struct ProjectFiles: Sendable {
  package let fileSystem: any ScenarioFiles
  /// Canonical directory that named files must not leave.
  package let directory: String
  /// The scenario's own file, as the user wrote it.
  package let scenarioFile: String
  /// What data files were read as.
  package let cache = DataFileCache()

  package init(fileSystem: any ScenarioFiles, scenarioFile: String) {
    self.fileSystem = fileSystem
    self.scenarioFile = scenarioFile
    let home = FilePaths.directory(of: fileSystem.canonicalPath(scenarioFile == "-" ? "stdin" : scenarioFile))
    var candidate = home
    while true {
      if fileSystem.exists(FilePaths.join(candidate, ".git")) {
        directory = candidate
        return
      }
      if candidate == "/" || candidate.isEmpty { break }
      candidate = FilePaths.directory(of: candidate)
    }
    let parent = FilePaths.directory(of: home)
    directory = parent == "/" || parent.isEmpty ? home : parent
  }

  /// Path of a file named by a scalar, as shown in messages; nothing and an error when the path is refused.
  package func path(of reference: Node, what: String, into diagnostics: inout Diagnostics) -> String? {
    func refuse(_ code: String, _ message: String) -> String? {
      let length = reference.text?.unicodeScalars.count ?? 1
      diagnostics.add(Diagnostic(.error, code, at: reference.position, message, length: max(1, length)))
      return nil
    }
    guard let text = reference.text, !text.isEmpty else {
      return refuse("Y120", "\(what) is the path of a file, one text")
    }
    guard !text.hasPrefix("/"), !text.hasPrefix("~") else {
      return refuse("Y122", "\(what) '\(text)' is an absolute path; write it relative to this file")
    }
    let namingFile =
      reference.position.file == "--set" || reference.position.file == "-"
      ? (scenarioFile == "-" ? "" : scenarioFile) : reference.position.file
    let path = FilePaths.join(FilePaths.directory(of: namingFile), text)
    guard FilePaths.contains(directory, fileSystem.canonicalPath(path)) else {
      return refuse("Y122", "\(what) '\(text)' leads outside the project of this scenario")
    }
    return path
  }

  /// The bytes of a file named by a scalar; nothing and an error when it cannot be read.
  package func read(
    _ reference: Node, what: String, limit: Int, into diagnostics: inout Diagnostics
  ) -> (path: String, bytes: [UInt8])? {
    guard let path = path(of: reference, what: what, into: &diagnostics) else { return nil }
    do {
      return (path, try fileSystem.read(path, limit: limit))
    } catch {
      let words = Self.words(for: error, path: path, limit: limit)
      let length = max(1, reference.text?.unicodeScalars.count ?? 1)
      diagnostics.add(Diagnostic(.error, "Y101", at: reference.position, "\(what): \(words)", length: length))
      return nil
    }
  }

  package static func words(for problem: ScenarioFileProblem, path: String, limit: Int) -> String {
    switch problem {
    case .notFound: "there is no file '\(path)'"
    case .isDirectory: "'\(path)' is a directory, not a file"
    case .tooLarge: "'\(path)' is larger than \(limit / 1_048_576) MiB"
    case .unreadable: "'\(path)' cannot be read; check its permissions"
    }
  }
}
