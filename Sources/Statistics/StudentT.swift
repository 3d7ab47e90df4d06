import CGSL

/// Quantiles of Student's t distribution and of the normal distribution, by GSL.
public enum StudentT {
  /// The point below which the t distribution with `degrees` of freedom has the share `probability`.
  ///
  /// Rounded to 12 significant digits, so that another build of the C library gives the same reports.
  /// - Parameters:
  ///   - probability: Between 0 and 1, both excluded.
  ///   - degrees: Degrees of freedom, positive; fractions are allowed (Welch).
  /// - Source: methods §5.1, `gsl_cdf_tdist_Pinv`.
  public static func quantile(_ probability: Double, degrees: Double) -> Double {
    precondition(
      probability > 0 && probability < 1 && degrees > 0, "t quantile of \(probability), \(degrees)")
    GSLErrors.areReturned
    return roundedTo12Digits(gsl_cdf_tdist_Pinv(probability, degrees))
  }

  /// Probability of a value of at least `|t|` on either side. Source: methods §6.4.
  public static func twoSidedTail(_ t: Double, degrees: Double) -> Double {
    precondition(degrees > 0, "t distribution with \(degrees) degrees of freedom")
    GSLErrors.areReturned
    return roundedTo12Digits(2 * gsl_cdf_tdist_Q(t.magnitude, degrees))
  }
}

/// Quantiles of the standard normal distribution, by GSL.
public enum StandardNormal {
  /// Rounded to 12 significant digits, for the same reason as Student's.
  public static func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "normal quantile of \(probability)")
    GSLErrors.areReturned
    return roundedTo12Digits(gsl_cdf_ugaussian_Pinv(probability))
  }
}

/// GSL's error handler, which would end the process.
enum GSLErrors {
  /// Switched off at the first touch, once for the process; results are checked instead.
  private static let handlerIsOff: Bool = {
    _ = gsl_set_error_handler_off()
    return true
  }()
  static var areReturned: Void { precondition(handlerIsOff) }
}

/// The nearest number with 12 significant decimal digits.
///
/// Multiplications by exact powers of ten only: no `log10`, whose last bit differs between libraries.
func roundedTo12Digits(_ x: Double) -> Double {
  guard x != 0, x.isFinite else { return x }
  var scale = 1.0
  var scaled = x.magnitude
  while scaled < 1e11, scale < 1e22 {
    scale *= 10
    scaled = x.magnitude * scale
  }
  guard scaled < 1e15 else { return x }
  let rounded = scaled.rounded(.toNearestOrAwayFromZero) / scale
  return x < 0 ? -rounded : rounded
}
