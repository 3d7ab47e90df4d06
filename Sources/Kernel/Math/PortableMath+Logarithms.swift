/// log x, split so that sums of it keep more than a double's precision.
///
/// `base` = k·log 2 + log c in multiples of 2⁻⁴², exact; `baseRest` what that leaves out; `r` = m/c − 1 with
/// x = 2^k·m, |r| < 2⁻⁷; `rRest` the rounding error of r. log x = base + baseRest + log(1 + r + rRest).
private struct ReducedLogarithm {
  let base: Double, baseRest: Double, r: Double, rRest: Double

  /// - Parameters:
  ///   - x: Positive and normal.
  ///   - rest: To be added to x, at most half an ulp of it.
  @inline(__always)
  init(_ x: Double, rest: Double) {
    // Intervals are counted from 0.6875 so that 1 lies on a boundary and k = 0 on both sides of it.
    let bits = x.bitPattern
    let offset = Int64(bitPattern: bits) - 0x3FE6_0000_0000_0000
    let k = Int(offset >> 52)
    let interval = Int(truncatingIfNeeded: offset >> 45) & 127
    let m = Double(bitPattern: bits &- UInt64(bitPattern: Int64(k)) << 52)
    let reciprocal = logTable[3 * interval]
    // The upper 27 bits of m times 10 bits are exact, and so is the difference to 1; the lower bits likewise.
    let mHigh = Double(bitPattern: m.bitPattern & 0xFFFF_FFFF_FC00_0000)
    let fromHigh = mHigh * reciprocal - 1
    let fromLow = (m - mHigh) * reciprocal
    // Exact although the first may be the smaller: it is a multiple of the other's last bit.
    var (r, rRest) = exactSum(larger: fromHigh, fromLow)
    if rest != 0 && k > -64 && k < 64 {
      rRest += rest * powerOfTwo(-k) * reciprocal
      (r, rRest) = exactSum(larger: r, rRest)
    }
    self.r = r
    self.rRest = rRest
    base = Double(k) * log2High + logTable[3 * interval + 1]
    baseRest = Double(k) * log2Low + logTable[3 * interval + 2]
  }

  /// Rounded to one double; relative error a little over half an ulp.
  @inline(__always)
  var rounded: Double {
    // log(1 + r) − r by its series, grouped so that few operations wait for one another; the first term left
    // out is below 2⁻⁵⁹ of r.
    let r2 = r * r
    let terms34 = 0x1.5555555555555p-2 - 0.25 * r
    let terms56 = 0.2 - 0x1.5555555555555p-3 * r
    let terms789 = (0x1.2492492492492p-3 - 0.125 * r) + 0x1.c71c71c71c71cp-4 * r2
    let series = -0.5 * r2 + (r2 * r) * ((terms34 + r2 * terms56) + (r2 * r2) * terms789)
    let sum = exactSum(larger: base, r)
    return sum.high + (series + (sum.low + (baseRest + rRest)))
  }

  /// As an unevaluated sum of two doubles, some 66 bits.
  @inline(__always)
  var pair: (high: Double, low: Double) {
    let square = exactProduct(r, r)
    let r3 = square.high * r
    let low = 0x1.5555555555555p-2 + r * (-0.25 + r * 0.2)
    let middle = -0x1.5555555555555p-3 + r * (0x1.2492492492492p-3 + r * (-0.125 + r * 0x1.c71c71c71c71cp-4))
    let series = r3 * (low + r3 * (middle + r2Tail(r)))
    let sum = exactSum(larger: base, r)
    let withSquare = exactSum(sum.high, -0.5 * square.high)
    // r·rRest: the derivative of the square term.
    let rest = ((-0.5 * square.low - r * rRest) + series) + (sum.low + withSquare.low + (baseRest + rRest))
    return exactSum(larger: withSquare.high, rest)
  }

  /// The terms r¹⁰ and r¹¹ of the series, which only the pair needs.
  @inline(__always)
  private func r2Tail(_ r: Double) -> Double { r * r * r * r * (-0.1 + r * 0x1.745d1745d1746p-4) }
}

extension PortableMath {
  /// The natural logarithm; −∞ at 0, NaN below.
  package static func log(_ x: Double) -> Double {
    var x = x
    var shift = 0.0
    if !(x >= .leastNormalMagnitude && x < .infinity) {
      if x == 0 { return -.infinity }
      if x < 0 || x.isNaN { return .nan }
      if x == .infinity { return x }
      x *= 0x1p54
      shift = 54
    }
    if shift != 0 { return scaledLog(x, shift) }
    return ReducedLogarithm(x, rest: 0).rounded
  }

  private static func scaledLog(_ x: Double, _ shift: Double) -> Double {
    let pair = ReducedLogarithm(x, rest: 0).pair
    let sum = exactSum(pair.high, -shift * log2High)
    return sum.high + (sum.low + (pair.low - shift * log2Low))
  }

  /// log(1 + x) without loss for small x; −∞ at −1, NaN below.
  package static func log1p(_ x: Double) -> Double {
    guard x > -1 else { return x == -1 ? -.infinity : .nan }
    // Below 2⁻⁵⁴ the quadratic term is under half an ulp; this also keeps −0 and subnormal numbers.
    if x.magnitude < 0x1p-54 { return x }
    guard x < 0x1p60 else { return log(x) }
    let sum = exactSum(1, x)
    return ReducedLogarithm(sum.high, rest: sum.low).rounded
  }

  /// log x to some 66 bits, for `pow`. x positive and finite.
  @inline(__always)
  static func logPair(_ x: Double) -> (high: Double, low: Double) {
    if x < .leastNormalMagnitude {
      let pair = ReducedLogarithm(x * 0x1p54, rest: 0).pair
      let sum = exactSum(pair.high, -54 * log2High)
      return exactSum(larger: sum.high, sum.low + (pair.low - 54 * log2Low))
    }
    return ReducedLogarithm(x, rest: 0).pair
  }
}
