import CGSL

/// The Kolmogorov-Smirnov test of values against a law known in advance.
///
/// The probability is wrong, too large, when the parameters came from the same values: use
/// ``FitBootstrap`` then. With thousands of values the test rejects everything; read the distance as the size of
/// the misfit.
///
/// ```swift
/// let law = ContinuousLaw.exponential(mean: 2)
/// KolmogorovSmirnov(sorted: gaps.sorted(), cumulative: law.cumulative).pValue
/// ```
/// - Source: methods §8.3.
public struct KolmogorovSmirnov: Sendable, Hashable {
  /// D: largest distance between the empirical and the given distribution function, 0...1.
  public let distance: Double
  /// [values]
  public let count: Int

  /// Measures the distance.
  ///
  /// - Parameters:
  ///   - sorted: Ascending, at least one value.
  ///   - cumulative: P(X ≤ x) of the law, continuous.
  /// - Complexity: O(n).
  public init(sorted: [Double], cumulative: (Double) -> Double) {
    precondition(!sorted.isEmpty, "no values")
    let n = Double(sorted.count)
    var distance = 0.0
    for (index, value) in sorted.enumerated() {
      let f = cumulative(value)
      distance = max(distance, Double(index + 1) / n - f, f - Double(index) / n)
    }
    self.distance = distance
    count = sorted.count
  }

  /// Probability of at least this distance when the law is true.
  ///
  /// Exact to 10 digits by Marsaglia, Tsang and Wang while their matrix has at most 199 rows, exact in the far tail
  /// by twice Smirnov's one-sided sum, the asymptotic law with Stephens' correction (3 digits) else.
  /// - Complexity: O((nD)³ log n) for the matrix, O(n) otherwise.
  /// - Source: Marsaglia, Tsang, Wang (2003), J. Stat. Software 8(18); Smirnov (1944); Stephens (1970).
  public var pValue: Double { Self.pValue(distance: distance, count: count) }

  /// The same from the distance and the number of values.
  public static func pValue(distance: Double, count: Int) -> Double {
    precondition(count > 0 && !distance.isNaN)
    if distance <= 0 { return 1 }
    if distance >= 1 { return 0 }
    let oneSided = smirnovTail(distance: distance, count: count)
    // Both sides are exceeded together with a probability of the fourth power only.
    if 2 * oneSided < 1e-5 { return 2 * oneSided }
    if 2 * Int(Double(count) * distance) + 1 <= 199 {
      return min(1, max(0, 1 - exactCumulative(distance: distance, count: count)))
    }
    let root = Double(count).squareRoot()
    return asymptoticTail((root + 0.12 + 0.11 / root) * distance)
  }

  /// P(√n·D > λ) for many values: 2Σ(−1)^(k−1)·e^(−2k²λ²).
  public static func asymptoticTail(_ lambda: Double) -> Double {
    // Below, the alternating sum needs many terms for a result that is 1 to 10 digits.
    guard lambda > 0.2 else { return 1 }
    var sum = 0.0
    for k in 1...100 {
      let term = exp(-2 * Double(k * k) * lambda * lambda)
      sum += k.isMultiple(of: 2) ? -term : term
      if term < 1e-17 { break }
    }
    return min(1, max(0, 2 * sum))
  }

  /// P(sup(Fn − F) ≥ d), Smirnov's sum; all its terms are positive.
  private static func smirnovTail(distance d: Double, count: Int) -> Double {
    let n = Double(count)
    var sum = 0.0
    for j in 0...Int(n * (1 - d)) {
      let x = d + Double(j) / n
      // The last term may have 1 − x = 0 to the power n − j > 0.
      guard x < 1 else { continue }
      let logChoose = gsl_sf_lnchoose(UInt32(count), UInt32(j))
      sum += exp(logChoose + Double(j - 1) * log(x) + (n - Double(j)) * log1p(-x))
    }
    return min(1, d * sum)
  }

  /// P(D < d) by the n-th power of the matrix of Marsaglia, Tsang and Wang.
  private static func exactCumulative(distance d: Double, count: Int) -> Double {
    let n = Double(count)
    let k = Int(n * d) + 1
    let size = 2 * k - 1
    let h = Double(k) - n * d
    var matrix = ScaledMatrix(size: size)
    for row in 0..<size {
      for column in 0..<size where row - column + 1 >= 0 { matrix[row, column] = 1 }
    }
    for index in 0..<size {
      matrix[index, 0] -= gsl_pow_int(h, Int32(index + 1))
      matrix[size - 1, index] -= gsl_pow_int(h, Int32(size - index))
    }
    if 2 * h > 1 { matrix[size - 1, 0] += gsl_pow_int(2 * h - 1, Int32(size)) }
    for row in 0..<size {
      for column in 0..<size where row - column + 1 > 0 {
        for factor in 1...(row - column + 1) { matrix[row, column] /= Double(factor) }
      }
    }
    let power = matrix.raised(to: count)
    var result = power[k - 1, k - 1]
    var exponent = power.exponent
    for factor in 1...count {
      result *= Double(factor) / n
      if result < 1e-140 {
        result *= 1e140
        exponent -= 140
      }
    }
    return result * pow(10, Double(exponent))
  }
}

/// A square matrix times a power of ten, so that high powers neither overflow nor vanish.
private struct ScaledMatrix {
  let size: Int
  var cells: [Double]
  /// Power of ten outside the cells.
  var exponent = 0

  init(size: Int) {
    self.size = size
    cells = Array(repeating: 0, count: size * size)
  }

  subscript(row: Int, column: Int) -> Double {
    get { cells[row * size + column] }
    set { cells[row * size + column] = newValue }
  }

  func times(_ other: ScaledMatrix) -> ScaledMatrix {
    var product = ScaledMatrix(size: size)
    product.exponent = exponent + other.exponent
    GSLMatrices.multiply(cells, other.cells, into: &product.cells, size: size)
    if product[size / 2, size / 2] > 1e140 {
      for index in product.cells.indices { product.cells[index] *= 1e-140 }
      product.exponent += 140
    }
    return product
  }

  func raised(to power: Int) -> ScaledMatrix {
    guard power > 1 else { return self }
    let half = raised(to: power / 2)
    let square = half.times(half)
    return power.isMultiple(of: 2) ? square : square.times(self)
  }
}

/// Products of row-major matrices by GSL's BLAS.
private enum GSLMatrices {
  static func multiply(_ a: [Double], _ b: [Double], into c: inout [Double], size: Int) {
    let length = Int32(size)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, length, length, length, 1, a.baseAddress, length,
            b.baseAddress, length, 0, c.baseAddress, length)
        }
      }
    }
  }
}
