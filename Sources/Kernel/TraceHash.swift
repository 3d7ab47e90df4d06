/// A running 64-bit fingerprint of everything a run did, in the order it did it.
///
/// Always on; the caller folds time, rank, kind, entity and integer payload of each event. Each step is a
/// bijection of the state, so a difference once folded in is never lost, only mixed.
@usableFromInline
package struct TraceHash: Sendable, Hashable {
  @usableFromInline package var state: UInt64

  @inlinable package init() { state = 0x243F_6A88_85A3_08D3 }

  /// Folds two words into the fingerprint; the order of the calls matters.
  @inlinable @inline(__always)
  package mutating func fold(_ a: UInt64, _ b: UInt64) {
    var h = state ^ a
    h = (h &* 0x9E37_79B9_7F4A_7C15)
    h = (h << 29 | h >> 35) ^ b
    h = (h &* 0xC2B2_AE3D_27D4_EB4F) &+ 0x1656_67B1_9E37_79F9
    state = h ^ (h >> 32)
  }

  /// The fingerprint of everything folded so far.
  @inlinable package var value: UInt64 { mixed64(state) }
}

/// A fixed bijective mix of 64 bits (the finaliser of SplitMix64).
@inlinable
package func mixed64(_ word: UInt64) -> UInt64 {
  var z = word
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
