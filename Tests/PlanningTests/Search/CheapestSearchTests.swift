import Planning
import Testing

@testable import Planning

/// The cheapest design, against what trying every design gives.
@Suite struct CheapestSearchTests {
  @Test func `one axis is bisected and both neighbours are simulated`() throws {
    // Fewer than 21 are too slow, and each costs one more.
    let lab = SearchLab([64], rules: [.init(limit: 100) { levels, _ in 2100 / Double(levels[0] + 1) }]) {
      levels, _ in
      Double(levels[0] + 1)
    }
    let result = try CheapestSearch(space: lab.space, bench: lab.bench).run()
    #expect(result.answer == 20)
    #expect(lab.designs.isSuperset(of: [19, 20, 21]))
    #expect(lab.designs.count <= 12, "\(lab.designs.sorted())")
    #expect(result.unresolved.isEmpty && result.undecided.isEmpty)
    // Every design that was not simulated has its reason.
    #expect(result.omissions.count == 64 - lab.designs.count)
    #expect(result.omissions[3] == .rule(0, brokenBy: 19) || result.omissions[3] != nil)
  }

  @Test(arguments: 1...40) func `a band between two rules is found wherever it lies`(low: Int) throws {
    // At least `low` workers for the time, at most three more for the partner.
    let lab = SearchLab(
      [48],
      rules: [
        .init(limit: 0) { levels, _ in Double(low - levels[0]) },
        .init(limit: 0) { levels, _ in Double(levels[0] - low - 3) },
      ]
    ) { levels, _ in Double(levels[0]) }
    let result = try CheapestSearch(space: lab.space, bench: lab.bench).run()
    #expect(result.answer == low)
    #expect(lab.designs.count <= 12, "\(lab.designs.sorted())")
  }

  @Test(arguments: 0..<60) func `random monotone spaces of two axes have the answer of the whole grid`(
    seed: Int
  ) throws {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    let counts = [2 + random(12), 1 + random(5)]
    let (speed, memory) = (1 + random(5), 1 + random(4))
    let (price, other) = (1 + random(4), random(4))
    let limit = Double(random(60))
    func cost(_ levels: [Int]) -> Double { 100 + Double(price * levels[0] + other * levels[1]) * 3 }
    func slow(_ levels: [Int]) -> Double { 50 - Double(speed * levels[0] + memory * levels[1]) }
    func crowd(_ levels: [Int]) -> Double { Double(levels[0]) }
    let most = Double(random(14))
    let lab = SearchLab(
      counts,
      rules: [
        .init(limit: limit) { levels, _ in slow(levels) }, .init(limit: most) { levels, _ in crowd(levels) },
      ]
    ) { levels, _ in cost(levels) }
    let expected = (0..<lab.space.count).filter {
      slow(lab.space.levels($0)) <= limit && crowd(lab.space.levels($0)) <= most
    }.min { cost(lab.space.levels($0)) < cost(lab.space.levels($1)) }
    let result = try CheapestSearch(
      space: lab.space, bench: lab.bench, indifference: .absolute(0.001)
    ).run()
    #expect(
      result.answer.map { cost(lab.space.levels($0)) } == expected.map { cost(lab.space.levels($0)) },
      "seed \(seed): \(counts), answer \(result.answer.map(lab.space.levels) ?? [])")
  }

  @Test func `directions that designs contradict are not used`() throws {
    // Good at 5 and at 30 only, and the farther one is cheaper: monotone searches miss one or the other.
    let good: Set<Int> = [5, 30]
    let lab = SearchLab([40], rules: [.init(limit: 0) { levels, _ in good.contains(levels[0]) ? 0 : 1 }]) {
      levels, _ in
      levels[0] == 30 ? 1 : 2
    }
    let result = try CheapestSearch(space: lab.space, bench: lab.bench, isExhaustive: true).run()
    #expect(result.answer == 30)
    #expect(lab.designs.count == 40)
  }

  @Test func `a replication that breaks the first answer moves the search on`() throws {
    // Replication 4 needs ten more than the others.
    let lab = SearchLab(
      [64],
      rules: [.init(limit: 0) { levels, replication in Double((replication == 4 ? 30 : 20) - levels[0]) }],
      replications: 6
    ) { levels, _ in Double(levels[0]) }
    let result = try CheapestSearch(space: lab.space, bench: lab.bench).run()
    #expect(result.answer == 30)
    // The replication that broke a design is the second one to look at from then on.
    #expect(lab.units.count < 80, "\(lab.units.count) runs")
  }

  @Test func `nothing passes, or only what is undecided`() throws {
    let none = SearchLab([20], rules: [.init(limit: -1) { levels, _ in Double(20 - levels[0]) }]) {
      levels, _ in
      Double(levels[0])
    }
    #expect(try CheapestSearch(space: none.space, bench: none.bench).run().answer == nil)
    // A mean exactly at its limit is never decided.
    let close = SearchLab(
      [3], rules: [.mean(10) { _, replication in 10 + SearchLab.noise(replication) }], replicationsMax: 20
    ) { levels, _ in Double(levels[0]) }
    let result = try CheapestSearch(space: close.space, bench: close.bench).run()
    #expect(result.answer == nil && result.undecided == [0, 1, 2], "\(result)")
  }

  @Test func `designs over capacity are never simulated`() throws {
    let lab = SearchLab([30], rules: [.init(limit: 0) { levels, _ in Double(12 - levels[0]) }]) { levels, _ in
      Double(levels[0])
    }
    let impossible = Dictionary(uniqueKeysWithValues: (0..<9).map { ($0, "over capacity") })
    let result = try CheapestSearch(space: lab.space, bench: lab.bench, impossible: impossible).run()
    #expect(result.answer == 12)
    #expect(lab.designs.allSatisfy { $0 >= 9 })
    #expect(result.omissions[2] == .impossible("over capacity"))
  }

  @Test func `of designs within the indifference the smaller one is taken`() throws {
    let lab = SearchLab([10], rules: [.init(limit: 0) { levels, _ in Double(4 - levels[0]) }]) {
      levels, replication in
      // Larger is cheaper by less than anybody minds.
      100 - 0.01 * Double(levels[0]) + SearchLab.noise(replication)
    }
    #expect(try CheapestSearch(space: lab.space, bench: lab.bench).run().answer == 4)
  }

  @Test func `selection among noisy designs keeps its promise`() throws {
    // Five designs that all pass, the best better than the others by the indifference: the least favourable case.
    var correct = 0
    let runs = 60
    for seed in 0..<runs {
      let lab = SearchLab([5], rules: [], replications: 10, replicationsMax: 5000) { levels, replication in
        (levels[0] == 3 ? 10 : 11) + 2
          * SearchLab.noise(replication, UInt64(levels[0]) + 1, seed: UInt64(seed))
      }
      let search = CheapestSearch(
        space: lab.space, bench: lab.bench, confidence: 0.9, indifference: .absolute(1), isExhaustive: true)
      if try search.run().answer == 3 { correct += 1 }
    }
    // 0.9 less three standard errors of 60 runs; the slow suite makes 200.
    #expect(correct >= 47, "\(correct) of \(runs)")
  }
}
