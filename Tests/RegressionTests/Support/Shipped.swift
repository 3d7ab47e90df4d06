import Foundation
import Kernel
import Records
import Scenarios
import Services
import Testing

/// The scenario files that come with the program.
enum Shipped {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "scenarios")

  /// `story/name` of every file, sorted.
  static let names: [String] = {
    let files = FileManager.default
    let stories = (try? files.contentsOfDirectory(atPath: folder.path)) ?? []
    return stories.flatMap { story in
      ((try? files.contentsOfDirectory(atPath: folder.appending(path: story).path)) ?? [])
        .filter { $0.hasSuffix(".sim.yaml") }.map { "\(story)/\($0.dropLast(".sim.yaml".count))" }
    }.sorted()
  }()

  /// Compiles a shipped scenario with everything that was said about it.
  static func compile(_ name: String, variant: String? = nil, sets: [String] = []) throws -> (
    compiled: CompiledScenario, diagnostics: [Diagnostic]
  ) {
    var diagnostics = Diagnostics()
    let path = folder.appending(path: "\(name).sim.yaml").path
    let loaded = try ScenarioLoader(fileSystem: DiskFiles()).load(
      path: path, variant: variant, sets: sets, into: &diagnostics)
    let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics)
    return (try #require(compiled, "\(diagnostics.all.map(\.message))"), diagnostics.all)
  }

  /// One replication of a shipped scenario.
  static func run(_ name: String, variant: String? = nil, sets: [String] = []) throws -> RunRecords {
    try Lab.run(compile(name, variant: variant, sets: sets).compiled.system)
  }
}
