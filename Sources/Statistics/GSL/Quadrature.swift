import CGSL

/// Adaptive quadrature of a smooth function by GSL, to a relative error of 10⁻¹⁰ unless told otherwise.
enum Quadrature {
  /// Integrates over a finite interval; nil when the accuracy is not reached.
  ///
  /// - Complexity: O(evaluations), 61 a subinterval, at most 200 subintervals.
  /// - Source: methods §10, `gsl_integration_qag` with the 61-point Gauss-Kronrod rule.
  static func integral(
    from low: Double, to high: Double, relativeError: Double = 1e-10, of function: (Double) -> Double
  ) -> Double? {
    GSLErrors.areReturned
    let workspace = gsl_integration_workspace_alloc(200)
    defer { gsl_integration_workspace_free(workspace) }
    return withCallback(function) { callback in
      var result = 0.0
      var error = 0.0
      let status = gsl_integration_qag(
        callback, low, high, 0, relativeError, 200, Int32(GSL_INTEG_GAUSS61), workspace, &result, &error)
      return status == GSL_SUCCESS ? result : nil
    }
  }
}

/// Roots of continuous functions of one variable by GSL.
enum RootFinder {
  /// A root between two points where the function has opposite signs; nil when it has not.
  ///
  /// - Complexity: Some ten evaluations for a smooth function, at most 200.
  /// - Source: methods §10, `gsl_root_fsolver_brent`.
  static func root(
    between low: Double, and high: Double, relativeError: Double = 1e-13, of function: (Double) -> Double
  ) -> Double? {
    GSLErrors.areReturned
    let solver = gsl_root_fsolver_alloc(highwater_gsl_root_brent())
    defer { gsl_root_fsolver_free(solver) }
    return withCallback(function) { callback in
      guard gsl_root_fsolver_set(solver, callback, low, high) == GSL_SUCCESS else { return nil }
      for _ in 0..<200 {
        guard gsl_root_fsolver_iterate(solver) == GSL_SUCCESS else { return nil }
        let left = gsl_root_fsolver_x_lower(solver)
        let right = gsl_root_fsolver_x_upper(solver)
        if gsl_root_test_interval(left, right, 0, relativeError) == GSL_SUCCESS {
          return gsl_root_fsolver_root(solver)
        }
      }
      return nil
    }
  }
}

/// Lends a Swift closure to GSL as its function of one variable, for the duration of a call.
private func withCallback<Result>(
  _ function: (Double) -> Double, _ body: (UnsafeMutablePointer<gsl_function>) -> Result
) -> Result {
  withoutActuallyEscaping(function) { escapable in
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
