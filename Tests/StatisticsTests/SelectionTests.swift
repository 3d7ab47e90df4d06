import Statistics
import Testing

@Suite struct SelectionTests {
  /// A system with this mean and deviation; designs share no draws.
  static func value(
    _ means: [Double], deviation: Double, experiment: Int
  ) -> (_ design: Int, _ replication: Int) -> Double {
    { design, replication in
      let uniforms = Uniforms(seed: UInt64(experiment), design, replication)
      return means[design] + deviation * uniforms.nearNormal()
    }
  }

  /// Binomial(200, 0.95): fewer than 179 correct selections have a probability below one in a thousand.
  @Test("KN keeps its promise in the hardest configuration and drops losers early")
  func kimNelson() throws {
    // All rivals exactly the indifference away from the best: the least favourable case.
    let means = [0.5, 0.5, 0, 0.5]
    var correct = 0
    for experiment in 0..<200 {
      let result = KimNelson.run(
        designCount: 4, indifference: 0.5, goal: .smallest,
        value: Self.value(means, deviation: 1, experiment: experiment))
      if result.selected == 2 { correct += 1 }
    }
    #expect(correct >= 179)
    let easy = KimNelson.run(
      designCount: 4, indifference: 0.5, goal: .smallest,
      value: Self.value([20, 9, 0, 30], deviation: 1, experiment: 1))
    #expect(easy.selected == 2 && easy.totalReplications == 40)
  }

  @Test("KN selects the largest when larger is better, and needs less on common random numbers")
  func kimNelsonCommonNumbers() {
    func value(common: Bool) -> (Int, Int) -> Double {
      { design, replication in
        let shared = Uniforms(seed: 77, 0, replication).nearNormal()
        let own = Uniforms(seed: 78, design, replication).nearNormal()
        return [1.0, 2.0, 1.5][design] + (common ? 3 * shared + 0.5 * own : 3 * own)
      }
    }
    let common = KimNelson.run(designCount: 3, indifference: 0.4, goal: .largest, value: value(common: true))
    let independent = KimNelson.run(
      designCount: 3, indifference: 0.4, goal: .largest, value: value(common: false))
    #expect(common.selected == 1)
    #expect(common.totalReplications * 5 < independent.totalReplications)
  }

  @Test("KN ends at once for one design and for designs without noise")
  func kimNelsonEdges() {
    let single = KimNelson.run(designCount: 1, indifference: 1, goal: .smallest) { _, _ in 3 }
    #expect(single.selected == 0 && single.totalReplications == 10)
    let exact = KimNelson.run(designCount: 3, indifference: 1, goal: .smallest) { d, _ in Double(3 - d) }
    #expect(exact.selected == 2 && exact.totalReplications == 30)
    let tied = KimNelson.run(designCount: 2, indifference: 1, goal: .smallest) { _, _ in 3 }
    #expect(tied.selected == 0)
  }

  @Test("screening keeps the best, drops what is shown worse, keeps what is within the indifference")
  func screening() {
    let uniforms = Uniforms(seed: 6)
    let samples = [0.0, 0.1, 5, 0].map { mean in (0..<20).map { _ in mean + uniforms.nearNormal() } }
    let kept = SubsetScreening.survivors(samples, goal: .smallest)
    #expect(kept.contains(0) && kept.contains(3) && !kept.contains(2))
    #expect(SubsetScreening.survivors(samples, goal: .largest) == [2])
    // By hand: t(0.95, 9) = 1.833113; width 1.833113·√(2/10) = 0.8198 for unit variances.
    func keep(_ gap: Double, indifference: Double) -> [Int] {
      SubsetScreening.survivors(
        means: [0, gap], variances: [1, 1], replications: 10, goal: .smallest, indifference: indifference)
    }
    #expect(keep(0.819, indifference: 0) == [0, 1] && keep(0.821, indifference: 0) == [0])
    #expect(keep(0.319, indifference: 0.5) == [0, 1] && keep(0.321, indifference: 0.5) == [0])
    #expect(SubsetScreening.survivors([[1, 2]], goal: .smallest) == [0])
  }

  @Test("Rinott's constant grows with designs and promise, and shrinks with the first stage")
  func rinottOrder() {
    let base = RinottSelection.constant(designs: 3, probability: 0.9, firstStage: 15)
    #expect(RinottSelection.constant(designs: 5, probability: 0.9, firstStage: 15) > base)
    #expect(RinottSelection.constant(designs: 3, probability: 0.95, firstStage: 15) > base)
    #expect(RinottSelection.constant(designs: 3, probability: 0.9, firstStage: 30) < base)
  }

  /// Binomial(100, 0.95): fewer than 87 have a probability below one in a thousand.
  @Test("two stages by Rinott and by Dudewicz and Dalal select correctly as often as promised")
  func twoStages() {
    let means = [0.0, 0.5, 0.5]
    let rinott = RinottSelection.constant(designs: 3, probability: 0.95, firstStage: 10)
    let dudewicz = DudewiczDalalSelection.constant(designs: 3, probability: 0.95, firstStage: 10)
    #expect(dudewicz < rinott)
    var correct = (rinott: 0, dudewicz: 0)
    for experiment in 0..<100 {
      let value = Self.value(means, deviation: 1, experiment: 1000 + experiment)
      let first = means.indices.map { design in (0..<10).map { value(design, $0) } }
      let variances = first.map { RunningMoments($0).variance! }
      func rest(_ design: Int, _ total: Int) -> [Double] { (10..<total).map { value(design, $0) } }
      let plain = RinottSelection.replications(
        constant: rinott, indifference: 0.5, firstStage: 10, sampleVariances: variances)
      let averages = means.indices.map { RunningMoments(first[$0] + rest($0, max(plain[$0], 10))).mean }
      if averages[0] < min(averages[1], averages[2]) { correct.rinott += 1 }
      let fewer = DudewiczDalalSelection.replications(
        constant: dudewicz, indifference: 0.5, firstStage: 10, sampleVariances: variances)
      let weighted = means.indices.map {
        DudewiczDalalSelection.weightedMean(
          first: first[$0], second: rest($0, fewer[$0]), constant: dudewicz, indifference: 0.5)
      }
      if weighted[0] < min(weighted[1], weighted[2]) { correct.dudewicz += 1 }
    }
    #expect(correct.rinott >= 87 && correct.dudewicz >= 87)
  }

  @Test("the budget goes to the best and its rivals, whole replications add up")
  func optimalBudget() {
    let shares = OptimalBudget.allocation(
      means: [1, 1, 9, 3], standardDeviations: [1, 1, 1, 0], budget: 100)
    // A rival equal to the best counts as a fifth of a unit away (a tenth of 2); no variance, no share.
    #expect(shares[3] == 0 && shares[2] < 1 && isClose(shares.reduce(0, +), 100, 1e-12))
    #expect(OptimalBudget.allocation(means: [1, 2], standardDeviations: [0, 0], budget: 10) == [5, 5])
    let largest = OptimalBudget.allocation(
      means: [-1, -2, -3, -4, -5], standardDeviations: [6, 6, 6, 6, 6], budget: 1000, goal: .largest)
    #expect(isClose(largest[0], 421.82298820504724))

    let start = OptimalBudget.nextReplications(
      counts: [5, 3, 0], means: [1, 2, 3], standardDeviations: [1, 1, 1], step: 7)
    #expect(start == [0, 2, 5])
    let next = OptimalBudget.nextReplications(
      counts: [10, 10, 10], means: [1, 1.2, 9], standardDeviations: [1, 1, 1], step: 20)
    #expect(next.reduce(0, +) == 20 && next[2] == 0 && next[0] > 0 && next[1] > 0)
  }

  @Test("constraints are judged by the whole interval")
  func constraints() throws {
    let interval = try #require(MeanInterval([9, 10, 11]))
    #expect(ConstraintVerdict(interval, atMost: 13) == .feasible)
    #expect(ConstraintVerdict(interval, atMost: 7) == .infeasible)
    #expect(ConstraintVerdict(interval, atMost: 10) == .undecided)
    #expect(ConstraintVerdict(interval, atLeast: 7) == .feasible)
    #expect(ConstraintVerdict(interval, atLeast: 13) == .infeasible)
    #expect(ConstraintVerdict(try #require(MeanInterval([1])), atMost: 5) == .undecided)
    #expect(ConstraintVerdict.all([.feasible, .undecided]) == .undecided)
    #expect(ConstraintVerdict.all([.undecided, .infeasible]) == .infeasible)
    #expect(ConstraintVerdict.all([]) == .feasible)
  }
}
