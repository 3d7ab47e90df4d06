/// exp x = 2^k · (power + powerRest) · (1 + fraction), with 2^(i/128) = power + powerRest from the table.
private struct ReducedExponential {
  let k: Int, power: Double, powerRest: Double
  /// The rest of the argument, |r| ≤ log 2 / 256.
  let r: Double
  /// The rounding error of r, which only `expm1` near 0 needs.
  let rRest: Double
  /// exp r − 1 − r.
  let curve: Double

  /// - Parameters:
  ///   - x: Between −746 and 710.
  ///   - rest: To be added to x, at most an ulp of it.
  @inline(__always)
  init(_ x: Double, rest: Double) {
    // Adding 1.5 × 2⁵² rounds to the nearest integer in any of the low bits.
    let shifted = x * stepsPerUnit + 0x1.8p52
    let steps = Int(
      Int64(bitPattern: shifted.bitPattern) - Int64(bitPattern: (0x1.8p52 as Double).bitPattern))
    let stepCount = shifted - 0x1.8p52
    (r, rRest) = exactSum(x - stepCount * stepHigh, rest - stepCount * stepLow)
    let r2 = r * r
    // exp r − 1 − r by its series: the first term left out is below 2⁻⁶³ of r, which `expm1` needs.
    let upper = 0x1.5555555555555p-5 + r * (0x1.1111111111111p-7 + r * 0x1.6c16c16c16c17p-10)
    curve = r2 * 0.5 + r2 * r * (0x1.5555555555555p-3 + r * upper)
    let index = steps & 127
    k = steps >> 7
    power = exp2Table[2 * index]
    powerRest = exp2Table[2 * index + 1]
  }

  @inline(__always)
  var rounded: Double {
    let tail = powerRest + power * (r + curve)
    if k > -1022 && k < 1024 { return (power + tail) * powerOfTwo(k) }
    if k >= 1024 { return (power + tail) * 0x1p1023 * powerOfTwo(k - 1023) }
    return subnormal(tail)
  }

  /// Rounds once into the subnormal range: the sum is aligned by adding 1 at the right scale.
  private func subnormal(_ tail: Double) -> Double {
    let scale = powerOfTwo(k + 1022)
    guard scale > 0x1p-60 else { return 0 }
    let high = (power + tail) * scale
    let low = ((power - (power + tail)) + tail) * scale
    // 1 + y has the spacing 2⁻⁵² that subnormal numbers have after the scaling by 2⁻¹⁰²².
    let sum = 1 + high
    let lost = ((1 - sum) + high) + low
    return ((sum + lost) - 1) * 0x1p-1022
  }
}

extension PortableMath {
  /// e to the power x.
  package static func exp(_ x: Double) -> Double {
    guard x.magnitude < 708 else { return extremeExp(x, rest: 0) }
    return ReducedExponential(x, rest: 0).rounded
  }

  private static func extremeExp(_ x: Double, rest: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.79 { return .infinity }
    if x < -746 { return 0 }
    return ReducedExponential(x, rest: rest).rounded
  }

  /// exp(x) − 1 without loss for small x.
  package static func expm1(_ x: Double) -> Double {
    if x.magnitude < 0x1p-54 || x.isNaN { return x }
    if x > 709.79 { return .infinity }
    if x < -40 { return -1 }
    let e = ReducedExponential(x, rest: 0)
    if e.k > 60 { return e.rounded }
    let scale = powerOfTwo(e.k)
    let power = e.power * scale
    // power·(1 + r + curve) − 1: the large parts, power − 1 and r, are summed without loss.
    let lessOne = exactSum(power, -1)
    let sum = exactSum(lessOne.high, e.r)
    let product = exactProduct(lessOne.high, e.r)
    let small = power * (e.curve + e.rRest) + product.low + (lessOne.low * (1 + e.r) + e.powerRest * scale)
    let total = exactSum(sum.high, product.high)
    return total.high + (total.low + (sum.low + small))
  }

  /// x to the power y, with the special cases of C's Annex F.
  package static func pow(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    if x > 0 && x < .infinity && y.magnitude < .infinity { return positivePow(x, y) }
    if y.magnitude == .infinity {
      if x == -1 { return 1 }
      return (x.magnitude > 1) == (y > 0) ? .infinity : 0
    }
    let isInteger = y.rounded(.towardZero) == y
    // Beyond 2⁵³ every double is an even integer.
    let isOdd = isInteger && y.magnitude < 0x1p53 && Int64(y) & 1 != 0
    let magnitude: Double
    if x == 0 {
      magnitude = y < 0 ? .infinity : 0
    } else if x.magnitude == .infinity {
      magnitude = y < 0 ? 0 : .infinity
    } else {
      guard isInteger else { return .nan }
      magnitude = positivePow(-x, y)
    }
    return isOdd && x.sign == .minus ? -magnitude : magnitude
  }

  private static func positivePow(_ x: Double, _ y: Double) -> Double {
    if x == 1 { return 1 }
    // Beyond this every x but 1 over- or underflows; the bound keeps the exact product from overflowing.
    if y.magnitude > 0x1p66 { return (x > 1) == (y > 0) ? .infinity : 0 }
    // Below it the result rounds to 1 for every finite x.
    if y.magnitude < 0x1p-65 { return 1 }
    let logarithm = logPair(x)
    let product = exactProduct(logarithm.high, y)
    let high = product.high
    guard high.magnitude < 746 else { return high > 0 ? .infinity : 0 }
    let low = product.low + logarithm.low * y
    return high.magnitude < 708 ? ReducedExponential(high, rest: low).rounded : extremeExp(high, rest: low)
  }
}
