import Kernel
import Scenarios
import Services
import Statistics
import Testing

/// Laws from files of measured values.
@Suite struct SampleTests {
  /// The law of a cold start, and what is remembered of its file.
  private func law(_ law: String, _ text: String, file: String = "d.csv") throws -> (
    Distribution, [InputNote]
  ) {
    let compiled = try TraceTests.compiled(
      "{process: constant, rate: 1/s}", files: [file: text], worker: ", coldStart: \(law)")
    return (compiled.system.functions[0].coldStart, compiled.inputs)
  }

  @Test("columns say their unit; values have their own")
  func units() throws {
    #expect(try law("empirical(d.csv)", "duration_ms\n250\n1000\n").0 == .empirical([0.25, 1]))
    #expect(try law("empirical(d.csv start)", "start,x\n3s,a\n1,b\n").0 == .empirical([1, 3]))
    #expect(try law("empirical(d.csv unit=ms)", "5\n250\n").0 == .empirical([0.005, 0.25]))
    #expect(try law("{file: d.csv, unit: us}", "latency\n5\n").0 == .empirical([0.000005]))
    #expect(try law("empirical(d.csv)", "id,@duration\na,5\nb,7\n").0 == .empirical([0.005, 0.007]))
  }

  @Test("memory of a log is no duration, and rows have as many cells as the header")
  func otherKinds() {
    #expect(throws: (any Error).self) { try law("fit(f.log memory)", Self.log, file: "f.log") }
    #expect(throws: (any Error).self) { try law("empirical(d.csv start)", "start,x\n3s,a\n1\n") }
  }

  @Test("between neighbours a law is straight")
  func linear() throws {
    let (law, notes) = try law("empirical(d.csv draw=linear)", "v\n1\n2\n4\n")
    #expect(
      [0, 0.25, 0.5, 0.75, 0.999_999].map { (law.sample($0) * 100).rounded() / 100 } == [1, 1.5, 2, 3, 4])
    #expect(notes.map(\.content) == [.values(column: "v", count: 3, .linear)])
  }

  @Test("a fit is the law that its expression means, in six digits")
  func fit() throws {
    // Quantiles of a lognormal of mean 0.2 s and cv 0.5.
    let truth = Distribution.lognormal(mean: 0.2, cv: 0.5)
    let values = (0..<500).map { "\(truth.sample((Double($0) + 0.5) / 500) * 1000)" }
    let (fitted, notes) = try law("fit(d.csv)", "latency_ms\n" + values.joined(separator: "\n") + "\n")
    guard case .fit(let facts) = try #require(notes.first).content else { Issue.record("no fit"); return }
    #expect(
      facts.family.rawValue == "lognormal" && facts.isClose && facts.count == 500 && facts.distance < 0.01)
    #expect(try DistributionParser.parse(facts.expression, as: .duration) == fitted)
    #expect(abs(fitted.mean - 0.2) < 0.002)
    let (forced, _) = try law(
      "fit(d.csv family=exponential)", "latency_ms\n" + values.joined(separator: "\n") + "\n")
    guard case .exponential(let mean) = forced else { Issue.record("\(forced)"); return }
    #expect(abs(mean - 0.2) < 0.002)
  }

  private static let log = """
    START RequestId: 1 Version: $LATEST
    REPORT RequestId: 1\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 45 MB\tInit Duration: 200.00 ms\t
    {"time":"2026","type":"platform.report","record":{"requestId":"2","metrics":{"durationMs":30.25,"billedDurationMs":31,"maxMemoryUsedMB":50}}}
    {"events": [{"message": "REPORT RequestId: 3\\tDuration: 7 ms\\tBilled Duration: 7 ms\\tMemory Size: 128 MB\\tMax Memory Used: 46 MB\\n"}]}
    """

  @Test("Lambda's REPORT lines are found in every form of log")
  func lambdaLog() throws {
    #expect(try law("empirical(l.log)", Self.log, file: "l.log").0 == .empirical([0.007, 0.0125, 0.03025]))
    #expect(try law("empirical(l.log init)", Self.log, file: "l.log").0 == .empirical([0.2]))
    #expect(
      try law("empirical(l.log billed)", Self.log, file: "l.log").0 == .empirical([0.007, 0.013, 0.031]))
    #expect(throws: ScenarioError.self) { try law("empirical(l.log inti)", Self.log, file: "l.log") }
  }

  @Test("replayed values are a field that sleep names")
  func replay() throws {
    let compiled = try SimulationMeaningTests.scenario(
      arrivals: "{process: constant, rate: 1/s}", workload: ", fields: {work: replay(d.csv duration_ms)}",
      files: ["d.csv": "duration_ms\n250\n1000\n"])
    guard case .sequence(let values) = compiled.system.workloads[0].fields[0].source else {
      Issue.record("no sequence"); return
    }
    #expect(values == [0.25, 1])
    #expect(compiled.inputs.map(\.content) == [.replay(column: "duration_ms", count: 2)])
  }

  @Test(
    "what cannot be done is told",
    arguments: [
      ("replay(d.csv)", "S308"), ("fit(d.csv family=normal)", "S304"), ("empirical(d.csv x)", "S316"),
      ("empirical()", "S304"), ("fit(d.csv faimly=gamma)", "S304"), ("empirical(no.csv)", "Y101"),
      ("{file: d.csv, colum: v}", "S301"), ("{file: d.csv, draw: twice}", "S304"), ("fit(equal.csv)", "S343"),
      ("fit(zero.csv)", "S343"), ("empirical(bad.csv)", "S340"), ("{file: d.csv, family: gamma}", "S304"),
    ])
  func mistakes(law: String, code: String) {
    let files = [
      "d.csv": "v\n1\n2\n", "equal.csv": "v\n1\n1\n", "zero.csv": "v\n0\n2\n3\n",
      "bad.csv": "v\n1\nmuch\n-1\n",
    ]
    do {
      _ = try TraceTests.compiled(
        "{process: constant, rate: 1/s}", files: files,
        worker: ", coldStart: '\(law)'"
          .replacing("'{", with: "{").replacing("}'", with: "}"))
      Issue.record("nothing is wrong with \(law)")
    } catch let error as ScenarioError {
      let codes = error.diagnostics.filter { $0.severity == .error }.map(\.code)
      #expect(codes.contains(code), "\(law): \(error.diagnostics.map(\.message))")
    } catch { Issue.record("\(error)") }
  }

  /// An A² above its 5 % point and a p of more than 0.01: nothing that `fit` rejects.
  @Test("a fit is called far from its values where the bootstrap rejects it, not before")
  func judgement() throws {
    let rejected: (Int) -> Double = { $0 < 30 ? 0.1 + Double($0) / 1000 : 2 + Double($0) / 1000 }
    for (values, isClose) in [((0..<60).map(rejected), false), (Self.borderline, true)] {
      let (_, notes) = try law(
        "fit(d.csv family=exponential)", "v\n" + values.map { "\($0)\n" }.joined())
      guard case .fit(let facts) = try #require(notes.first).content else { Issue.record("no fit"); return }
      let quality = FitQuality(try FittedLaw(.exponential, to: values), values: values)
      #expect(facts.isClose == isClose && FitJudgement.isAdequate(quality) == isClose)
      #expect(!quality.isAdequate)
    }
  }

  /// Exponential quantiles bent until A² lies at 1.6, above its 5 % point of 1.33 and below its 1 % point of 1.94.
  private static let borderline = (0..<60).map { position -> Double in
    let u = (Double(position) + 0.5) / 60
    return PortableMath.exp(0.73 * PortableMath.log(-PortableMath.log(1 - u)))
  }
}
