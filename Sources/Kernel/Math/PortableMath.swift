#if canImport(Glibc)
  // Links the C library's `sqrt`, `trunc`, `rint` and `round`, which the standard library calls on processors
  // without the instruction. They are exact by definition, so the same everywhere; nothing else of it is
  // used.
  import Glibc
#endif

/// Elementary functions that give the same bits on every machine.
///
/// Built from IEEE add, subtract, multiply, divide and square root alone: no C library (whose last bits
/// differ from CPU to CPU) and no fused multiply-add (Swift never contracts by itself). `log`, `log1p`,
/// `exp`, `expm1`, `pow`, `sin` and `cos` are within 1 ulp of the C library's.
///
/// Source: design §3.2. Method of the logarithms and exponentials: table and short polynomial, as in P. T. P.
/// Tang, "Table-driven implementation of the exponential function / of the logarithm function in IEEE
/// floating-point arithmetic", ACM TOMS 15(2), 1989, and 16(4), 1990; tables and code are our own.
@usableFromInline
package enum PortableMath {
  /// The square root, correctly rounded by hardware.
  @inlinable package static func sqrt(_ x: Double) -> Double { x.squareRoot() }
}

/// The sum of two doubles and its rounding error, exactly, whatever their magnitudes.
@inline(__always)
func exactSum(_ a: Double, _ b: Double) -> (high: Double, low: Double) {
  let sum = a + b
  let bPart = sum - a
  return (sum, (a - (sum - bPart)) + (b - bPart))
}

/// The same when |a| ≥ |b| or a = 0.
@inline(__always)
func exactSum(larger a: Double, _ b: Double) -> (high: Double, low: Double) {
  let sum = a + b
  return (sum, (a - sum) + b)
}

/// The product of two doubles and its rounding error, exactly, by Dekker's splitting.
///
/// Operands beyond 2⁹⁹⁶ would overflow in the split; the callers' operands are logarithms and exponents.
@inline(__always)
func exactProduct(_ a: Double, _ b: Double) -> (high: Double, low: Double) {
  let splitter = 134_217_729.0  // 2²⁷ + 1
  let aScaled = splitter * a
  let bScaled = splitter * b
  let aHigh = aScaled - (aScaled - a)
  let bHigh = bScaled - (bScaled - b)
  let aLow = a - aHigh
  let bLow = b - bHigh
  let product = a * b
  return (product, ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow)
}

/// 2^k as a double, for normal exponents only.
@inline(__always)
func powerOfTwo(_ k: Int) -> Double { Double(bitPattern: UInt64(bitPattern: Int64(1023 + k)) << 52) }
