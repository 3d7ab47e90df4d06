/// How many representable doubles lie between two numbers; 0 when both are NaN.
func ulps(_ a: Double, _ b: Double) -> UInt64 {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : .max }
  // Order-preserving map of the bit patterns: negative numbers count downwards from zero.
  func position(_ x: Double) -> Int64 {
    let bits = Int64(bitPattern: x.bitPattern)
    return bits >= 0 ? bits : Int64.min &- bits
  }
  let (high, low) = (max(position(a), position(b)), min(position(a), position(b)))
  return UInt64(bitPattern: high &- low)
}

/// A stream of test points: SplitMix64, so that a failing point can be found again by its index.
struct TestPoints {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// In [0, 1).
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// Any positive normal number, every binary exponent of the range equally likely.
  mutating func anyMagnitude(exponents: ClosedRange<Int>) -> Double {
    let exponent = exponents.lowerBound + Int(next() % UInt64(exponents.count))
    return Double(sign: .plus, exponent: exponent, significand: 1 + unit())
  }
}
