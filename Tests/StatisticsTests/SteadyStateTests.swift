import Statistics
import Testing

@Suite struct SteadyStateTests {
  /// x' = φx + e with e of variance 1, started in steady state as far as a long burn-in brings it.
  static func autoregression(_ phi: Double, count: Int, seed: UInt64) -> [Double] {
    let uniforms = Uniforms(seed: seed)
    var x = 0.0
    return (0..<count + 200).map { _ in
      x = phi * x + uniforms.nearNormal()
      return x
    }.suffix(count)
  }

  /// The exact limits of n·Var(mean) are 1 and 1/(1 − 0.6)² = 6.25; the mean over 60 runs of an estimator with
  /// 5 to 30 degrees of freedom has a relative error of about √(2/7/60) = 7 %.
  @Test("estimates the asymptotic variance of an autoregression", arguments: [0.0, 0.6])
  func asymptoticVariance(phi: Double) throws {
    var sums = (overlapping: 0.0, disjoint: 0.0, spectral: 0.0)
    for seed in 0..<60 as Range<UInt64> {
      let series = Self.autoregression(phi, count: 2000, seed: 100 + seed)
      sums.overlapping += try #require(OverlappingBatchMeans(series: series, batchSize: 100))
        .asymptoticVariance
      let deviation = try #require(BatchMeans(series: series, batches: 20)?.interval.standardDeviation)
      sums.disjoint += deviation * deviation * 100
      sums.spectral += try #require(SpectralInterval(series: series)).asymptoticVariance
    }
    let truth = AsymptoticVariance.firstOrderAutoregression(coefficient: phi)
    for sum in [sums.overlapping, sums.disjoint, sums.spectral] {
      #expect((sum / 60 / truth - 1).magnitude < 0.25)
    }
  }

  @Test("the spectral interval groups long runs and refuses short ones")
  func spectralGroups() throws {
    let series = Self.autoregression(0.5, count: 1003, seed: 7)
    let interval = try #require(SpectralInterval(series: series))
    #expect(interval.groupSize == 3 && interval.groupCount == 334)
    #expect(interval.interval.degreesOfFreedom == 7)
    #expect(SpectralInterval(series: Array(series.prefix(100)))?.groupCount == 100)
    #expect(SpectralInterval(series: Array(series.prefix(99))) == nil)
    #expect(SpectralInterval(series: Array(repeating: 2, count: 500)) == nil)
  }

  @Test("overlapping batches of equal values have no width and need two windows")
  func overlappingEdges() throws {
    let interval = try #require(OverlappingBatchMeans(series: Array(repeating: 3, count: 40), batchSize: 5))
    #expect(interval.interval.value == 3 && interval.interval.halfWidth == 0)
    #expect(OverlappingBatchMeans(series: [1, 2, 3], batchSize: 2) == nil)
  }

  @Test("drops the remainder of the run, and pairs halve the batches")
  func pairing() throws {
    let batches = try #require(BatchMeans(series: (0..<107).map(Double.init), batches: 5))
    #expect(batches.batchSize == 21 && batches.droppedCount == 2 && batches.means[0] == 10)
    let pairs = batches.paired()
    #expect(pairs.means == [20.5, 62.5] && pairs.batchSize == 42 && pairs.droppedCount == 23)
    #expect(BatchMeans(series: [1, 2], batches: 3) == nil)
  }

  @Test("pairs batches until their means look independent, and says when they never do")
  func checkedBatches() throws {
    let mild = Self.autoregression(0.9, count: 20_000, seed: 3)
    let found = try #require(BatchMeans.checked(series: mild, batches: 2048))
    #expect(found.isTrustworthy && found.means.count >= 10 && found.means.count < 2048)
    // A straight line is as dependent as can be.
    let line = try #require(BatchMeans.checked(series: (0..<1000).map(Double.init)))
    #expect(!line.isTrustworthy && line.means.count == 16)
    let flat = try #require(BatchMeans.checked(series: Array(repeating: 1, count: 320)))
    #expect(flat.isTrustworthy && flat.interval.isDeterministic && flat.vonNeumannRatio == nil)
  }

  @Test("deletes a transient and nothing of a constant series")
  func warmUp() throws {
    let uniforms = Uniforms(seed: 9)
    let series = (0..<600).map { index in (index < 60 ? 20.0 : 0) + uniforms.nearNormal() }
    let found = try #require(WarmUpTruncation(series: series))
    #expect(found.deletedObservations >= 60 && found.deletedObservations < 120 && !found.isRunTooShort)
    let constant = try #require(WarmUpTruncation(series: Array(repeating: 0.1, count: 50)))
    #expect(constant.deletedBatches == 0 && constant.statistic == 0 && constant.mean == 0.1)
    #expect(WarmUpTruncation(series: [1, 2, 3, 4]) == nil)
  }

  @Test("refuses a run that never settles")
  func tooShort() throws {
    let climb = try #require(WarmUpTruncation(series: (0..<100).map(Double.init)))
    #expect(climb.isRunTooShort)
  }

  @Test("the suffix sums find what a direct search finds")
  func directSearch() throws {
    for seed in 0..<20 as Range<UInt64> {
      let series = Self.autoregression(0.8, count: 83, seed: seed).map { $0 + 1e5 }
      let groups = (0..<16).map { group in series[group * 5..<group * 5 + 5].reduce(0, +) / 5 }
      let statistics = (0...8).map { deleted in
        let rest = RunningMoments(groups[deleted...])
        return rest.squaredDeviations / Double(rest.count * rest.count)
      }
      let best = statistics.indices.min { statistics[$0] < statistics[$1] }!
      let found = try #require(WarmUpTruncation(series: series))
      #expect(found.deletedBatches == best && isClose(found.statistic, statistics[best], 1e-9))
    }
  }

  @Test("averages replications at equal index before truncating")
  func overReplications() {
    let a = (0..<40).map(Double.init)
    let b = (0..<45).map { 40 - Double($0) }
    let both = WarmUpTruncation(replications: [a, b])
    #expect(both == WarmUpTruncation(series: Array(repeating: 20, count: 40)))
  }

  @Test("smooths the mean over replications and cuts the window at the ends")
  func welchCurve() throws {
    let replications = (0..<5).map { r in (0..<20).map { Double($0 + r) } }
    let curve = try #require(WelchWarmUpCurve(replications: replications, halfWindow: 2))
    #expect(curve.halfWindow == 2 && curve.values.count == 20)
    // Means are 2, 3, ...: inside the average of five neighbours is the middle, at the start of three.
    #expect(isClose(curve.values[10], 12, 1e-12) && isClose(curve.values[0], 3, 1e-12))
    #expect(WelchWarmUpCurve(replications: replications, halfWindow: 50)?.halfWindow == 5)
    #expect(WelchWarmUpCurve(replications: Array(replications.prefix(4)), halfWindow: 2) == nil)
  }

  /// methods §5.4 with ρ = 0.9, ε = 5 %: 1.96²·35901/(0.05·9)².
  @Test("plans run lengths from exact variances")
  func runLength() {
    let length = AsymptoticVariance.runLength(
      asymptoticVariance: AsymptoticVariance.mm1Wait(utilisation: 0.9), mean: 9, relativeHalfWidth: 0.05)
    #expect(isClose(length, 3.841458820694124 * 35901 / 0.2025, 1e-9))
    // 2ρ(1 + ρ)/(1 − ρ)⁴ at one half: 1.5·16.
    #expect(AsymptoticVariance.mm1NumberInSystem(utilisation: 0.5) == 24)
  }
}
