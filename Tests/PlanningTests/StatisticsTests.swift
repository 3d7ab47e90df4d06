import Statistics
import Testing

/// Known answers: scipy 1.x and Law (2015), 10.2 and 11.2, as listed in the project's table of known answers.
@Suite struct StatisticsTests {
  struct QuantileCase: Sendable {
    var probability: Double, degrees: Double, expected: Double
  }
  @Test(
    arguments: [
      QuantileCase(probability: 0.95, degrees: 4, expected: 2.1318467863266495),
      QuantileCase(probability: 0.975, degrees: 1000, expected: 1.9623390808264083),
      // From tables: t(0.975, 1) = 12.7062…, t(0.975, 9) = 2.2621…
      QuantileCase(probability: 0.975, degrees: 1, expected: 12.706204736174698),
      QuantileCase(probability: 0.975, degrees: 9, expected: 2.2621571628540993),
    ]) func `gives Student's quantiles`(_ c: QuantileCase)
  {
    #expect(isClose(StudentT.quantile(c.probability, degrees: c.degrees), c.expected))
  }

  struct IntervalCase: Sendable {
    var values: [Double], mean: Double, deviation: Double, halfWidth: Double
  }
  @Test(
    arguments: [
      IntervalCase(
        values: [12.31, 11.87, 12.95, 12.02, 12.48, 11.65, 12.77, 12.2, 12.11, 12.59], mean: 12.295,
        deviation: 0.4071104136335606, halfWidth: 0.2912292458853414),
      IntervalCase(
        values: [0.82, 1.31, 0.97, 1.05, 1.44, 0.88, 1.12], mean: 1.0842857142857143,
        deviation: 0.22530402739832406, halfWidth: 0.2083714718182722),
      IntervalCase(
        values: [231.4, 228.9, 240.2, 235.5, 229.7, 233.3, 236.1, 230.8, 238.4, 234.0, 232.6, 237.7],
        mean: 234.04999999999998, deviation: 3.593807805859201, halfWidth: 2.283396541935173),
    ]) func `gives the t interval over replications`(_ c: IntervalCase) throws
  {
    let interval = try #require(MeanInterval(c.values))
    #expect(isClose(interval.mean, c.mean))
    #expect(isClose(try #require(interval.standardDeviation), c.deviation))
    #expect(isClose(try #require(interval.halfWidth), c.halfWidth))
  }

  @Test func `one replication has no interval`() throws {
    let interval = try #require(MeanInterval([3.5]))
    #expect(interval.mean == 3.5)
    #expect(interval.halfWidth == nil && interval.low == nil && !interval.isDeterministic)
    #expect(!interval.excludes(100))
    #expect(MeanInterval([]) == nil)
  }

  @Test func `equal replications are deterministic and keep the exact value`() throws {
    let interval = try #require(MeanInterval([0.1, 0.1, 0.1]))
    #expect(interval.mean == 0.1 && interval.halfWidth == 0 && interval.isDeterministic)
    #expect(interval.excludes(0.2) && !interval.excludes(0.1))
  }

  static let a = [52.1, 49.8, 55.0, 51.3, 50.6, 53.9, 48.7, 54.2]
  static let b = [47.9, 46.2, 50.8, 48.8, 46.0, 50.1, 45.5, 49.9]

  @Test func `compares pairs on common random numbers`() throws {
    let paired = try #require(PairedComparison(Self.a, Self.b))
    #expect(isClose(paired.difference.mean, 3.8000000000000007))
    #expect(isClose(try #require(paired.difference.halfWidth), 0.5740174510324527))
    #expect(isClose(try #require(paired.varianceReduction), 19.830303030302964))
    #expect(paired.difference.excludes(0))
  }

  @Test func `compares independent runs by Welch`() throws {
    let welch = try #require(WelchComparison(Self.a, Self.b))
    #expect(isClose(welch.difference, 3.8000000000000043))
    #expect(isClose(welch.degreesOfFreedom, 13.890881294343957))
    #expect(isClose(welch.halfWidth, 2.3202345962108835, 1e-8))
    #expect(isClose(welch.pValue, 0.0034667078128992153, 1e-8))
    #expect(WelchComparison([1, 1], [2, 2]) == nil && WelchComparison([1], [2, 3]) == nil)
  }

  /// Wilson (1927); 8 of 10 at 95 %: centre and half width by hand with z = 1.959964:
  /// (0.8 + 0.19207)/1.38415 = 0.71674, 1.959964/1.38415·√(0.016 + 0.0096036) = 0.22658.
  @Test func `gives Wilson's interval of a share`() throws {
    let interval = try #require(WilsonInterval(successes: 8, trials: 10))
    #expect(abs(interval.low - 0.49016) < 1e-4 && abs(interval.high - 0.94332) < 1e-4)
    let none = try #require(WilsonInterval(successes: 0, trials: 20))
    // z²/(n + z²) = 3.84146/23.84146.
    #expect(none.low == 0 && abs(none.high - 0.161125) < 1e-6)
    #expect(WilsonInterval(successes: 0, trials: 0) == nil)
  }

  private func isClose(_ x: Double, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs(x - expected) <= tolerance * abs(expected)
  }
}
