import Foundation
import Planning
import Reports
import Scenarios
import Services
import Testing

/// What people read of an analysis, byte for byte.
@Suite struct AnalysisReportTests {
  private static let scenarios = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "scenarios")

  private func compiled(_ name: String) throws -> CompiledScenario {
    var diagnostics = Diagnostics()
    let loaded = try ScenarioLoader(fileSystem: DiskFiles()).load(
      path: Self.scenarios.appending(path: "\(name).sim.yaml").path, into: &diagnostics)
    return try #require(ScenarioCompiler.compile(loaded, into: &diagnostics))
  }

  private func table(_ name: String, _ quantities: MeasuredQuantities? = nil) throws -> AnalysisTable {
    let compiled = try compiled(name)
    let analysis = SystemAnalysis(compiled, explains: true)
    return AnalysisTable(
      analysis, header: ScenarioHeader(compiled, file: "\(name).sim.yaml", replications: 3),
      checks: quantities?.checks(analysis.predictions) ?? [], source: quantities == nil ? nil : "out")
  }

  @Test("the album launch before any run, wide and narrow")
  func album() throws {
    let table = try table("album-launch/v02-kinesis")
    GoldenFile.expect(table.text(style: TerminalStyle(width: 120)), matches: "explain-album.txt")
    GoldenFile.expect(table.text(style: TerminalStyle(width: 60)), matches: "explain-album-narrow.txt")
    GoldenFile.expect(table.json(), matches: "explain-album.json")
  }

  @Test("the hot stream before any run")
  func hotStream() throws {
    let table = try table("hot-stream/base")
    GoldenFile.expect(table.text(), matches: "explain-hot-stream.txt")
    GoldenFile.expect(table.markdown(), matches: "explain-hot-stream.md")
  }

  @Test("formulas beside a run: what agrees, what differs, what is not judged")
  func beside() throws {
    var quantities = MeasuredQuantities()
    quantities.add("orders.Created", "count", .init(mean: 90_451, low: 89_948, high: 90_954))
    quantities.add("SendZip.Duration", "avg", .init(mean: 2.6, low: 2.5, high: 2.7))
    quantities.add("orders.DrainTime", "value", .init(mean: 32_187, low: nil, high: nil))
    let text = try table("album-launch/v02-kinesis", quantities).text(style: TerminalStyle(width: 110))
    #expect(text.contains("DIFFERS ± 1.2 %"))
    #expect(text.contains("1 of 3 disagree beyond the formula's known error: SendZip.Duration avg"))
    GoldenFile.expect(
      String(text[text.range(of: "  █ FORMULA AND RUN")!.lowerBound...]), matches: "explain-beside.txt")
  }

  @Test("one function in depth, with its rules and their sources")
  func resource() throws {
    let compiled = try compiled("album-launch/v02-kinesis")
    let rules = try #require(ResourceRules("SendZip", in: compiled))
    let text = ResourceReport.text(
      rules, SystemAnalysis(compiled, explains: true), style: TerminalStyle(width: 120))
    GoldenFile.expect(text, matches: "explain-resource.txt")
    #expect(ResourceRules("SendZap", in: compiled) == nil)
  }

  @Test("what fills nothing is said to")
  func silence() throws {
    var compiled = try compiled("album-launch/v02-kinesis")
    compiled.system.workloads[0].arrivals = .poisson([RateKnot(time: 0, rate: 0)])
    let table = AnalysisTable(
      SystemAnalysis(compiled), header: ScenarioHeader(compiled, file: "a.sim.yaml", replications: 1))
    let text = table.text()
    #expect(text.contains("    orders: nothing arrives, so that it fills nothing\n"))
    #expect(text.contains("  nothing arrives\n") && !text.contains("in 0s"))
  }
}
