import Statistics
import Testing

@Suite struct QuantileTests {
  @Test("nearest rank survives 0.999 · 5000 being above 4995")
  func nearestRank() {
    let values = (1...5000).map(Double.init)
    #expect(SampleQuantile.nearestRank(values, 0.999) == 4995)
    #expect(SampleQuantile.nearestRank(values, 0) == 1 && SampleQuantile.nearestRank(values, 1) == 5000)
    #expect(SampleQuantile.nearestRank([], 0.5) == nil && SampleQuantile.interpolated([], 0.5) == nil)
  }

  /// methods §5.5: p99 needs 368 values for a two-sided bound, 299 for a one-sided one.
  @Test("knows how many values bound the 99th percentile")
  func smallestCounts() {
    #expect(OrderStatisticInterval.smallestCountBoundingAbove(quantile: 0.99) == 299)
    #expect(OrderStatisticInterval.smallestCountBoundingBoth(quantile: 0.99) == 368)
    #expect(OrderStatisticInterval(count: 368, quantile: 0.99).upperRank == 368)
    #expect(OrderStatisticInterval(count: 367, quantile: 0.99).upperRank == nil)
  }

  @Test("agrees with a scan of the binomial distribution", arguments: [1, 2, 7, 30, 59, 100])
  func scan(count: Int) {
    for quantile in [0.05, 0.5, 0.9, 0.99] {
      // P(Bin(n, p) ≤ r − 1) by the recursion of its terms.
      var below = [0.0]
      var term = 1.0
      for _ in 0..<count { term *= 1 - quantile }
      for r in 1...count {
        below.append(below[r - 1] + term)
        term *= Double(count - r + 1) / Double(r) * quantile / (1 - quantile)
      }
      let lower = (1...count).last { below[$0] <= 0.025 }
      let upper = (1...count).first { below[$0] >= 0.975 }
      let interval = OrderStatisticInterval(count: count, quantile: quantile)
      #expect(interval.lowerRank == lower && interval.upperRank == upper)
      let coverage = (upper.map { below[$0] } ?? 1) - (lower.map { below[$0] } ?? 0)
      #expect((interval.coverage - coverage).magnitude < 1e-9)
    }
  }

  @Test("reads the bounds from the sample")
  func bounds() {
    let sorted = (1...100).map(Double.init)
    let bounds = OrderStatisticInterval(count: 100, quantile: 0.9).bounds(sorted)
    #expect(bounds.low == 84 && bounds.high == 96)
    #expect(OrderStatisticInterval(count: 3, quantile: 0.5).bounds([1, 2, 3]) == (nil, nil))
  }

  @Test("batches of a run give the same as replications of the same values")
  func batches() throws {
    let uniforms = Uniforms(seed: 4)
    let series = (0..<1003).map { _ in uniforms.next() }
    let batches = try #require(QuantileEstimate(series: series, batches: 10, quantile: 0.9))
    let replications = (0..<10).map { Array(series[$0 * 100..<$0 * 100 + 100]) }
    #expect(batches == QuantileEstimate(replications: replications, quantile: 0.9))
    #expect(batches.smallestSample == 100 && batches.requiredSample == 100 && !batches.isBiased)
    #expect((batches.interval.mean - 0.9).magnitude < 0.05)
    let far = try #require(QuantileEstimate(series: series, batches: 10, quantile: 0.99))
    #expect(far.requiredSample == 1000 && far.isBiased)
    #expect(QuantileEstimate(series: [1, 2], batches: 3, quantile: 0.5) == nil)
    #expect(QuantileEstimate(replications: [[]], quantile: 0.5) == nil)
  }

  @Test("HDR quantiles are within a thousandth of the exact ones, whatever the order of merging")
  func hdrQuantiles() throws {
    let uniforms = Uniforms(seed: 15)
    let values = (0..<3000).map { _ in Int(10 / (uniforms.next() + 1e-9)) }
    var parts = (0..<3).map { _ in HDRHistogram() }
    for (index, value) in values.enumerated() { parts[index % 3].record(value) }
    var forth = HDRHistogram()
    var back = HDRHistogram()
    for part in parts { forth.merge(part) }
    for part in parts.reversed() { back.merge(part) }
    #expect(forth == back && forth.count == 3000)
    let sorted = values.map(Double.init).sorted()
    for probability in [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1] {
      let exact = try #require(SampleQuantile.nearestRank(sorted, probability))
      let found = Double(try #require(forth.quantile(probability)))
      #expect(found >= exact && found <= exact * 1.001)
    }
    #expect(isClose(forth.mean, RunningMoments(sorted).mean, 1e-12))
    #expect(forth.maximum == values.max() && forth.minimum == values.min())
    #expect(HDRHistogram().quantile(0.5) == nil && HDRHistogram().mean == nil)
  }
}
