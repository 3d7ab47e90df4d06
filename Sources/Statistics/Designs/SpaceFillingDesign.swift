import CGSL

/// Points that fill a unit cube evenly: quasi-random sequences and Latin hypercubes.
///
/// All points have the shape (point, dimension) and lie in 0..<1.
///
/// ```swift
/// let axes = [DesignAxis.levels(64), .logarithmic(128...10_240)]
/// let designs = SpaceFillingDesign.sobol(count: 127, dimensions: 2).map { point in
///   zip(axes, point).map { $0.value(at: $1) }
/// }
/// ```
/// - Source: methods §9.3 and §10.
public enum SpaceFillingDesign {
  /// Dimensions up to which Sobol points exist; Halton points serve above.
  public static let sobolDimensionMax = 40
  /// Dimensions up to which Halton points exist.
  public static let haltonDimensionMax = 1229
  /// Points up to which a full factorial is the better design.
  public static let fullFactorialMax = 200

  /// The next points of the Sobol sequence, or of Halton's above 40 dimensions.
  ///
  /// The sequence is fixed: the same arguments give the same points, and a longer run extends a shorter one. The
  /// first Sobol point is the centre of the cube. 2ᵏ − 1 points from the start, or 2ᵏ after a skip of 2ᵏ − 1, are
  /// balanced.
  /// - Parameters:
  ///   - count: Number of points, not negative.
  ///   - dimensions: 1...1229.
  ///   - skip: Points to leave out at the start.
  /// - Complexity: O((count + skip) · dimensions).
  /// - Source: `gsl_qrng_sobol` (Bratley & Fox 1988), `gsl_qrng_halton`; unscrambled.
  public static func sobol(count: Int, dimensions: Int, skip: Int = 0) -> [[Double]] {
    precondition(count >= 0 && skip >= 0, "\(count) points after \(skip)")
    precondition((1...haltonDimensionMax).contains(dimensions), "\(dimensions) dimensions")
    GSLErrors.areReturned
    let type =
      dimensions <= sobolDimensionMax ? highwater_gsl_qrng_sobol() : highwater_gsl_qrng_halton()
    let generator = gsl_qrng_alloc(type, UInt32(dimensions))
    defer { gsl_qrng_free(generator) }
    var point = [Double](repeating: 0, count: dimensions)
    for _ in 0..<skip { gsl_qrng_get(generator, &point) }
    return (0..<count).map { _ in
      gsl_qrng_get(generator, &point)
      return point
    }
  }

  /// A Latin hypercube: in every dimension each of *n* equal slices holds exactly one point.
  ///
  /// - Parameters:
  ///   - count: Number of points, not negative.
  ///   - dimensions: At least 1.
  ///   - uniform: Gives uniforms in 0..<1: per dimension count − 1 for the order of the slices, then count for the
  ///     places inside them. Equal uniforms give equal points.
  /// - Complexity: O(count · dimensions).
  /// - Source: McKay, Beckman, Conover (1979).
  public static func latinHypercube(
    count: Int, dimensions: Int, uniform: () -> Double
  ) -> [[Double]] {
    precondition(count >= 0 && dimensions > 0, "\(count) points in \(dimensions) dimensions")
    var points = Array(repeating: [Double](), count: count)
    for _ in 0..<dimensions {
      var slices = Array(0..<count)
      // Fisher-Yates with our uniforms: the library's shuffle may change between versions of the language.
      for last in stride(from: count - 1, to: 0, by: -1) {
        slices.swapAt(last, DesignAxis.level(at: uniform(), of: last + 1))
      }
      for index in 0..<count {
        let place = (Double(slices[index]) + uniform()) / Double(count)
        // Rounding must not lift a point to 1.
        points[index].append(min(place, 1 - 0x1p-53))
      }
    }
    return points
  }

  /// Every combination of levels, the last axis running fastest.
  ///
  /// - Parameter levels: Levels of each axis, all positive.
  /// - Returns: Shape (combination, axis); one empty combination without axes.
  /// - Complexity: O(product of the levels).
  public static func fullFactorial(levels: [Int]) -> [[Int]] {
    precondition(levels.allSatisfy { $0 > 0 }, "levels \(levels)")
    var combinations: [[Int]] = [[]]
    for count in levels {
      combinations = combinations.flatMap { head in (0..<count).map { head + [$0] } }
    }
    return combinations
  }
}
