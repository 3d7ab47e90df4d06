import Foundation
import Kernel
@testable import Planning
import Records
@testable import Reports
import Scenarios
import Testing

@Suite struct ReportTests {
  typealias Fixture = AlbumFixture

  // MARK: Terminal

  @Test func `summarises two replications`() {
    let text = TerminalSummary.text(Fixture.result(replications: 2), outputDirectory: "out", elapsed: 8.9)
    GoldenFile.expect(text, matches: "summary-two.txt")
  }

  @Test func `summarises one replication without intervals`() {
    let text = TerminalSummary.text(Fixture.result(replications: 1))
    GoldenFile.expect(text, matches: "summary-one.txt")
    #expect(!text.contains("±"))
  }

  @Test func `summarises everything in a narrow terminal`() {
    let style = TerminalStyle(width: 60)
    let text = TerminalSummary.text(Fixture.result(replications: 2), style: style, detail: .full)
    GoldenFile.expect(text, matches: "summary-narrow.txt")
    for line in text.split(separator: "\n") where !line.contains("Try:") {
      #expect(DisplayWidth.of(String(line)) <= 60, "\(line)")
    }
  }

  @Test func `says what is incomplete`() {
    let result = Fixture.result(replications: 1, requested: 20)
    #expect(!result.isComplete)
    #expect(TerminalSummary.text(result).contains("incomplete: 1 of 20 replications"))
    #expect(TerminalSummary.text(result, detail: .off).isEmpty)
  }

  @Test func `colours only when asked, and never moves the cursor`() {
    let result = Fixture.result(replications: 2)
    let plain = TerminalSummary.text(result)
    #expect(!plain.contains("\u{1B}"))
    let coloured = TerminalSummary.text(result, style: TerminalStyle(isColoured: true))
    var stripped = coloured
    for code in ["0", "1", "2", "31", "32", "33"] {
      stripped = stripped.replacingOccurrences(of: "\u{1B}[\(code)m", with: "")
    }
    #expect(stripped == plain && coloured != plain)
  }

  @Test func `measures and wraps what is wide`() {
    #expect(DisplayWidth.of("abc") == 3)
    #expect(DisplayWidth.of("注文キュー") == 10)
    #expect(DisplayWidth.of("e\u{301}▸×–") == 4)
    #expect(DisplayWidth.wrapped("注文キュー", to: 4) == ["注文", "キュ", "ー"])
    #expect(DisplayWidth.wrapped("a bc def", to: 4) == ["a bc", "def"])
    #expect(DisplayWidth.padded("注", to: 4) == "注  ")
  }

  @Test func `draws a backlog`() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], columns: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([0, 7, 0, 0], columns: 2) == "█▁")
    #expect(Sparkline.text([0, 0], columns: 2).isEmpty)
  }

  // MARK: Numbers

  struct TextCase: Sendable {
    var value: Double
    var unit: QuantityUnit
    var text: String
  }
  @Test(
    arguments: [
      TextCase(value: 0, unit: .seconds, text: "0s"),
      TextCase(value: 0.000_25, unit: .seconds, text: "250us"),
      TextCase(value: 0.0025, unit: .seconds, text: "2.5ms"),
      TextCase(value: 0.667, unit: .seconds, text: "667ms"),
      TextCase(value: 0.9996, unit: .seconds, text: "1s"), TextCase(value: 2.1, unit: .seconds, text: "2.1s"),
      TextCase(value: 12.34, unit: .seconds, text: "12.3s"),
      TextCase(value: 59.97, unit: .seconds, text: "1m"),
      TextCase(value: 120, unit: .seconds, text: "2m"), TextCase(value: 150, unit: .seconds, text: "2m30s"),
      TextCase(value: 3599.6, unit: .seconds, text: "1h"),
      TextCase(value: 41_700, unit: .seconds, text: "11h35m"),
      TextCase(value: 259_200 + 14_400, unit: .seconds, text: "3d4h"),
      TextCase(value: .infinity, unit: .seconds, text: "never"),
      TextCase(value: -90, unit: .seconds, text: "−1m30s"),
      TextCase(value: 90_612, unit: .count, text: "90,612"),
      TextCase(value: 1_234_567.4, unit: .count, text: "1,234,567"),
      TextCase(value: 0.5, unit: .count, text: "0.5"), TextCase(value: 12.34, unit: .count, text: "12.3"),
      TextCase(value: 2.81, unit: .usd, text: "2.81 USD"),
      TextCase(value: 151.4, unit: .usd, text: "151 USD"),
      TextCase(value: 12_345.6, unit: .usd, text: "12,346 USD"),
      TextCase(value: 0.00042, unit: .usd, text: "0.00042 USD"),
      TextCase(value: 1, unit: .share, text: "100.00 %"),
      TextCase(value: 0.0002, unit: .share, text: "0.02 %"),
      TextCase(value: 2048, unit: .bytes, text: "2 KiB"), TextCase(value: 512, unit: .bytes, text: "512 B"),
    ]) func `writes quantities for people`(_ c: TextCase)
  {
    #expect(QuantityText.value(c.value, c.unit) == c.text)
  }

  @Test(
    arguments: [
      (0.1, "0.1"), (1, "1"), (-2, "-2"), (1e15, "1000000000000000"), (1.5e-7, "0.00000015"),
      (1e22, "10000000000000000000000"),
      (1.25e17, "125000000000000000"), (0.1 + 0.2, "0.30000000000000004"), (.infinity, "inf"),
      (1.234e-5, "0.00001234"), (.leastNonzeroMagnitude, "0." + String(repeating: "0", count: 323) + "5"),
      (-0.0, "0"),
    ]) func `writes shortest decimals without exponents`(value: Double, expected: String)
  {
    var bytes: [UInt8] = []
    Decimal.append(value, to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text == expected)
    #expect(Double(text) == value)
  }

  @Test func `writes nanoseconds as exact seconds`() {
    let cases: [(Int64, String)] = [
      (0, "0"), (1, "0.000000001"), (2_700_000_001, "2.700000001"), (86_400_000_000_000, "86400"),
      (-1_500_000_000, "-1.5"),
    ]
    for (nanoseconds, expected) in cases {
      var bytes: [UInt8] = []
      Decimal.append(nanoseconds: nanoseconds, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
  }

  // MARK: Files

  @Test func `writes the files of two replications`() throws {
    let results = [Fixture.result(replications: 2)]
    GoldenFile.expect(SummaryFile.bytes(results), matches: "summary.csv")
    GoldenFile.expect(ThresholdsFile.bytes(results), matches: "thresholds.csv")
    GoldenFile.expect(AlarmsFile.bytes(results), matches: "alarms.csv")
    GoldenFile.expect(CostFile.bytes(results), matches: "cost.csv")
    GoldenFile.expect(SpansFile.bytes(results), matches: "spans.csv")
    let manifest = RunManifest(
      programVersion: "0.1.0", scenarioSHA256: [("album.sim.yaml", "00ff")],
      resolvedScenario: "Simulation:\n  name: \"album\"\n", overrides: ["Simulation.run.seed=42"])
    GoldenFile.expect(manifest.bytes(results), matches: "run.json")
  }

  @Test func `writes metrics in buckets, the mean first`() {
    var result = Fixture.result(replications: 2)
    // The first series alone, four minutes of it, with a gap in the second run.
    for index in result.runs.indices {
      result.runs[index].metrics = [result.runs[index].metrics[3]]
    }
    result.runs[1].metrics[0].datapoints.remove(at: 1)
    result.runs[0].metrics[0].datapoints[0].p50 = 0.5
    result.runs[0].metrics[0].datapoints[0].p95 = 0.95
    result.runs[0].metrics[0].datapoints[0].p99 = 0.99
    GoldenFile.expect(MetricsFile.bytes([result]), matches: "metrics.csv")
    result.header.periodMinutes = 5
    GoldenFile.expect(MetricsFile.bytes([result]), matches: "metrics-five-minutes.csv")
  }

  @Test func `streams messages sorted by their keys`() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try MessagesFile(in: OutputFolder(path))
    for replication in 0..<2 {
      try file.append(Fixture.run(replication), variant: replication == 0 ? "" : "more, shards")
    }
    try file.close()
    GoldenFile.expect(
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/messages.csv"))), matches: "messages.csv")
  }

  @Test func `writes long message files in pieces without losing a row`() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var run = Fixture.run(0)
    run.messages = (0..<30_000).reversed().map { index in
      var message = run.messages[0]
      message.index = index
      return message
    }
    let file = try MessagesFile(in: OutputFolder("\(path)/deep/er"))
    try file.append(run, variant: "")
    try file.close()
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/deep/er/messages.csv"))
    #expect(data.count > 2 << 20, "more than two pieces")
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 30_001)
    #expect(lines[1].hasPrefix(",0,orders-0,") && lines[30_000].hasPrefix(",0,orders-29999,"))
  }

  @Test func `says why a folder cannot be written`() throws {
    #expect(throws: OutputError.self) { try OutputFolder("/proc/highwater/out") }
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let error = #expect(throws: OutputError.self) { try OutputFolder(path) }
    #expect(error?.message == "cannot write '\(path)': Not a directory")
    #expect(OutputError.exitCode == 73)
  }

  @Test func `writes a whole folder`() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let results = [
      Fixture.result(replications: 2, label: "base"), Fixture.result(replications: 2, label: "more"),
    ]
    let manifest = RunManifest(programVersion: "0.1.0", scenarioSHA256: [], resolvedScenario: "")
    try ReportFiles.write(
      results, comparison: Comparison(results), manifest: manifest, jobs: 1, to: OutputFolder(path))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path).sorted() == [
        "alarms.csv", "compare.csv", "cost.csv", "metrics.csv", "run.json", "spans.csv", "summary.csv",
        "thresholds.csv",
      ])
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: "\(path)/run.json")))
    #expect((json as? [String: Any])?["complete"] as? Bool == true)
    #expect((json as? [String: Any])?["host"] == nil)
  }

  // MARK: Verdicts

  @Test(arguments: VerdictFormat.allCases) func `writes verdicts for other programs`(format: VerdictFormat) {
    let results = [Fixture.result(replications: 2)]
    GoldenFile.expect(format.text(results), matches: "verdicts.\(format.rawValue)")
  }

  @Test func `escapes what other programs would read as markup`() {
    var result = Fixture.result(replications: 1)
    result.verdicts = [result.verdicts[0]]
    result.verdicts[0].metric = "a<b>&\"c\"|d,e:f"
    result.verdicts[0].source.file = "x,y:z.yaml"
    #expect(VerdictFormat.junit.text([result]).contains("a&lt;b&gt;&amp;&quot;c&quot;|d,e:f: value &lt; 4h"))
    #expect(
      VerdictFormat.github.text([result]).hasPrefix(
        "::error file=x%2Cy%3Az.yaml,line=40,col=7,title=threshold failed::"))
    #expect(VerdictFormat.markdown.text([result]).contains("\\|d,e:f"))
  }

  private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("highwater-\(UUID().uuidString)").path
  }
}
