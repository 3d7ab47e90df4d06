import Statistics
import Testing

@Suite struct DesignComparisonTests {
  @Test("several comparisons share the error")
  func bonferroni() throws {
    #expect(isClose(Bonferroni.confidence(each: 5), 0.99, 1e-12))
    let a = [1.0, 2.1, 2.9, 4.2]
    let b = [1.5, 2.4, 3.9, 4.4]
    let c = [0.9, 2.3, 2.8, 4.0]
    let against = Bonferroni.comparisons(of: [b, c], againstBaseline: a)
    #expect(
      against == [PairedComparison(b, a, confidence: 0.975)!, PairedComparison(c, a, confidence: 0.975)!])
    let pairs = Bonferroni.allPairs([a, b, c], overall: 0.9)
    #expect(pairs.map { [$0.first, $0.second] } == [[0, 1], [0, 2], [1, 2]])
    let each = Bonferroni.confidence(each: 3, overall: 0.9)
    #expect(pairs[2].comparison == PairedComparison(b, c, confidence: each))
    #expect(Bonferroni.allPairs([a]).isEmpty && Bonferroni.comparisons(of: [], againstBaseline: a).isEmpty)
  }

  /// Regression of y on c − 5 by numpy 2: intercept 10.45938462, slope 2.29538462.
  @Test("a control variate takes its share of the noise away")
  func controlVariate() throws {
    let values = [10.2, 11.1, 9.8, 12.4, 10.9, 11.7, 9.5, 10.6]
    let controls = [4.9, 5.3, 4.7, 5.9, 5.2, 5.4, 4.6, 5.1]
    let adjusted = try #require(ControlVariate(values: values, controls: controls, controlMean: 5))
    #expect(isClose(adjusted.coefficient, 2.29538462, 1e-8))
    #expect(isClose(adjusted.interval.value, 10.45938462, 1e-8))
    #expect(isClose(adjusted.interval.halfWidth, 0.1369001432952099, 1e-9))
    #expect(isClose(adjusted.varianceReduction, 37.394997828798616, 1e-9))
    #expect(adjusted.interval.degreesOfFreedom == 6)
  }

  @Test("a control that does not vary, or too few replications, give no estimate")
  func controlVariateEdges() {
    #expect(ControlVariate(values: [1, 2, 3], controls: [4, 4, 4], controlMean: 4) == nil)
    #expect(ControlVariate(values: [1, 2], controls: [4, 5], controlMean: 4) == nil)
    #expect(ControlVariate(values: [5, 5, 5], controls: [4, 5, 7], controlMean: 4) == nil)
  }

  @Test("antithetic draws of a monotone response narrow the interval")
  func antithetic() throws {
    let uniforms = Uniforms(seed: 2)
    func response(_ u: Double) -> Double { u * u }
    let values = (0..<200).flatMap { _ in
      let u = uniforms.next()
      return [response(u), response(AntitheticPairs.mirror(u))]
    }
    let pairs = try #require(AntitheticPairs(values))
    #expect(pairs.interval.count == 200 && pairs.interval.contains(1.0 / 3))
    // Exactly: (4/45)/2 over var((u² + (1 − u)²)/2) = 1/180, which is 8.
    #expect(try #require(pairs.varianceReduction) > 5)
  }

  @Test("the mirror keeps uniforms in 0..<1 and is its own inverse")
  func mirror() {
    #expect(AntitheticPairs.mirror(0) == 1 - 0x1p-53 && AntitheticPairs.mirror(1 - 0x1p-53) == 0)
    let uniforms = Uniforms(seed: 8)
    for _ in 0..<1000 {
      let u = uniforms.next()
      #expect(AntitheticPairs.mirror(AntitheticPairs.mirror(u)) == u)
    }
  }
}
