extension PortableMath {
  /// The sine of an angle in radians; NaN for infinite angles.
  package static func sin(_ x: Double) -> Double {
    if x.magnitude < 0x1p-27 { return x }
    guard let angle = ReducedAngle(x) else { return .nan }
    switch angle.quadrant {
    case 0: return angle.sine
    case 1: return angle.cosine
    case 2: return -angle.sine
    default: return -angle.cosine
    }
  }

  /// The cosine of an angle in radians; NaN for infinite angles.
  package static func cos(_ x: Double) -> Double {
    guard let angle = ReducedAngle(x) else { return .nan }
    switch angle.quadrant {
    case 0: return angle.cosine
    case 1: return -angle.sine
    case 2: return -angle.cosine
    default: return angle.sine
    }
  }
}

/// An angle less its nearest multiple of π/2, as a sum of two doubles, with the multiple modulo 4.
private struct ReducedAngle {
  let quadrant: Int
  let high: Double, low: Double

  private init(quadrant: Int, _ angle: (high: Double, low: Double)) {
    self.quadrant = quadrant
    (high, low) = angle
  }

  init?(_ x: Double) {
    guard x.magnitude < .infinity else { return nil }
    if x.magnitude < 0.785 {
      self.init(quadrant: 0, (x, 0))
    } else if x.magnitude < 0x1p20 {
      // π/2 in three parts of 33 bits each and a rest: products with 20 bits are exact.
      let turns = (x * 0x1.45f306dc9c883p-1).rounded(.toNearestOrEven)
      let first = x - turns * 0x1.921fb544p+0
      let second = exactSum(first, -turns * 0x1.0b4611a6p-34)
      let third = exactSum(second.high, -turns * 0x1.3198a2ep-69)
      let rest = second.low + third.low - turns * 0x1.b839a252049c1p-104
      self.init(quadrant: Int(turns) & 3, exactSum(larger: third.high, rest))
    } else {
      self.init(large: x)
    }
  }

  /// Multiplies by 2/π in integers, after Payne and Hanek: only the bits that matter modulo 4 are used.
  private init(large x: Double) {
    let significand = x.significandBitPattern | 1 << 52
    // Bits of 2/π that weigh 4 or more times an integer are skipped; the table starts with 64 zero bits.
    let start = Int(x.exponent) - 52 - 2 + 64
    let (word, shift) = (start / 64, UInt64(start % 64))
    func window(_ i: Int) -> UInt64 {
      let upper = twoOverPi[word + i] << shift
      return shift == 0 ? upper : upper | twoOverPi[word + i + 1] >> (64 - shift)
    }
    // The lower 192 bits of the product are the number of quarter turns modulo 4, in units of 2⁻¹⁹⁰.
    let product0 = window(2).multipliedFullWidth(by: significand)
    let product1 = window(1).multipliedFullWidth(by: significand)
    var p0 = product0.low
    var (p1, carry) = product1.low.addingReportingOverflow(product0.high)
    var p2 = window(0) &* significand &+ product1.high &+ (carry ? 1 : 0)

    // Round to the nearest quarter turn and keep the signed rest.
    p2 &+= 1 << 61
    let turns = Int(p2 >> 62)
    p2 = (p2 & (1 << 62 - 1)) &- (1 << 61)
    let isNegative = Int64(bitPattern: p2) < 0
    if isNegative {
      (p0, carry) = (~p0).addingReportingOverflow(1)
      (p1, carry) = (~p1).addingReportingOverflow(carry ? 1 : 0)
      p2 = ~p2 &+ (carry ? 1 : 0)
    }
    // Each word is split so that its conversion to a double is exact; small words are then summed without
    // loss.
    var sum = (high: 0.0, low: 0.0)
    for (bits, scale) in [(p2, 0x1p-62), (p1, 0x1p-126), (p0, 0x1p-190)] {
      let upper = exactSum(sum.high, Double(bits >> 32) * 0x1p32 * scale)
      let lower = exactSum(upper.high, Double(bits & 0xFFFF_FFFF) * scale)
      sum = exactSum(larger: lower.high, sum.low + upper.low + lower.low)
    }
    // Quarter turns to radians: times π/2.
    let radians = exactProduct(sum.high, 0x1.921fb54442d18p+0)
    let rest = radians.low + (sum.high * 0x1.1a62633145c07p-54 + sum.low * 0x1.921fb54442d18p+0)
    let angle = exactSum(larger: radians.high, rest)
    let isReversed = isNegative != (x < 0)
    self.init(
      quadrant: x < 0 ? (4 - turns) & 3 : turns, isReversed ? (-angle.high, -angle.low) : angle)
  }

  /// sin(high + low) by its series; the first term left out is below 2⁻⁶⁰ of the result.
  var sine: Double {
    let z = high * high
    let upper = 0x1.6124613a86d09p-33 + z * (-0x1.ae7f3e733b81fp-41 + z * 0x1.952c77030ad4ap-49)
    let middle = 0x1.71de3a556c734p-19 + z * (-0x1.ae64567f544e4p-26 + z * upper)
    let series = 0x1.1111111111111p-7 + z * (-0x1.a01a01a01a01ap-13 + z * middle)
    let cube = z * high
    return high - ((z * (0.5 * low - cube * series) - low) + cube * 0x1.5555555555555p-3)
  }

  /// cos(high + low) by its series; the first term left out is below 2⁻⁶⁰ of the result.
  var cosine: Double {
    let z = high * high
    let upper = 0x1.1eed8eff8d898p-29 + z * (-0x1.93974a8c07c9dp-37 + z * 0x1.ae7f3e733b81fp-45)
    let middle = 0x1.a01a01a01a01ap-16 + z * (-0x1.27e4fb7789f5cp-22 + z * upper)
    let series = 0x1.5555555555555p-5 + z * (-0x1.6c16c16c16c17p-10 + z * middle)
    let half = 0.5 * z
    let w = 1 - half
    return w + (((1 - w) - half) + (z * z * series - high * low))
  }
}

/// 64 zero bits, then the first 1,216 bits of 2/π.
private let twoOverPi: [UInt64] = [
  0,
  0xA2F9_836E_4E44_1529, 0xFC27_57D1_F534_DDC0, 0xDB62_9599_3C43_9041, 0xFE51_63AB_DEBB_C561,
  0xB724_6E3A_424D_D2E0, 0x0649_2EEA_09D1_921C, 0xFE1D_EB1C_B129_A73E, 0xE882_35F5_2EBB_4484,
  0xE99C_7026_B45F_7E41, 0x3991_D639_8353_39F4, 0x9C84_5F8B_BDF9_283B, 0x1FF8_97FF_DE05_980F,
  0xEF2F_118B_5A0A_6D1F, 0x6D36_7ECF_27CB_09B7, 0x4F46_3F66_9E5F_EA2D, 0x7527_BAC7_EBE5_F17B,
  0x3D07_39F7_8A52_92EA, 0x6BFB_5FB1_1F8D_5D08, 0x5603_3046_FC7B_6BAB,
]
