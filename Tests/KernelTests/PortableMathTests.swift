import Testing

@testable import Kernel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Every portable function against the C library, which is itself within a hair of correct rounding.
@Suite struct PortableMathTests {
  static let pointCount = 20_000

  /// The largest distance to the reference over many points, and where it was.
  private func worst(
    of function: (Double) -> Double, against reference: (Double) -> Double, seed: UInt64,
    point: (inout TestPoints) -> Double
  ) -> (ulps: UInt64, at: Double) {
    var points = TestPoints(seed: seed)
    var worst: (ulps: UInt64, at: Double) = (0, 0)
    for _ in 0..<Self.pointCount {
      let x = point(&points)
      let distance = ulps(function(x), reference(x))
      if distance > worst.ulps { worst = (distance, x) }
    }
    return worst
  }

  @Test func `log is within 1 ulp of the C library`() {
    let anywhere = worst(of: PortableMath.log, against: log, seed: 1) {
      $0.anyMagnitude(exponents: -1022...1023)
    }
    #expect(anywhere.ulps <= 1, "at \(anywhere.at)")
    let nearOne = worst(of: PortableMath.log, against: log, seed: 2) { $0.between(0.98, 1.02) }
    #expect(nearOne.ulps <= 1, "at \(nearOne.at)")
    let closest = worst(of: PortableMath.log, against: log, seed: 3) {
      1 + $0.anyMagnitude(exponents: -52 ... -8)
    }
    #expect(closest.ulps <= 1, "at \(closest.at)")
    let below = worst(of: PortableMath.log, against: log, seed: 4) {
      1 - $0.anyMagnitude(exponents: -53 ... -2)
    }
    #expect(below.ulps <= 1, "at \(below.at)")
    let subnormal = worst(of: PortableMath.log, against: log, seed: 5) { $0.unit() * 0x1p-1022 }
    #expect(subnormal.ulps <= 1, "at \(subnormal.at)")
  }

  @Test func `log1p is within 1 ulp of the C library`() {
    let small = worst(of: PortableMath.log1p, against: log1p, seed: 6) {
      let x = $0.anyMagnitude(exponents: -60 ... -2)
      return $0.next() & 1 == 0 ? x : -x
    }
    #expect(small.ulps <= 1, "at \(small.at)")
    let uniform = worst(of: PortableMath.log1p, against: log1p, seed: 7) { -$0.unit() }
    #expect(uniform.ulps <= 1, "at \(uniform.at)")
    let large = worst(of: PortableMath.log1p, against: log1p, seed: 8) {
      $0.anyMagnitude(exponents: -2...200)
    }
    #expect(large.ulps <= 1, "at \(large.at)")
  }

  @Test func `exp is within 1 ulp of the C library`() {
    let wide = worst(of: PortableMath.exp, against: exp, seed: 9) { $0.between(-745.2, 709.78) }
    #expect(wide.ulps <= 1, "at \(wide.at)")
    let near = worst(of: PortableMath.exp, against: exp, seed: 10) { $0.between(-2, 2) }
    #expect(near.ulps <= 1, "at \(near.at)")
    let subnormal = worst(of: PortableMath.exp, against: exp, seed: 11) { $0.between(-746, -707) }
    #expect(subnormal.ulps <= 1, "at \(subnormal.at)")
  }

  /// Glibc's double-precision function is itself off by up to an ulp here, so the reference is the extended
  /// one.
  private func roundedExpm1(_ x: Double) -> Double {
    #if arch(x86_64) && canImport(Glibc)
      Double(expm1(Float80(x)))
    #else
      expm1(x)
    #endif
  }

  @Test func `expm1 is within 1 ulp of the exact value`() {
    let small = worst(of: PortableMath.expm1, against: roundedExpm1, seed: 12) {
      let x = $0.anyMagnitude(exponents: -60...0)
      return $0.next() & 1 == 0 ? x : -x
    }
    #expect(small.ulps <= 1, "at \(small.at)")
    let wide = worst(of: PortableMath.expm1, against: roundedExpm1, seed: 13) { $0.between(-45, 709) }
    #expect(wide.ulps <= 1, "at \(wide.at)")
  }

  @Test func `pow is within 1 ulp of the C library`() {
    var points = TestPoints(seed: 14)
    var worst: (ulps: UInt64, x: Double, y: Double) = (0, 0, 0)
    for i in 0..<Self.pointCount * 2 {
      let x = i % 2 == 0 ? points.anyMagnitude(exponents: -1074...1023) : points.between(0.5, 2)
      // Exponents that keep the result in range, and some that do not.
      let limit = 760 / max(0x1p-30, abs(log(x)))
      let y = points.between(-limit, limit)
      let distance = ulps(PortableMath.pow(x, y), pow(x, y))
      if distance > worst.ulps { worst = (distance, x, y) }
    }
    #expect(worst.ulps <= 1, "at \(worst.x), \(worst.y)")
  }

  @Test func `pow follows the special cases of C`() {
    let values: [Double] = [
      0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1e300, -1e300, 1e-300, .infinity, -.infinity, .nan, 0x1p53,
      -0x1p53 + 1, 4_503_599_627_370_497.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ]
    for x in values {
      for y in values {
        let (ours, theirs) = (PortableMath.pow(x, y), pow(x, y))
        #expect(ulps(ours, theirs) <= 1 && (ours.isNaN || ours.sign == theirs.sign), "pow(\(x), \(y))")
      }
    }
  }

  @Test func `sine and cosine are within 1 ulp of the C library`() {
    for (seed, range) in [(15, -1...1), (16, -12...0), (17, 1...19), (18, 20...1023)] {
      let sine = worst(of: PortableMath.sin, against: sin, seed: UInt64(seed)) {
        let x = $0.anyMagnitude(exponents: range)
        return $0.next() & 1 == 0 ? x : -x
      }
      #expect(sine.ulps <= 1, "sin at \(sine.at)")
      let cosine = worst(of: PortableMath.cos, against: cos, seed: UInt64(seed)) {
        let x = $0.anyMagnitude(exponents: range)
        return $0.next() & 1 == 0 ? x : -x
      }
      #expect(cosine.ulps <= 1, "cos at \(cosine.at)")
    }
    // The multiples of π/2 as doubles, where cancellation is worst.
    for n in 1...2000 {
      let x = Double(n) * (Double.pi / 2)
      #expect(ulps(PortableMath.sin(x), sin(x)) <= 1 && ulps(PortableMath.cos(x), cos(x)) <= 1, "n = \(n)")
    }
  }

  @Test func `special values come out as in C`() {
    for x in [0, -0.0, 1, -1, -2, .infinity, -.infinity, .nan, 0x1p-1074, 710, -746, 745.13] as [Double] {
      #expect(ulps(PortableMath.log(x), log(x)) <= 1, "log \(x)")
      #expect(ulps(PortableMath.log1p(x), log1p(x)) <= 1, "log1p \(x)")
      #expect(ulps(PortableMath.exp(x), exp(x)) <= 1, "exp \(x)")
      #expect(ulps(PortableMath.expm1(x), expm1(x)) <= 1, "expm1 \(x)")
      #expect(ulps(PortableMath.sin(x), sin(x)) <= 1, "sin \(x)")
      #expect(ulps(PortableMath.cos(x), cos(x)) <= 1, "cos \(x)")
    }
  }
}
