/// A seeded source of uniforms in 0..<1 for tests: SplitMix64, 53 bits a draw.
///
/// Source: Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA.
final class Uniforms {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A source for one place of a grid of experiments; neighbouring places are unrelated.
  convenience init(seed: UInt64, _ first: Int, _ second: Int) {
    let mixed = Uniforms(seed: seed ^ UInt64(first) &* 0xD6E8_FEB8_6659_FD93)
    self.init(seed: mixed.bits() ^ UInt64(second) &* 0xA076_1D64_78BD_642F)
    _ = bits()
  }

  func next() -> Double { Double(bits() >> 11) * 0x1p-53 }

  /// Twelve uniforms less six: mean 0, variance 1, near enough to normal for intervals.
  func nearNormal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + next() } }

  private func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Whether two numbers agree, relative to the expected one.
func isClose(_ value: Double?, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
  guard let value else { return false }
  return (value - expected).magnitude <= tolerance * max(expected.magnitude, 1e-12)
}
