import CGSL

/// Roots, integrals and elementary functions by GSL, with closures instead of C function pointers.
enum Numerics {
  /// The zero of a continuous function between two points at which its signs differ.
  ///
  /// Brent's method until the bracket is so narrow; a few units in the last place when left out.
  /// - Source: `gsl_root_fsolver_brent`, methods §10.
  static func root(
    between low: Double, and high: Double, relativeError: Double = 4e-16, of function: (Double) -> Double
  ) throws(QueueingError) -> Double {
    let atLow = function(low)
    let atHigh = function(high)
    if atLow == 0 { return low }
    if atHigh == 0 { return high }
    guard atLow.sign != atHigh.sign, !atLow.isNaN, !atHigh.isNaN,
      let solver = gsl_root_fsolver_alloc(highwater_gsl_root_brent())
    else {
      throw .noConvergence("a search for a root between \(low) and \(high)")
    }
    defer { gsl_root_fsolver_free(solver) }
    let found: Double? = withCallback(function) { wrapped in
      guard gsl_root_fsolver_set(solver, wrapped, low, high) == Int32(GSL_SUCCESS) else { return nil }
      for _ in 0..<400 {
        guard gsl_root_fsolver_iterate(solver) == Int32(GSL_SUCCESS) else { return nil }
        let lower = gsl_root_fsolver_x_lower(solver)
        let upper = gsl_root_fsolver_x_upper(solver)
        if upper - lower <= relativeError * max(lower.magnitude, upper.magnitude) { break }
      }
      return gsl_root_fsolver_root(solver)
    }
    guard let found else { throw .noConvergence("Brent's method between \(low) and \(high)") }
    return found
  }

  /// The point where a non-increasing tail falls to `share`, searched upwards from 0 by doubling `step`.
  static func quantile(
    tail share: Double, step: Double, of tail: (Double) -> Double
  ) throws(QueueingError) -> Double {
    guard tail(0) > share else { return 0 }
    var low = 0.0
    var high = step
    while tail(high) > share {
      low = high
      high *= 2
      guard high.isFinite else { throw .noConvergence("a search for a quantile") }
    }
    return try root(between: low, and: high) { tail($0) - share }
  }

  /// Integral over a finite interval. Source: `gsl_integration_qag`, 61 points, methods §10.
  static func integral(
    from low: Double, to high: Double, relativeError: Double = 1e-11, absoluteError: Double = 1e-300,
    of function: (Double) -> Double
  ) throws(QueueingError) -> Double {
    guard high > low else { return 0 }
    guard let workspace = gsl_integration_workspace_alloc(2_000) else { throw .noConvergence("quadrature") }
    defer { gsl_integration_workspace_free(workspace) }
    var result = 0.0
    var error = 0.0
    let status = withCallback(function) {
      gsl_integration_qag(
        $0, low, high, absoluteError, relativeError, 2_000, Int32(GSL_INTEG_GAUSS61), workspace, &result,
        &error)
    }
    return try accepted(
      result, error: error, status: status, allowed: max(absoluteError, relativeError * result.magnitude))
  }

  /// Integral from `low` to infinity. Source: `gsl_integration_qagiu`, methods §10.
  static func integralToInfinity(
    from low: Double, relativeError: Double = 1e-10, absoluteError: Double = 1e-300,
    of function: (Double) -> Double
  ) throws(QueueingError) -> Double {
    guard let workspace = gsl_integration_workspace_alloc(2_000) else { throw .noConvergence("quadrature") }
    defer { gsl_integration_workspace_free(workspace) }
    var result = 0.0
    var error = 0.0
    let status = withCallback(function) {
      gsl_integration_qagiu($0, low, absoluteError, relativeError, 2_000, workspace, &result, &error)
    }
    return try accepted(
      result, error: error, status: status, allowed: max(absoluteError, relativeError * result.magnitude))
  }

  /// GSL complains about rounding long before an integral is useless: its own error estimate decides.
  private static func accepted(
    _ result: Double, error: Double, status: Int32, allowed: Double
  ) throws(QueueingError) -> Double {
    let isGood = status == Int32(GSL_SUCCESS) || error <= 1_000 * allowed
    guard isGood, result.isFinite else { throw .noConvergence("quadrature") }
    return result
  }

  /// Standard normal density and distribution.
  static func normalDensity(_ x: Double) -> Double { gsl_ran_ugaussian_pdf(x) }
  static func normalShare(below x: Double) -> Double { gsl_cdf_ugaussian_P(x) }

  /// x to a small integer power, with 0⁰ = 1.
  static func power(_ x: Double, _ exponent: Int) -> Double { gsl_pow_int(x, Int32(exponent)) }

  static func exp(_ x: Double) -> Double { CGSL.exp(x) }
  static func log(_ x: Double) -> Double { CGSL.log(x) }
  static func expMinusOne(_ x: Double) -> Double { expm1(x) }
  static func logOnePlus(_ x: Double) -> Double { log1p(x) }
}

/// Lends a Swift closure to GSL as its function of one variable, for the duration of a call.
private func withCallback<Result>(
  _ function: (Double) -> Double, _ body: (UnsafeMutablePointer<gsl_function>) -> Result
) -> Result {
  GSLErrors.areReturned
  return withoutActuallyEscaping(function) { escapable in
    // The box lives on this stack frame; GSL keeps the pointer only while the body runs.
    var box = escapable
    return withUnsafeMutablePointer(to: &box) { pointer in
      var callback = gsl_function(
        function: { x, context in
          context!.assumingMemoryBound(to: ((Double) -> Double).self).pointee(x)
        }, params: UnsafeMutableRawPointer(pointer))
      return body(&callback)
    }
  }
}
