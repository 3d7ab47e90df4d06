import Statistics
import Testing

/// The examples of the documentation, so that they compile and say what the comments promise.
@Suite struct StatisticsExampleTests {
  static let waits: [Double] = {
    let uniforms = Uniforms(seed: 1)
    return MM1Waits.sample(count: 4000, utilisation: 0.5, startsEmpty: false, uniform: uniforms.next)
  }()

  @Test("estimates one long run in four ways that agree")
  func longRun() throws {
    let waits = Self.waits
    let warmUp = try #require(WarmUpTruncation(series: waits))
    #expect(!warmUp.isRunTooShort)
    let steady = Array(waits.dropFirst(warmUp.deletedObservations))
    let batches = try #require(BatchMeans(series: steady, batches: 20))
    let windows = try #require(OverlappingBatchMeans(series: steady, batchSize: steady.count / 20))
    let spectrum = try #require(SpectralInterval(series: steady))
    let widths = [batches.interval.halfWidth!, windows.interval.halfWidth, spectrum.interval.halfWidth]
    // The exact half-width is 1.96·√(29/4000) = 0.167.
    #expect(widths.allSatisfy { $0 > 0.08 && $0 < 0.35 })
    #expect(batches.isNearlyIndependent && batches.interval.contains(1))
  }

  @Test("screens, allocates and judges as the comments say")
  func selection() throws {
    let samples = [[1, 1.2, 0.9], [5, 4.8, 5.1], [1.1, 1, 1.3]]
    #expect(SubsetScreening.survivors(samples, goal: .smallest) == [0, 2])
    let more = OptimalBudget.nextReplications(
      counts: [10, 10, 10], means: [1, 1.2, 9], standardDeviations: [1, 1, 1], step: 20)
    #expect(more == [10, 10, 0])
    #expect(ConstraintVerdict(try #require(MeanInterval([9, 10, 11])), atMost: 13) == .feasible)
    #expect(ParetoFront.indices(costs: [3, 1, 2], latencies: [1, 9, 9]) == [1, 0])
    let lost = try #require(WilsonInterval(successes: 0, trials: 20))
    #expect((lost.high - 0.161).magnitude < 1e-3)
  }

  @Test("runs a selection on a simulator")
  func kimNelson() {
    func simulate(_ design: Int, replication: Int) -> Double {
      Double(design) + Uniforms(seed: 3, design, replication).nearNormal()
    }
    let firstStage = (0..<3).map { design in (0..<10).map { simulate(design, replication: $0) } }
    var selection = KimNelson(designCount: 3, indifference: 0.5, goal: .smallest)
    selection.start(firstStage)
    while selection.selected == nil {
      let replication = selection.replications
      selection.observe(selection.survivors.map { simulate($0, replication: replication) })
    }
    #expect(selection.selected == 0)
    let rinott = RinottSelection.run(
      designCount: 3, indifference: 0.5, goal: .smallest, value: { simulate($0, replication: $1) })
    #expect(rinott.selected == 0 && rinott.replications.allSatisfy { $0 > 10 } && rinott.means.count == 3)
  }

  @Test("spreads designs over levels and a logarithmic axis")
  func designs() {
    let axes = [DesignAxis.levels(64), .logarithmic(128...10_240)]
    let designs = SpaceFillingDesign.sobol(count: 127, dimensions: 2).map { point in
      zip(axes, point).map { $0.value(at: $1) }
    }
    #expect(Set(designs.map { $0[0] }).count == 64)
    // Half of the others lie below the geometric mean, 1144.9, and the centre on it.
    #expect(designs.count { $0[1] < 1145 } == 64)
  }

  @Test("shows a difference only when the interval leaves out zero")
  func comparison() throws {
    let welch = try #require(WelchComparison([1, 2, 3], [4, 5, 7]))
    #expect(welch.excludes(0) && welch.low < welch.difference && welch.difference < welch.high)
    #expect(!welch.excludes(welch.high))
    let pairs = try #require(AntitheticPairs([10.1, 11.9, 10.8, 11.3]))
    #expect(isClose(pairs.interval.mean, 11.025, 1e-12))
  }
}
