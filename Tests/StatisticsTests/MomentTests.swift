import Statistics
import Testing

@Suite struct MomentTests {
  @Test("merging parts gives the moments of the whole")
  func merge() {
    let uniforms = Uniforms(seed: 1)
    let values = (0..<1000).map { _ in 1e6 + uniforms.next() }
    let whole = RunningMoments(values)
    var parts = RunningMoments()
    for start in stride(from: 0, to: 1000, by: 70) {
      parts.merge(RunningMoments(values[start..<min(start + 70, 1000)]))
    }
    #expect(parts.count == 1000)
    #expect(isClose(parts.mean, whole.mean, 1e-14))
    #expect(isClose(parts.variance, whole.variance!, 1e-8))
    // Uniform on a unit interval: variance 1/12, standard error of it 1/√(180·1000).
    #expect((whole.variance! - 1.0 / 12).magnitude < 4 / (180_000.0).squareRoot())
  }

  @Test("merging with nothing changes nothing")
  func mergeEmpty() {
    let some = RunningMoments([1, 2, 4])
    var merged = RunningMoments()
    merged.merge(some)
    #expect(merged == some)
    merged.merge(RunningMoments())
    #expect(merged == some)
    #expect(RunningMoments().variance == nil && RunningMoments([3]).variance == nil)
  }

  @Test("the interval from moments is the interval from values")
  func interval() throws {
    let values = [12.31, 11.87, 12.95, 12.02]
    let direct = try #require(MeanInterval(values))
    let indirect = try #require(RunningMoments(values).interval())
    #expect(isClose(indirect.mean, direct.mean, 1e-14))
    #expect(isClose(indirect.halfWidth, direct.halfWidth!, 1e-12))
    #expect(RunningMoments([0.1, 0.1, 0.1]).interval()?.isDeterministic == true)
    #expect(RunningMoments().interval() == nil)
  }

  @Test("of several changes at one instant the last one counts")
  func simultaneousChanges() {
    var mean = TimeWeightedMean(startingAt: 10, value: 4)
    mean.change(to: 100, at: 12)
    mean.change(to: 2, at: 12)
    #expect(mean.mean(until: 14) == 3)
    #expect(TimeWeightedMean(startingAt: 5, value: 1).mean(until: 5) == nil)
  }

  @Test("counts in bursts are overdispersed, paced ones underdispersed")
  func dispersion() throws {
    let bursts = try #require(DispersionTest(counts: [0, 0, 30, 1, 0, 25, 0, 2]))
    #expect(bursts.index > 10 && bursts.pValue < 1e-6)
    let paced = try #require(DispersionTest(counts: [10, 10, 11, 10, 9, 10]))
    #expect(paced.index < 0.1 && paced.pValue > 0.99)
    #expect(DispersionTest(counts: [3]) == nil && DispersionTest(counts: [0, 0]) == nil)
  }
}
