/// Philox4x32-10, the counter-based generator: four random words from a counter and a key, without state.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011);
/// methods §1.1.
@usableFromInline
package enum Philox {
  @usableFromInline package typealias Block = (UInt32, UInt32, UInt32, UInt32)

  @inlinable @inline(__always)
  package static func block(
    counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
  ) -> Block {
    var (x0, x1, x2, x3) = counter
    var (k0, k1) = key
    for round in 0..<10 {
      if round > 0 {
        k0 &+= 0x9E37_79B9
        k1 &+= 0xBB67_AE85
      }
      let p0 = 0xD251_1F53 &* UInt64(x0)
      let p1 = 0xCD9E_8D57 &* UInt64(x2)
      let y0 = UInt32(truncatingIfNeeded: p1 >> 32) ^ x1 ^ k0
      let y2 = UInt32(truncatingIfNeeded: p0 >> 32) ^ x3 ^ k1
      x1 = UInt32(truncatingIfNeeded: p1)
      x3 = UInt32(truncatingIfNeeded: p0)
      x0 = y0
      x2 = y2
    }
    return (x0, x1, x2, x3)
  }

  /// The 53-bit uniform of two words, the first one high. In [0, 1).
  @inlinable @inline(__always)
  package static func uniform(_ high: UInt32, _ low: UInt32) -> Double {
    Double((UInt64(high) << 32 | UInt64(low)) >> 11) * 0x1p-53
  }
}
