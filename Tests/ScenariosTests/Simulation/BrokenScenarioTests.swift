import Foundation
import Scenarios
import Testing

/// Every file of `Golden/broken` gives exactly the diagnostics of the text file beside it.
///
/// `RECORD_GOLDEN=1` rewrites the text files and still fails, so that recording never passes unseen.
@Suite struct BrokenScenarioTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Golden")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/broken")) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  /// The files of the folder, held in memory so that messages show names without a machine's folders.
  static let files: MemoryFiles = {
    var texts = ["base.sim.yaml": text("base.sim.yaml")]
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/broken")) ?? []
    for name in names where name.hasSuffix(".yaml") || name.hasSuffix(".csv") {
      texts["broken/\(name)"] = text("broken/\(name)")
    }
    return MemoryFiles(texts)
  }()

  static func text(_ name: String) -> String {
    (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
  }

  /// What `validate` prints for a file.
  static func report(_ path: String) -> (text: String, all: [Diagnostic], compiled: CompiledScenario?) {
    var diagnostics = Diagnostics()
    var sources = [SourceText(file: path, text: text(path))]
    var compiled: CompiledScenario?
    do {
      let loaded = try ScenarioLoader(fileSystem: files).load(path: path, into: &diagnostics)
      sources = loaded.sources
      compiled = ScenarioCompiler.compile(loaded, into: &diagnostics)
      return (
        DiagnosticFormatter(sources: sources, filesChecked: 1).text(diagnostics.all), diagnostics.all,
        compiled
      )
    } catch {
      let formatter = DiagnosticFormatter(sources: sources, filesChecked: 1)
      return (formatter.text(error.diagnostics), error.diagnostics, nil)
    }
  }

  @Test("there are at least forty broken scenarios") func thereAreEnough() {
    #expect(Self.names.count >= 40)
  }

  @Test("the base of the broken scenarios is not broken") func theBaseIsSound() {
    let report = Self.report("base.sim.yaml")
    #expect(report.compiled != nil, "\(report.text)")
    #expect(!report.all.contains { $0.severity != .note }, "\(report.text)")
  }

  @Test(arguments: names) func `explains every mistake of`(name: String) throws {
    let report = Self.report("broken/\(name).yaml")
    #expect(report.compiled == nil)
    #expect(report.all.contains { $0.severity == .error })
    let golden = Self.folder.appendingPathComponent("broken/\(name).txt")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try report.text.write(to: golden, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name).txt; review the difference and run again")
      return
    }
    #expect(report.text == Self.text("broken/\(name).txt"))
  }

  @Test("together they show every family of codes") func everyFamilyIsShown() {
    let codes = Self.names.flatMap { Self.report("broken/\($0).yaml").all.map(\.code) }
    for family in ["Y1", "T2", "S3", "E4", "M5"] {
      #expect(codes.contains { $0.hasPrefix(family) }, "no code of family \(family)")
    }
  }

  @Test("every code that is shown has a long text") func everyCodeIsExplained() {
    for name in Self.names {
      for diagnostic in Self.report("broken/\(name).yaml").all {
        #expect(Explain.code(diagnostic.code) != nil, "\(diagnostic.code) of \(name)")
      }
    }
  }
}
