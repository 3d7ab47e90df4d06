import Crypto
import Foundation
import HandlerKit
import Planning
import Records
import Reports
import Scenarios
import Services

/// A scenario or one variant of it, read, checked and ready to run.
struct Design {
  /// As the user named it.
  let file: String
  /// Name in tables and in the `variant` column; empty for a single scenario.
  let label: String
  let loaded: LoadedScenario
  var compiled: CompiledScenario
  /// Every file that was read, with its SHA-256.
  var read: [(file: String, sha256: String)] = []

  /// Reads and checks a scenario; its messages go to standard error.
  ///
  /// - Parameter shown: Messages of earlier designs, which are not said twice; the new ones are added.
  /// - Throws: `ProgramExit` 65 or 66 with everything that is wrong already printed.
  static func load(
    _ file: String, label: String = "", variant: String?, _ options: ScenarioOptions, verbose: Bool,
    quiet: Bool, shown: inout [Diagnostic], in program: Program
  ) throws -> Design {
    let checked = try check(file, label: label, variant: variant, options)
    guard checked.loaded != nil else {
      report(checked.diagnostics, sources: [], isComplete: false, program)
      throw ProgramExit(ExitStatus.invalidScenario)
    }
    let new = checked.diagnostics.filter { diagnostic in
      guard !shown.contains(diagnostic) else { return false }
      return switch diagnostic.severity {
      case .error: true
      case .warning: !quiet
      case .note: verbose
      }
    }
    shown += new
    if !new.isEmpty { report(new, sources: checked.sources, isComplete: checked.design != nil, program) }
    guard let design = checked.design else { throw ProgramExit(ExitStatus.invalidScenario) }
    return design
  }

  /// A scenario file or variant after reading, right or wrong.
  struct Checked {
    /// nil when something is wrong with it.
    var design: Design?
    /// nil when not even a tree could be made of it.
    var loaded: LoadedScenario?
    var diagnostics: [Diagnostic]
    var sources: [SourceText] { loaded?.sources ?? [] }
  }

  /// Reads and checks a scenario without a word.
  ///
  /// - Throws: `ProgramExit` 66 for a file that is not there.
  static func check(
    _ file: String, label: String = "", variant: String?, _ options: ScenarioOptions
  ) throws -> Checked {
    let files = RecordingFiles(try Self.files(file))
    var diagnostics = Diagnostics()
    let loaded: LoadedScenario
    do {
      loaded = try ScenarioLoader(fileSystem: files).load(
        path: file, overlays: options.overlays, variant: variant, sets: options.settings,
        into: &diagnostics)
    } catch { return Checked(design: nil, loaded: nil, diagnostics: error.diagnostics) }
    let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics)
    let design =
      diagnostics.hasErrors
      ? nil
      : compiled.map { Design(file: file, label: label, loaded: loaded, compiled: $0, read: files.digests) }
    return Checked(design: design, loaded: loaded, diagnostics: diagnostics.all)
  }

  /// The designs of a file, by label: the file as it stands and its variants.
  ///
  /// A variant called base changes nothing: it says at which place the file as it stands is shown.
  static func labels(ofVariants names: [String]) -> [(label: String, variant: String?)] {
    (names.contains("base") ? [] : [("base", nil)]) + names.map { ($0, $0) }
  }

  static func report(
    _ diagnostics: [Diagnostic], sources: [SourceText], isComplete: Bool, _ program: Program
  ) {
    program.console.message(DiagnosticFormatter(sources: sources).text(diagnostics))
    if diagnostics.contains(where: { $0.severity == .error }) {
      program.console.message("nothing was simulated")
    }
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// The disk, with standard input read once when the file is `-`.
  static func files(_ file: String) throws -> DiskFiles {
    guard file != "-" else {
      return DiskFiles(standardInput: [UInt8](FileHandle.standardInput.readDataToEndOfFile()))
    }
    let files = DiskFiles()
    guard files.exists(file) else { throw ProgramExit(ExitStatus.notFound, "no file '\(file)'") }
    return files
  }

  /// SHA-256 of every file the scenario is made of: its texts in the order they were read, then its data files.
  var digests: [(file: String, sha256: String)] {
    let texts = loaded.sources.filter { !$0.file.hasPrefix("--") }.map { source in
      (file: source.file, sha256: Self.sha256(source.text.utf8))
    }
    return texts + read.filter { entry in !texts.contains { $0.file == entry.file } }
  }

  /// SHA-256 in hex.
  static func sha256(_ bytes: some Sequence<UInt8>) -> String {
    SHA256.hash(data: Data(bytes)).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }

  /// Handlers that cannot be made are a mistake of the scenario, found before anything runs.
  func checkHandlers(_ handlers: HandlerRegistry) throws {
    do { try compiled.system.checkHandlers(handlers) } catch {
      throw ProgramExit(ExitStatus.invalidScenario, "\(file): \(error)")
    }
  }

  /// Runs one replication.
  func makeRun(_ replication: Int, handlers: HandlerRegistry) throws -> RunRecords {
    try Self.makeRun(compiled.system, replication, handlers: handlers)
  }

  /// Runs one replication of a system that may differ from the scenario's own in what is kept and measured.
  static func makeRun(_ system: SystemSpec, _ replication: Int, handlers: HandlerRegistry) throws
    -> RunRecords
  {
    try system.run(
      replication: replication, handlers: handlers, isInterrupted: { Interruption.flag.isCancelled })
  }
}
