import Foundation
import Statistics
import Testing

@Suite struct DesignSearchTests {
  @Test("the front holds what nothing beats, the first of equals")
  func front() {
    let costs = [5.0, 1, 3, 3, 2, 1, 4, 5]
    let latencies = [1.0, 9, 4, 3, 9, 8, 3, 1]
    #expect(ParetoFront.indices(costs: costs, latencies: latencies) == [5, 3, 0])
    #expect(ParetoFront.indices(costs: [], latencies: []) == [])
    #expect(ParetoFront.indices(costs: [1, .nan], latencies: [1, 0]) == [0])
  }

  @Test("the front agrees with the definition on random designs")
  func frontByDefinition() {
    for seed in 0..<50 as Range<UInt64> {
      let uniforms = Uniforms(seed: seed)
      // Few levels, so that ties are common.
      let points = (0..<30).map { _ in (Double(Int(uniforms.next() * 8)), Double(Int(uniforms.next() * 8))) }
      func beats(_ a: Int, _ b: Int) -> Bool {
        let (p, q) = (points[a], points[b])
        return p.0 <= q.0 && p.1 <= q.1 && (p.0 < q.0 || p.1 < q.1 || a < b)
      }
      let expected = points.indices.filter { b in !points.indices.contains { beats($0, b) } }
      let found = ParetoFront.indices(costs: points.map(\.0), latencies: points.map(\.1))
      #expect(found.sorted() == expected, "seed \(seed)")
    }
  }

  @Test("with intervals only what is shown to be beaten leaves the front")
  func places() {
    let places = ParetoFront.places(
      costs: [1, 2, 2, 3, 1], lows: [10, 4, 12, 6, 16], highs: [14, 8, 13, 9, 20])
    #expect(
      places == [
        .possiblyOnFront, .possiblyOnFront, .dominated(by: 1), .possiblyOnFront, .dominated(by: 0),
      ])
  }

  @Test("the elasticity of a power law is its exponent, without an interval's width")
  func elasticity() throws {
    let noise = [0.9, 1.3, 1.1, 2.0]
    let low = noise.map { $0 * 100 * pow(0.9, -1.5) }
    let high = noise.map { $0 * 100 * pow(1.1, -1.5) }
    let found = try #require(Elasticity(lowSetting: 0.9, highSetting: 1.1, low: low, high: high))
    #expect(isClose(found.interval.mean, -1.5, 1e-12))
    #expect(found.interval.halfWidth.map { $0 < 1e-10 } == true)
    let weak = try #require(Elasticity(lowSetting: 1, highSetting: 2, low: [1, 1], high: [1.1, 1.2]))
    #expect(Elasticity.ranked([weak, found, weak]) == [1, 0, 2])
    #expect(Elasticity(lowSetting: 1, highSetting: 2, low: [0, 1], high: [1, 1]) == nil)
  }

  @Test("factorial effects come back from a polynomial")
  func effects() throws {
    let highs = SpaceFillingDesign.fullFactorial(levels: [2, 2, 2]).map { $0.map { $0 == 1 } }
    let responses = highs.map { point -> [Double] in
      let x = point.map { $0 ? 1.0 : -1.0 }
      let value = 10 + 3 * x[0] - 2 * x[1] + 0.5 * x[0] * x[2]
      // Replications on common random numbers shift all points alike.
      return [value, value + 1, value - 1]
    }
    let effects = try #require(FactorialEffects(highs: highs, responses: responses))
    #expect(isClose(effects.mean.mean, 10, 1e-12) && effects.mean.halfWidth! > 1)
    for (found, expected) in zip(effects.main, [6.0, -4, 0]) {
      #expect((found.mean - expected).magnitude < 1e-12 && found.halfWidth! < 1e-10)
    }
    for (found, expected) in zip(effects.interactions, [0.0, 1, 0]) {
      #expect((found.mean - expected).magnitude < 1e-12)
    }
    let mainOnly = try #require(FactorialEffects(highs: highs, responses: responses, interactions: false))
    #expect(mainOnly.interactions.isEmpty && isClose(mainOnly.main[0].mean, 6, 1e-12))
    // Two factors that always move together cannot be told apart.
    #expect(
      FactorialEffects(
        highs: [[true, true], [false, false], [true, true]], responses: [[1], [2], [3]], interactions: false)
        == nil)
  }

  /// 1/(1 − ρ) over 0...0.95: on scaled axes the slope of the chord, 19 over 0.95 in 1/(1 − ρ)², is met at
  /// 1 − ρ = √(1/20) = 0.2236.
  @Test("finds the knee of the latency of M/M/1")
  func knee() {
    let rates = (0...95).map { Double($0) / 100 }
    #expect(KneePoint.index(x: rates, y: rates.map { 1 / (1 - $0) }) == 78)
    #expect(KneePoint.index(x: [0, 1, 2], y: [0, 1, 2]) == nil)
    #expect(
      KneePoint.index(x: [0, 1], y: [0, 1]) == nil && KneePoint.index(x: [0, 1, 2], y: [4, 4, 4]) == nil)
  }
}
