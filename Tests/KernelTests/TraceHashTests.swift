import Testing

@testable import Kernel

@Suite struct TraceHashTests {
  private func hash(_ pairs: [(UInt64, UInt64)]) -> UInt64 {
    var hash = TraceHash()
    for (a, b) in pairs { hash.fold(a, b) }
    return hash.value
  }

  @Test func `equal histories have equal fingerprints`() {
    #expect(hash([(1, 2), (3, 4)]) == hash([(1, 2), (3, 4)]))
  }

  @Test func `order, place and number of words matter`() {
    let variants: [[(UInt64, UInt64)]] = [
      [], [(0, 0)], [(0, 0), (0, 0)], [(1, 2)], [(2, 1)], [(1, 2), (3, 4)], [(3, 4), (1, 2)],
      [(1, 3), (2, 4)],
    ]
    #expect(Set(variants.map(hash)).count == variants.count)
  }

  @Test func `one changed bit anywhere in a long history changes half of the fingerprint`() {
    let history = (0..<100).map { (UInt64($0) * 977, UInt64($0)) }
    let reference = hash(history)
    var changedBits = 0
    for position in 0..<100 {
      var other = history
      other[position].0 ^= 1 << UInt64(position % 64)
      let difference = hash(other) ^ reference
      #expect(difference != 0)
      changedBits += difference.nonzeroBitCount
    }
    // 6,400 fair bits: mean 3,200, standard deviation 40.
    #expect((3_000...3_400).contains(changedBits))
  }

  @Test func `the fingerprint is the same on every machine and in every release`() {
    #expect(hash([(1, 2), (3, 4)]) == 7_827_083_988_157_061_313)
  }
}
