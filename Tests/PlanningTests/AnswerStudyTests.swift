import KnownAnswers
import Scenarios
import Statistics
import Testing

@testable import Planning
@testable import Reports

/// Known answers as scenarios, and how their results are shown; most runs are for the slow suite.
@Suite struct AnswerStudyTests {
  private static let simulated = KnownAnswers.all.filter { $0.simulate }

  @Test func `every answer that a simulation should give has one`() throws {
    var setups = Set<AnswerSimulation.Setup>()
    var references = 0
    for answer in Self.simulated {
      if try ReferenceSimulation.of(answer) != nil {
        references += 1
      } else {
        setups.insert(try AnswerSimulation.of(answer).setup)
      }
    }
    #expect(Self.simulated.count == 162)
    #expect(references == 33)
    for setup in setups {
      var diagnostics = Diagnostics()
      let files = DiskFiles(standardInput: Array(setup.scenario.utf8))
      let loaded = try ScenarioLoader(fileSystem: files).load(path: "-", into: &diagnostics)
      let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics)
      #expect(compiled != nil, "\(diagnostics.all)\n\(setup.scenario)")
    }
  }

  @Test func `sequences without randomness come out to the nanosecond`() throws {
    let results = try AnswerStudy.carryOut(KnownAnswers.cases(in: "deterministic"), simulates: true)
    let exact = results.compactMap(\.simulated)
    #expect(exact.count == 7 && exact.allSatisfy { $0.isExact && $0.isInside }, "\(exact)")
  }

  @Test func `an estimate agrees within three half-widths, and is inside within one`() throws {
    let half = try #require(MeanInterval([9, 10, 11])?.halfWidth)
    func estimate(_ distance: Double) throws -> SimulatedAnswer {
      try #require(SimulatedAnswer(expected: [10 + distance * half], replications: [[9], [10], [11]]))
    }
    #expect(try estimate(0.9).isInside && estimate(0.9).agrees)
    #expect(try !estimate(1.1).isInside && estimate(-2.9).agrees)
    #expect(try !estimate(3.1).agrees)
    #expect(SimulatedAnswer(expected: [1, 2], replications: [[1], [1]]) == nil)
  }

  @Test func `a wrong value differs, a wrong publication is told apart`() {
    var result = AnswerResult(
      answer: KnownAnswers.named("mmc-zipapi-10-Wq"),
      evaluation: .init(value: .values([1.4]), verdict: .differs("off")))
    #expect(result.differs)
    #expect(AnswerReport.brief([result]) == "0 of 1 known answers agree, 1 differs")
    let text = AnswerReport.text([result], showsCases: false)
    #expect(text.contains("    ✗  mmc ") && text.contains("1.33746    1.4          –  differs: off"))
    result.evaluation.verdict = .corrected("because")
    #expect(!result.differs)
    #expect(
      AnswerReport.text([result], showsCases: false).contains("published value wrong: because"))
    #expect(AnswerReport.markdown([result]).contains { $0.contains("| 1.33746 | 1.4 | – |") })
  }

  @Test func `numbers keep their significant digits`() {
    for (value, text) in [
      (1.5595466916568411e-12, "1.55955e-12"), (0.0001, "0.0001"), (1.337463048, "1.33746"),
      (123_456.7, "123457"),
      (-0.5, "−0.5"), (0, "0"), (5000, "5000"), (1_048_576, "1048576"),
    ] as [(Double, String)] {
      #expect(AnswerReport.digits(value, 6) == text)
    }
  }

  @Test func `coverage counts are the same on every thread, and show what undercovers`() {
    let studies = [0.3, 0.5].map { CoverageStudy(utilisation: $0, replicationLength: 200, runLength: 2000) }
    let one = CoverageValidation.carryOut(studies, macroRuns: 2, jobs: 1)
    let two = CoverageValidation.carryOut(studies, macroRuns: 2, jobs: 2)
    #expect(one == two)
    #expect(one.map { $0.rows.count } == [9, 9])
    let text = CoverageReport.text(one)
    #expect(text.contains("ρ = 0.3") && text.contains("mean, spectral"))
    #expect(CoverageReport.markdown(one).contains { $0.hasPrefix("| procedure | ρ = 0.3 | ρ = 0.5 |") })
  }

  @Test func `what undercovers is said, with the loads`() throws {
    let study = CoverageStudy(
      utilisation: 0.9, replications: 3, replicationLength: 50, runLength: 200, warmUp: 0)
    let rows = study.rows(macroRuns: 40, procedures: [.batchMeans, .replications]) { experiment, _, count in
      // A path that is far from the truth in every experiment.
      (0..<count).map { Double($0 % 7 + experiment % 2) }
    }
    let result = CoverageResult(study: study, macroRuns: 40, rows: rows)
    #expect(CoverageReport.brief([result]) == "2 of 2 procedures undercover at some load")
    #expect(CoverageReport.text([result]).contains("\n    mean, 20 batches    0.0 % −\n"))
  }
}
