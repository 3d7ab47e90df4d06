import Kernel
import Scenarios
import Services
import Testing

/// What a file of recorded arrivals becomes.
@Suite struct TraceTests {
  static func compiled(
    _ arrivals: String, files: [String: String], simulation: String = "", workload: String = "",
    worker: String = ""
  ) throws -> CompiledScenario {
    try SimulationMeaningTests.scenario(
      simulation: simulation, arrivals: arrivals, workload: workload, worker: worker, files: files)
  }

  static func seconds(_ arrivals: String, _ csv: String) throws -> [Double] {
    let compiled = try compiled(arrivals, files: ["t.csv": csv])
    guard case .trace(let rows, _) = compiled.system.workloads[0].arrivals else { return [] }
    return rows.map(\.time.seconds)
  }

  @Test("times are seconds, other units, or instants that begin with the first")
  func units() throws {
    #expect(try Self.seconds("{process: trace, file: t.csv}", "time_s\n1\n1\n2.5\n") == [1, 1, 2.5])
    #expect(try Self.seconds("{process: trace, file: t.csv}", "time_ms\n0\n1500\n") == [0, 1.5])
    #expect(
      try Self.seconds("{process: trace, file: t.csv}", "timestamp\n1787140800250\n1787140801000\n") == [
        0, 0.75,
      ])
    #expect(
      try Self.seconds(
        "{process: trace, file: t.csv}", "Time\n2026-08-19T12:00:00Z\n2026-08-19T14:00:01+02:00\n")
        == [0, 1])
    #expect(
      try Self.seconds("{process: trace, file: t.csv, unit: us, columns: {time: when}}", "when\n5\n1000000\n")
        == [0.000005, 1])
  }

  @Test("a trace is shifted, sped up, cut at an origin and put in order")
  func clock() throws {
    #expect(
      try Self.seconds("{process: trace, file: t.csv, at: 10m, speed: 2}", "time_s\n1\n3\n") == [
        600.5, 601.5,
      ])
    let instants = "time\n2026-08-19T11:59:59Z\n2026-08-19T12:00:05Z\n"
    #expect(
      try Self.seconds("{process: trace, file: t.csv, origin: '2026-08-19T12:00:00Z'}", instants) == [5])
    let started = try Self.compiled(
      "{process: trace, file: t.csv, origin: start}", files: ["t.csv": instants],
      simulation: "  run: {start: '2026-08-19T11:59:00Z'}")
    guard case .trace(let rows, _) = started.system.workloads[0].arrivals else {
      Issue.record("no trace"); return
    }
    #expect(rows.map(\.time.seconds) == [59, 65])
    #expect(
      try Self.seconds("{process: trace, file: t.csv, sort: true}", "time_s\n3\n1\n2\n") == [1, 2, 3])
  }

  @Test("a repetition begins after the mean gap or after a given time")
  func loop() throws {
    func cycle(_ loop: String) throws -> Double? {
      let compiled = try Self.compiled(
        "{process: trace, file: t.csv, loop: \(loop)}", files: ["t.csv": "time_s\n1\n2\n5\n"])
      guard case .trace(_, let cycle) = compiled.system.workloads[0].arrivals else { return nil }
      return cycle?.seconds
    }
    #expect(try cycle("true") == 7 && cycle("10s") == 10 && cycle("false") == nil)
    #expect(throws: ScenarioError.self) { try cycle("4s") }
  }

  @Test("the scenario remembers what it took from which file")
  func notes() throws {
    let compiled = try Self.compiled(
      "{process: trace, file: t.csv}", files: ["t.csv": "time_ms,country\n0,de\n1500,fr\n7200000,de\n"])
    let note = try #require(compiled.inputs.first)
    #expect(compiled.inputs.count == 1 && note.place == "workloads.orders.arrivals" && note.file == "t.csv")
    guard case .trace(let facts) = note.content else { Issue.record("no trace"); return }
    #expect(
      facts.rows == 3 && facts.arriving == 2 && facts.column == "time_ms" && facts.kind == "milliseconds")
    #expect(compiled.system.workloads[0].fields.map(\.name) == ["country"])
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var arrivals: String, csv: String, expected: [String]
    var testDescription: String { expected.first ?? csv }
  }

  @Test(
    "every mistake of a row is told with its place",
    arguments: [
      Mistake(
        arrivals: "{process: trace, file: t.csv}", csv: "time_s,size_bytes\nsoon,1\n2,big\n1,1\n3\n-1,2\n",
        expected: [
          "t.csv:2:1 S340 time_s is 'soon'; expected seconds, such as 12.5",
          "t.csv:3:3 S340 the size is 'big'; expected whole bytes",
          "t.csv:4:1 S341 time_s goes back to 1 after line 3 ('sort: true' puts the rows in order of time)",
          "t.csv:5:1 S316 the row has 1 cell, the header has 2",
          "t.csv:6:1 S340 time_s is -1; a trace begins at 0",
        ]),
      Mistake(
        arrivals: "{process: trace, file: t.csv}", csv: "tiem_s\n1\n",
        expected: [
          "t.csv:1:1 S316 no column of times: the file has tiem_s, and none of them is called time_s, time_ms, time or timestamp (did you mean 'time_s'?)"
        ]),
      Mistake(
        arrivals: "{process: trace, file: t.csv, columns: {time: sent, key: shp}}", csv: "sent,shop\n1,a\n",
        expected: [
          "t.csv:1:1 S316 there is no column 'shp' for the key; the file has sent, shop (did you mean 'shop'?)"
        ]),
      Mistake(
        arrivals: "{process: trace, file: t.csv}", csv: "time_s\n",
        expected: [
          "t.csv:0:0 S316 the file has a header row and no other (a trace has a row for each message)"
        ]),
      Mistake(
        arrivals: "{process: trace, file: t.csv}", csv: "time\n2026-08-19T12:00:00Z\nnever\n",
        expected: ["t.csv:3:1 S340 time is 'never'; expected an instant such as 2026-08-19T10:00:00Z"]),
      Mistake(
        arrivals: "{process: trace, file: t.csv, origin: '2026-08-19'}", csv: "time_s\n1\n",
        expected: [
          "t.csv:1:1 S316 'time_s' counts seconds from 0, and an origin needs instants of the calendar (leave 'origin' out, or shift the trace with 'at')"
        ]),
      Mistake(
        arrivals: "{process: trace, file: t.csv}",
        csv: "time_s\n" + (1...14).map { _ in "x\n" }.joined(),
        expected: (2...11).map { "t.csv:\($0):1 S340 time_s is 'x'; expected seconds, such as 12.5" }
          + ["t.csv:12:1 S316 4 more mistakes from here on, which are not shown"]),
      Mistake(
        arrivals: "{process: trace, file: t.csv}",
        csv: "time_s\n" + (1...11).map { _ in "x\n" }.joined(),
        expected: (2...11).map { "t.csv:\($0):1 S340 time_s is 'x'; expected seconds, such as 12.5" }
          + ["t.csv:12:1 S316 one more mistake, which is not shown"]),
      Mistake(
        arrivals: "{process: counts, file: t.csv, period: 0s}",
        csv: "Timestamp,Sum\n2026-08-19T12:00:00Z,3\n2026-08-19T12:05:00Z,1\n",
        expected: [
          "x.sim.yaml:20:87 S308 a period of 0s: expected the time in which each row counts messages, such as 5m (without 'period' it is the time from one row to the next)"
        ]),
      Mistake(
        arrivals: "{process: counts, file: t.csv}",
        csv: "Timestamp,Sum\n2026-08-19T12:00:00Z,-3\n2026-08-19T12:05:00Z,x\n",
        expected: ["t.csv:3:22 S342 'x' is not a number of messages"]),
      Mistake(
        arrivals: "{process: counts, file: t.csv, within: even}",
        csv: "Timestamp,Sum\n2026-08-19T12:00:00Z,3\n2026-08-19T12:05:00Z,1.5\n",
        expected: [
          "t.csv:3:22 S342 1.5 is not a whole number of messages ('within: poisson' takes any number as a rate)"
        ]),
      Mistake(
        arrivals: "{process: counts, file: t.csv}",
        csv: "minute_s,count\n0,1\n60,2\n90,3\n60,2\n",
        expected: [
          "t.csv:0:0 S342 no column of times: none is called time, timestamp or time_s, and no row begins with an instant (name it with 'columns: {time: NAME}')"
        ]),
      Mistake(
        arrivals: "{process: counts, file: t.csv}", csv: "time_s,count\n0,1\n60,2\n150,3\n60,2\n",
        expected: [
          "t.csv:5:4 S342 the period of line 3 comes a second time (a file holds one metric; merge series before)"
        ]),
      Mistake(
        arrivals: "{process: counts, file: t.csv}", csv: "time_s,count\n0,1\n60,2\n150,3\n",
        expected: [
          "t.csv:4:5 S342 the row does not begin a whole number of periods of 1m after the first one (give the length of the periods with 'period: 5m')"
        ]),
      Mistake(
        arrivals: "{process: counts, file: t.csv}",
        csv: "{\"Datapoints\": [{\"Timestamp\": \"2026-08-19T12:00:00Z\", \"Average\": 1}]",
        expected: ["t.csv:1:69 S342 the file ends where JSON has ',' or '}'"]),
    ])
  func mistakes(_ mistake: Mistake) {
    #expect(Self.told(mistake.arrivals, mistake.csv) == mistake.expected)
  }

  /// What is told about a file, in its order.
  static func told(_ arrivals: String, _ csv: String) -> [String] {
    do {
      _ = try compiled(arrivals, files: ["t.csv": csv])
      return []
    } catch let error as ScenarioError {
      return DiagnosticFormatter.sorted(error.diagnostics.filter { $0.severity == .error }).map {
        diagnostic in
        let place = diagnostic.position.map { "\($0.file):\($0.line):\($0.column)" } ?? "-"
        return "\(place) \(diagnostic.code) \(diagnostic.message)"
          + (diagnostic.hint.map { " (\($0))" } ?? "")
      }
    } catch {
      return ["\(error)"]
    }
  }

  @Test("keys that do not belong together are told where they stand")
  func keys() {
    let csv = "time_s\n1\n"
    #expect(
      Self.told("{process: trace, file: t.csv, within: even}", csv).first?.contains(
        "'within' does not belong to a trace process") == true)
    #expect(
      Self.told("{process: trace, file: t.csv, columns: {value: x}}", csv).first?.contains("S308") == true)
    #expect(
      Self.told("{process: trace, file: t.csv, origin: noon}", csv).first?.contains("'noon' is no origin")
        == true)
    #expect(
      Self.told("{process: counts, file: t.csv, within: even, scale: 2}", "time_s,count\n0,1\n60,1\n").first?
        .contains("'scale' multiplies rates") == true)
    #expect(Self.told("{process: trace, file: t.csv, speed: 0}", csv).first?.contains("S305") == true)
    #expect(Self.told("{process: poisson, rate: 1/s, loop: true}", csv).first?.contains("S308") == true)
  }
}
