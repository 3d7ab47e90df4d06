import Testing

@testable import Kernel

@Suite struct DrawsTests {
  @Test func `an address becomes counter words in the documented layout`() {
    let draws = Draws(seed: 0xDEAD_BEEF_CAFE_F00D, replication: 7)
    for (attempt, index) in [(0, 0), (0, 1), (0, 2), (3, 5), (65535, 131_071)] {
      let block = Philox.block(
        counter: (
          UInt32(attempt) << 16 + UInt32(index / 2), UInt32(DrawPurpose.backoff.rawValue) << 20 + 7,
          0x89AB_CDEF, 0x0123_4567
        ),
        key: (0xCAFE_F00D, 0xDEAD_BEEF))
      let expected =
        index % 2 == 0 ? Philox.uniform(block.0, block.1) : Philox.uniform(block.2, block.3)
      #expect(
        draws.uniform(.backoff, entity: 0x0123_4567_89AB_CDEF, attempt: attempt, index: index) == expected)
    }
  }

  @Test func `every part of an address changes the draw`() {
    let reference = Draws(seed: 42, replication: 3)
    var values: Set<Double> = [reference.uniform(.arrival, entity: 17)]
    #expect(values.insert(Draws(seed: 43, replication: 3).uniform(.arrival, entity: 17)).inserted)
    #expect(values.insert(Draws(seed: 42 + 1 << 32, replication: 3).uniform(.arrival, entity: 17)).inserted)
    #expect(values.insert(Draws(seed: 42, replication: 4).uniform(.arrival, entity: 17)).inserted)
    #expect(values.insert(reference.uniform(.size, entity: 17)).inserted)
    #expect(values.insert(reference.uniform(.arrival, entity: 18)).inserted)
    #expect(values.insert(reference.uniform(.arrival, entity: 17 + 1 << 32)).inserted)
    #expect(values.insert(reference.uniform(.arrival, entity: 17, attempt: 1)).inserted)
    #expect(values.insert(reference.uniform(.arrival, entity: 17, index: 1)).inserted)
    #expect(values.insert(reference.uniform(.arrival, entity: 17, index: 2)).inserted)
  }

  @Test func `the numbers of the purposes never change`() {
    #expect(DrawPurpose.allCases.map(\.rawValue) == Array(1...21) + [4000, 4001, 4002])
    #expect(DrawPurpose.partnerLatency.rawValue == 5)
    #expect(DrawPurpose.sleep.rawValue == 20)
    #expect(DrawPurpose.checkpointLoss.rawValue == 21)
  }

  @Test func `draws of neighbouring entities are uniform and uncorrelated`() {
    let draws = Draws(seed: 1, replication: 0)
    let n = 20_000
    let values = (0..<n).map { draws.uniform(.partnerLatency, entity: UInt64($0)) }
    let mean = values.reduce(0, +) / Double(n)
    // Standard error of the mean: √(1/12/n); of the lag-1 correlation: 1/√n. Limits at 4.5 of them.
    #expect(abs(mean - 0.5) < 4.5 * (1 / 12.0 / Double(n)).squareRoot())
    let products = zip(values, values.dropFirst()).map { ($0 - 0.5) * ($1 - 0.5) * 12 }
    #expect(abs(products.reduce(0, +) / Double(n)) < 4.5 / Double(n).squareRoot())
    // Chi-squared of 100 equal cells; the 1 − 10⁻⁶ quantile of 99 degrees of freedom is 180.8.
    var cells = [Int](repeating: 0, count: 100)
    for value in values { cells[Int(value * 100)] += 1 }
    let expected = Double(n) / 100
    let statistic = cells.map { (Double($0) - expected) * (Double($0) - expected) / expected }.reduce(0, +)
    #expect(statistic < 180.8)
  }

  @Test func `an address out of its bits traps instead of wrapping`() async {
    await #expect(processExitsWith: .failure) {
      _ = Draws(seed: 1, replication: 0).uniform(.backoff, entity: 1, attempt: 1 << 16)
    }
    await #expect(processExitsWith: .failure) {
      _ = Draws(seed: 1, replication: 0).uniform(.backoff, entity: 1, index: 1 << 17)
    }
    await #expect(processExitsWith: .failure) { _ = Draws(seed: 1, replication: 1 << 20) }
  }

  @Test func `names have the same address on every machine`() {
    #expect(EntityAddress.name("") == mixed64(0xCBF2_9CE4_8422_2325))
    // FNV-1a of "a" is af63dc4c8601ec8c by its authors' table.
    #expect(EntityAddress.name("a") == mixed64(0xAF63_DC4C_8601_EC8C))
    #expect(EntityAddress.name("foobar") == mixed64(0x8594_4171_F739_67E8))
    #expect(EntityAddress.name("Orders") != EntityAddress.name("orders"))
  }

  @Test func `combining addresses depends on the order and does not collide`() {
    #expect(EntityAddress.combine(1, 2) != EntityAddress.combine(2, 1))
    var seen: Set<UInt64> = []
    for a in 0..<100 as Range<UInt64> {
      for b in 0..<100 as Range<UInt64> { seen.insert(EntityAddress.combine(a, b)) }
    }
    #expect(seen.count == 10_000)
  }
}
