import Statistics
import Testing

@Suite struct SequentialStoppingTests {
  static let wait = PrecisionMeasure(name: "wait", goal: .relative(0.05))
  static let lost = PrecisionMeasure(name: "lost", goal: .absolute(0.5))

  /// Values around a mean, each pair of opposite deviation.
  static func value(_ index: Int, mean: Double, deviation: Double) -> Double {
    mean + (index.isMultiple(of: 2) ? deviation : -deviation)
  }

  @Test("stops at the first replication whose half-width is within the goal, never before ten")
  func stopsAtFirst() throws {
    var stopping = SequentialStopping(measures: [Self.wait])
    var values: [Double] = []
    var stoppedAt: Int?
    for index in 0..<200 {
      values.append(Self.value(index, mean: 100, deviation: 12))
      if stopping.record([values[index]]) == .precisionReached {
        stoppedAt = index + 1
        break
      }
    }
    // The same rule on whole samples: half-width ≤ γ/(1 + γ)·mean.
    let expected = (10...200).first { count in
      let interval = MeanInterval(Array((0..<count).map { Self.value($0, mean: 100, deviation: 12) }))!
      return interval.halfWidth! <= 0.05 / 1.05 * interval.mean
    }
    #expect(stoppedAt == expected && stoppedAt! > 10)
  }

  @Test("equal values stop at the tenth replication")
  func deterministic() {
    var stopping = SequentialStopping(measures: [Self.wait, Self.lost])
    for _ in 0..<9 { #expect(stopping.record([4, 0]) == .continue(predictedTotal: nil)) }
    #expect(stopping.record([4, 0]) == .precisionReached)
  }

  @Test("predicts a total that is then about right")
  func prediction() throws {
    let uniforms = Uniforms(seed: 5)
    var stopping = SequentialStopping(measures: [PrecisionMeasure(name: "x", goal: .relative(0.02))])
    var predictions: [Int] = []
    while true {
      let decision = stopping.record([10 + uniforms.nearNormal()])
      if case .continue(let total) = decision, let total { predictions.append(total) }
      if decision == .precisionReached { break }
    }
    // t²·s²/(γ'·mean)² is about 100 replications; the prediction at 30 has seen the variance to a quarter.
    let total = stopping.replicationCount
    #expect(total > 60 && total < 160)
    #expect(predictions.allSatisfy { $0 <= 1000 && $0 > 10 })
    #expect((Double(predictions[20]) / Double(total) - 1).magnitude < 0.6)
    #expect(predictions.last! == total)
  }

  @Test("several measures share the error and all must pass")
  func several() throws {
    var stopping = SequentialStopping(measures: [Self.wait, Self.lost], replicationsMax: 40)
    #expect(stopping.confidencePerMeasure == 0.975)
    var decision = SequentialStopping.Decision.continue(predictedTotal: nil)
    for index in 0..<40 {
      decision = stopping.record([100, Self.value(index, mean: 0, deviation: 5)])
    }
    #expect(decision == .capReached(missed: [1]))
    let progress = stopping.progress
    #expect(progress[0].isMet && !progress[1].isMet && progress[1].name == "lost")
    #expect(progress[1].interval?.halfWidth ?? 0 > 0.5 && progress[1].halfWidthMax == 0.5)
  }

  @Test("a relative goal on a mean of 0 runs to the cap")
  func meanZero() {
    var stopping = SequentialStopping(measures: [Self.wait], replicationsMax: 20)
    var decision = SequentialStopping.Decision.precisionReached
    for index in 0..<20 { decision = stopping.record([Self.value(index, mean: 0, deviation: 1)]) }
    #expect(decision == .capReached(missed: [0]))
  }

  @Test("replications without a value do not count for that measure")
  func missingValues() {
    var stopping = SequentialStopping(measures: [Self.wait])
    for index in 0..<19 {
      let decision = stopping.record([index.isMultiple(of: 2) ? 7 : nil])
      #expect((decision == .precisionReached) == (index == 18))
    }
  }
}

@Suite struct PrecisionGoalTests {
  @Test("a floor makes means near 0 precise and leaves the others alone")
  func floor() {
    let goal = PrecisionGoal.relativeOrAbsolute(0.05, 0.5)
    #expect(goal.halfWidthMax(mean: 0) == 0.5 && goal.halfWidthMax(mean: -3) == 0.5)
    #expect(goal.halfWidthMax(mean: 2100) == PrecisionGoal.relative(0.05).halfWidthMax(mean: 2100))
  }

  @Test("the total is predicted beyond the cap, and not at all where no number does")
  func prediction() throws {
    var stopping = SequentialStopping(
      measures: [
        PrecisionMeasure(name: "noisy", goal: .absolute(0.1)),
        PrecisionMeasure(name: "zero", goal: .relative(0.01)),
      ], replicationsMax: 20)
    for index in 0..<20 {
      let sign = index.isMultiple(of: 2) ? 1.0 : -1
      _ = stopping.record([5 + 2 * sign, sign])
    }
    #expect(stopping.decision == .capReached(missed: [0, 1]))
    // (z·s/0.1)² with z for 97.5 % of each: some 2,100.
    let total = try #require(stopping.progress[0].predictedTotal)
    #expect(total > 1900 && total < 2300)
    #expect(stopping.progress[1].predictedTotal == nil)
  }
}
