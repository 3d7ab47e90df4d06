import CGSL

/// Nonlinear least squares by GSL's trust region method with Levenberg-Marquardt steps.
///
/// - Source: methods §8.1, `gsl_multifit_nlinear_driver`.
enum NonlinearLeastSquares {
  struct Solution {
    var parameters: [Double]
    /// (JᵀJ)⁻¹, weighted like the fit; times the residual variance it is the covariance of the parameters.
    var inverseInformation: [[Double]]
    /// Weighted sum of squared residuals.
    var sumOfSquares: Double
  }

  /// What GSL hands back to the callbacks; lives as long as a call of ``solve``.
  private final class Problem {
    let residuals: ([Double]) -> [Double]
    let jacobian: ([Double]) -> [[Double]]
    let parameterCount: Int
    init(
      residuals: @escaping ([Double]) -> [Double], jacobian: @escaping ([Double]) -> [[Double]],
      parameterCount: Int
    ) {
      self.residuals = residuals
      self.jacobian = jacobian
      self.parameterCount = parameterCount
    }
    func parameters(_ x: UnsafePointer<gsl_vector>?) -> [Double] {
      (0..<parameterCount).map { gsl_vector_get(x, $0) }
    }
  }

  /// Minimises Σ w·r²; nil when GSL reports no convergence.
  ///
  /// - Parameters:
  ///   - count: Number of residuals, at least as many as parameters.
  ///   - start: First guess.
  ///   - weights: One a residual, or nil for equal weights.
  ///   - residuals: Model minus data at the parameters.
  ///   - jacobian: Derivatives of the residuals, shape (residual, parameter).
  static func solve(
    count: Int, start: [Double], weights: [Double]? = nil,
    residuals: @escaping ([Double]) -> [Double], jacobian: @escaping ([Double]) -> [[Double]]
  ) -> Solution? {
    GSLErrors.areReturned
    let problem = Problem(residuals: residuals, jacobian: jacobian, parameterCount: start.count)
    var parameters = highwater_gsl_multifit_lm_parameters()
    let workspace = gsl_multifit_nlinear_alloc(
      highwater_gsl_multifit_trust(), &parameters, count, start.count)
    let first = gsl_vector_alloc(start.count)
    let weightVector = gsl_vector_alloc(count)
    let covariance = gsl_matrix_alloc(start.count, start.count)
    defer {
      gsl_multifit_nlinear_free(workspace)
      gsl_vector_free(first)
      gsl_vector_free(weightVector)
      gsl_matrix_free(covariance)
    }
    for (index, value) in start.enumerated() { gsl_vector_set(first, index, value) }
    for index in 0..<count { gsl_vector_set(weightVector, index, weights?[index] ?? 1) }

    var system = gsl_multifit_nlinear_fdf()
    system.n = count
    system.p = start.count
    system.params = Unmanaged.passUnretained(problem).toOpaque()
    system.f = { x, context, f in
      let problem = Unmanaged<Problem>.fromOpaque(context!).takeUnretainedValue()
      for (row, value) in problem.residuals(problem.parameters(x)).enumerated() {
        guard value.isFinite else { return Int32(GSL_EDOM) }
        gsl_vector_set(f, row, value)
      }
      return Int32(GSL_SUCCESS)
    }
    system.df = { x, context, matrix in
      let problem = Unmanaged<Problem>.fromOpaque(context!).takeUnretainedValue()
      for (row, values) in problem.jacobian(problem.parameters(x)).enumerated() {
        for (column, value) in values.enumerated() { gsl_matrix_set(matrix, row, column, value) }
      }
      return Int32(GSL_SUCCESS)
    }
    return withExtendedLifetime(problem) {
      guard gsl_multifit_nlinear_winit(first, weightVector, &system, workspace) == GSL_SUCCESS else {
        return nil
      }
      var reason: Int32 = 0
      guard
        gsl_multifit_nlinear_driver(500, 1e-10, 1e-10, 1e-10, nil, nil, &reason, workspace) == GSL_SUCCESS,
        gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(workspace), 0, covariance) == GSL_SUCCESS
      else { return nil }
      let position = gsl_multifit_nlinear_position(workspace)
      let residual = gsl_multifit_nlinear_residual(workspace)
      return Solution(
        parameters: start.indices.map { gsl_vector_get(position, $0) },
        inverseInformation: start.indices.map { row in
          start.indices.map { gsl_matrix_get(covariance, row, $0) }
        },
        sumOfSquares: (0..<count).reduce(0) { sum, row in
          sum + gsl_vector_get(residual, row) * gsl_vector_get(residual, row)
        })
    }
  }
}
