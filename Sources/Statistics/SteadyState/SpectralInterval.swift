import CGSL

/// A steady-state mean from one long run, by its spectrum at frequency zero.
///
/// The variance of a mean is the spectral density at zero over the run length; the density there is extrapolated
/// by a quadratic through the logarithm of the periodogram.
///
/// ```swift
/// SpectralInterval(series: waits)?.interval.halfWidth
/// ```
/// - Source: methods §5.3b (Heidelberger & Welch 1981; 25 points, degree 2).
public struct SpectralInterval: Sendable, Hashable {
  /// Means of small groups that entered the periodogram, 200...400 for long runs, never below 100.
  public let groupCount: Int
  /// [observations a group]
  public let groupSize: Int
  /// Estimate of lim n·Var(mean), n counting observations. [square of the unit]
  public let asymptoticVariance: Double
  /// Mean over all groups with seven degrees of freedom.
  public let interval: IntervalEstimate

  private static let points = 25
  private static let groupCountMin = 100
  private static let groupCountMax = 400
  /// Expectation of −ln of the mean of two periodogram ordinates, relative to the density.
  private static let logBias = 0.270
  /// Makes exp of the fitted intercept unbiased for 25 points and degree 2.
  private static let interceptCorrection = 0.882
  private static let degreesOfFreedom = 7.0

  /// Estimates from a series; nil for fewer than 100 observations, or when nothing varies.
  ///
  /// - Parameters:
  ///   - series: Observations after the warm-up, in order of occurrence; those that fill no group are dropped.
  ///   - confidence: Coverage of the interval.
  /// - Complexity: O(n) to group and O(g log g) for *g* groups.
  /// - Source: `gsl_fft_real_transform`, `gsl_multifit_linear`.
  public init?(series: [Double], confidence: Double = 0.95) {
    guard series.count >= Self.groupCountMin else { return nil }
    let size = (series.count + Self.groupCountMax - 1) / Self.groupCountMax
    let count = series.count / size
    let means = (0..<count).map { group in
      series[group * size..<(group + 1) * size].reduce(0, +) / Double(size)
    }
    let mean = means.reduce(0, +) / Double(count)
    guard let density = Self.densityAtZero(of: means.map { $0 - mean }) else { return nil }
    groupCount = count
    groupSize = size
    asymptoticVariance = density * Double(size)
    interval = IntervalEstimate(
      value: mean, standardError: (density / Double(count)).squareRoot(),
      degreesOfFreedom: Self.degreesOfFreedom, confidence: confidence)
  }

  /// lim n·Var(mean) of a centred series, n counting its elements; nil when the fit fails.
  private static func densityAtZero(of centred: [Double]) -> Double? {
    guard let periodogram = periodogram(of: centred) else { return nil }
    let n = Double(centred.count)
    let design = gsl_matrix_alloc(points, 3)
    let response = gsl_vector_alloc(points)
    let coefficients = gsl_vector_alloc(3)
    let covariance = gsl_matrix_alloc(3, 3)
    let workspace = gsl_multifit_linear_alloc(points, 3)
    defer {
      gsl_matrix_free(design)
      gsl_vector_free(response)
      gsl_vector_free(coefficients)
      gsl_matrix_free(covariance)
      gsl_multifit_linear_free(workspace)
    }
    for k in 1...points {
      let ordinate = (periodogram[2 * k - 2] + periodogram[2 * k - 1]) / 2
      guard ordinate > 0 else { return nil }
      let frequency = Double(4 * k - 1) / (2 * n)
      for power in 0..<3 {
        gsl_matrix_set(design, k - 1, power, gsl_pow_int(frequency, Int32(power)))
      }
      gsl_vector_set(response, k - 1, log(ordinate) + logBias)
    }
    var residuals = 0.0
    guard
      gsl_multifit_linear(design, response, coefficients, covariance, &residuals, workspace)
        == GSL_SUCCESS
    else { return nil }
    return interceptCorrection * exp(gsl_vector_get(coefficients, 0))
  }

  /// |Σ y·e^(−2πijt/n)|²/n for j = 1...50.
  private static func periodogram(of values: [Double]) -> [Double]? {
    GSLErrors.areReturned
    let count = values.count
    let wavetable = gsl_fft_real_wavetable_alloc(count)
    let workspace = gsl_fft_real_workspace_alloc(count)
    defer {
      gsl_fft_real_wavetable_free(wavetable)
      gsl_fft_real_workspace_free(workspace)
    }
    var packed = values
    guard
      gsl_fft_real_transform(&packed, 1, count, wavetable, workspace) == GSL_SUCCESS
    else { return nil }
    // Half-complex packing: real part of frequency j at 2j − 1, imaginary part at 2j; with an even count the last
    // frequency, n/2, is real and has no imaginary part.
    return (1...2 * points).map { j in
      let real = packed[2 * j - 1]
      let imaginary = 2 * j < count ? packed[2 * j] : 0
      return (real * real + imaginary * imaginary) / Double(count)
    }
  }
}
