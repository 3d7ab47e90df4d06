import Kernel
import Planning
import Records
import Scenarios
import Services
import Testing

/// Recorded arrivals and recorded service times in whole runs. Source: methods §2.
@Suite struct TraceReplayTests {
  /// Messages into a function without limits, which sleeps as `sleep` says.
  static func scenario(
    _ arrivals: String, sleep: String = "100ms", workload: String = "", run: String = "duration: 10m"
  )
    -> String
  {
    """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Work: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, Handler: index.handler, Timeout: 900, MemorySize: 1769}}
    Simulation:
      version: 1
      run: {\(run), drain: 10d, replications: 3, seed: 3}
      limits: {lambda.invokeOverheadSeconds: 0}
      workloads: {orders: {into: Work, arrivals: \(arrivals)\(workload)}}
      functions: {Work: {coldStart: 0s, perMessage: [{sleep: \(sleep)}]}}
    """
  }

  private func runs(_ text: String, files: [String: String]) throws -> [RunRecords] {
    let compiled = try Lab.compile(text, files: files)
    return try (0..<3).map { try Lab.run(compiled.system, replication: $0) }
  }

  private func created(_ run: RunRecords) -> [Double] {
    run.messages.sorted { $0.index < $1.index }.map(\.created.seconds)
  }

  @Test("messages arrive exactly when the file says, with its sizes and keys, in every replication")
  func exact() throws {
    let csv = "time_ms,size_bytes,key\n0,100,a\n1250.5,200,b\n1250.5,300,\n599999,400,c\n600000,1,z\n"
    for run in try runs(Self.scenario("{process: trace, file: t.csv}"), files: ["t.csv": csv]) {
      #expect(created(run) == [0, 1.2505, 1.2505, 599.999])
      let messages = run.messages.sorted { $0.index < $1.index }
      #expect(messages.map(\.sizeBytes) == [100, 200, 300, 400])
      #expect(messages.map(\.key) == ["a", "b", "orders-2", "c"])
    }
  }

  @Test("a trace that begins again keeps its gaps, sizes and fields")
  func loop() throws {
    let text = Self.scenario(
      "{process: trace, file: t.csv, loop: 3m, at: 1s, speed: 2}", sleep: "work_ms", run: "duration: 4m")
    let csv = "time_s,size_bytes,work_ms\n0,100,1000\n60,200,3000\n"
    let run = try runs(text, files: ["t.csv": csv])[0]
    #expect(created(run) == [1, 31, 91, 121, 181, 211])
    let messages = run.messages.sorted { $0.index < $1.index }
    #expect(messages.map(\.sizeBytes) == [100, 200, 100, 200, 100, 200])
    #expect(messages.map { (($0.ended - $0.created).seconds * 1000).rounded() / 1000 } == [1, 3, 1, 3, 1, 3])
  }

  @Test("recorded service times are those of the messages", arguments: ["sleep", "compute"])
  func serviceTimes(step: String) throws {
    let text = Self.scenario("{process: trace, file: t.csv}", sleep: "work_ms")
      .replacing("{sleep: work_ms}", with: "{\(step): work_ms}")
    let run = try runs(text, files: ["t.csv": "time_s,work_ms\n1,250\n2,1500\n3,0\n4,none\n"])[0]
    let times = run.messages.sorted { $0.index < $1.index }.map { ($0.ended - $0.created).seconds }
    #expect(times.map { ($0 * 1000).rounded() / 1000 } == [0.25, 1.5, 0, 0])
  }

  @Test("values of another file are replayed one message after another")
  func replayedValues() throws {
    let text = Self.scenario(
      "{process: constant, rate: 1/min}", sleep: "work", workload: ", fields: {work: replay(d.csv)}",
      run: "duration: 330s")
    let run = try runs(text, files: ["d.csv": "latency_ms\n100\n2000\n"])[2]
    let times = run.messages.sorted { $0.index < $1.index }.map { ($0.ended - $0.created).seconds }
    #expect(times.map { ($0 * 1000).rounded() / 1000 } == [0.1, 2, 0.1, 2, 0.1])
  }

  private static let counts = "time_s,count\n0,4\n60,0\n120,10\n"

  @Test("counts are exactly those of the file in every replication", arguments: ["even", "uniform"])
  func exactCounts(within: String) throws {
    let runs = try runs(
      Self.scenario("{process: counts, file: c.csv, within: \(within), loop: true}", run: "duration: 4m"),
      files: ["c.csv": Self.counts])
    for run in runs {
      let perMinute = (0..<4).map { minute in
        created(run).count { $0 >= Double(minute) * 60 && $0 < Double(minute + 1) * 60 }
      }
      #expect(perMinute == [4, 0, 10, 4])
      #expect(created(run) == created(run).sorted())
    }
    if within == "even" {
      #expect(created(runs[0]).prefix(5) == [7.5, 22.5, 37.5, 52.5, 123])
      #expect(created(runs[0]) == created(runs[1]))
    } else {
      #expect(created(runs[0]) != created(runs[1]))
    }
  }

  /// Means of k-th order statistics of n uniforms are k/(n + 1).
  @Test("uniform placement draws the order statistics of a period")
  func orderStatistics() throws {
    let compiled = try Lab.compile(
      Self.scenario(
        "{process: counts, file: c.csv, within: uniform, loop: true, period: 1s}", run: "duration: 20m"),
      files: ["c.csv": "time_s,count\n0,4\n"])
    let times = created(try Lab.run(compiled.system))
    #expect(times.count == 4800)
    for rank in 0..<4 {
      var sum = 0.0
      for index in stride(from: rank, to: times.count, by: 4) { sum += times[index] - Double(index / 4) }
      let mean = sum / 1200
      // The deviation of an order statistic of four is at most 0.2; four of its mean's are 0.023.
      #expect(abs(mean - Double(rank + 1) / 5) < 0.023)
    }
  }

  @Test("Poisson counts vary around the file's, and follow its periods")
  func poissonCounts() throws {
    let compiled = try Lab.compile(
      Self.scenario("{process: counts, file: c.csv, loop: true}", run: "duration: 300m").replacing(
        "drain: 10d", with: "drain: 1d"),
      files: ["c.csv": Self.counts])
    var minutes = [0, 0, 0]
    for time in created(try Lab.run(compiled.system)) { minutes[Int(time / 60) % 3] += 1 }
    // 100 cycles: Poisson(400), none, Poisson(1000); four deviations.
    #expect(abs(minutes[0] - 400) < 80 && minutes[1] == 0 && abs(minutes[2] - 1000) < 127)
  }

  @Test("the last arrivals of a file that is longer than the run are named")
  func tooLong() throws {
    var diagnostics = Diagnostics()
    let loaded = try ScenarioLoader(
      fileSystem: MemoryFiles([
        "a.sim.yaml": Self.scenario("{process: trace, file: t.csv}"), "t.csv": "time_s\n1\n700\n900\n",
      ])
    ).load(path: "a.sim.yaml", into: &diagnostics)
    _ = ScenarioCompiler.compile(loaded, into: &diagnostics)
    let warning = try #require(diagnostics.all.first { $0.code == "A606" })
    #expect(warning.message.hasPrefix("2 of 3 rows come after run.duration 10m"))
  }

  @Test("all points of a sweep share what was read of a file")
  func sharedByPoints() throws {
    var diagnostics = Diagnostics()
    let loaded = try ScenarioLoader(
      fileSystem: MemoryFiles([
        "a.sim.yaml": Self.scenario("{process: trace, file: t.csv}"), "t.csv": "time_s\n1\n2\n",
      ])
    ).load(path: "a.sim.yaml", into: &diagnostics)
    var bases: Set<Int> = []
    for _ in 0..<3 {
      let compiled = try #require(ScenarioCompiler.compile(loaded, into: &diagnostics))
      guard case .trace(let rows, _) = compiled.system.workloads[0].arrivals else { continue }
      bases.insert(rows.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) })
    }
    #expect(bases.count == 1)
  }
}
