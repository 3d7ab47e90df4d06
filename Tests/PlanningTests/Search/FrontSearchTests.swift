import Planning
import Statistics
import Testing

/// Fronts and sensitivities over functions.
@Suite struct FrontSearchTests {
  @Test func `the front is that of the whole grid and beaten designs run less`() throws {
    // Cost and latency trade off along the first axis; the second one only costs.
    func cost(_ levels: [Int]) -> Double { Double(10 * levels[0] + 3 * levels[1]) }
    func latency(_ levels: [Int]) -> Double { 100 / Double(levels[0] + 1) }
    let lab = SearchLab(
      [6, 3], rules: [.init(limit: 4) { levels, _ in Double(levels[0]) }], replications: 10,
      measure: { levels, replication in
        latency(levels) + 0.1 * SearchLab.noise(replication, UInt64(levels[0]))
      }
    ) { levels, _ in cost(levels) }
    let result = try FrontSearch(CheapestSearch(space: lab.space, bench: lab.bench), measure: 0).run()
    let front = result.entries.filter { $0.place == .onFront }.map { lab.space.levels($0.design) }
    // Level 5 breaks the rule.
    #expect(front == [[0, 0], [1, 0], [2, 0], [3, 0], [4, 0]])
    #expect(result.entries.allSatisfy { lab.space.levels($0.design)[0] < 5 })
    let beaten = result.entries.filter { if case .beaten = $0.place { true } else { false } }
    #expect(beaten.allSatisfy { lab.space.levels($0.design)[1] > 0 })
    #expect(lab.bench.replicationCount < 18 * 10)
  }

  @Test func `elasticities of powers are their exponents`() throws {
    // Two settings; the measure is a²·b⁻¹ with noise that the pairs share.
    let values: [(Double, Double)] = [(10, 10), (9, 10), (11, 10), (10, 9), (10, 11)]
    let lab = SearchLab(
      [5], rules: [], replications: 8,
      measure: { levels, replication in
        let (a, b) = values[levels[0]]
        return a * a / b * (1 + 0.05 * SearchLab.noise(replication))
      }
    ) { _, _ in 1 }
    let study = SensitivityStudy(bench: lab.bench, confidence: 0.95)
    let rows = try study.run(
      [
        .init(name: "b", low: 9, high: 11, lowDesign: 3, highDesign: 4),
        .init(name: "a", low: 9, high: 11, lowDesign: 1, highDesign: 2),
      ], measures: [0])
    let ranked = SensitivityStudy.ranked(rows, by: 0)
    #expect(ranked.map(\.setting.name) == ["a", "b"])
    #expect(abs(ranked[0].effects[0].elasticity!.mean - 2) < 1e-9)
    #expect(abs(ranked[1].effects[0].elasticity!.mean + 1) < 1e-9)
    #expect(ranked[0].effects[0].isShown)
  }
}
