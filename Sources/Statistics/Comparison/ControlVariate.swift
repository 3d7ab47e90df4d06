import CGSL

/// A mean sharpened by a second measure of the same runs whose true mean is known.
///
/// The offered work of a replication, say, is above its expectation when the waits are long; the regression of one
/// on the other takes that share of the noise away.
///
/// ```swift
/// let adjusted = ControlVariate(values: waits, controls: offeredWork, controlMean: 3600)
/// adjusted?.varianceReduction
/// ```
/// - Source: methods §6.3.
public struct ControlVariate: Sendable, Hashable {
  /// β: change of the measure with a unit of the control.
  public let coefficient: Double
  /// The adjusted mean with n − 2 degrees of freedom.
  public let interval: IntervalEstimate
  /// Variance of the plain mean over that of the adjusted one; above 1 the control helped.
  public let varianceReduction: Double

  /// Regresses the measure on the control; nil for fewer than three replications, or when either does not vary
  /// or the control explains the measure entirely.
  ///
  /// - Parameters:
  ///   - values: The measure, one a replication.
  ///   - controls: The control of the same replications.
  ///   - controlMean: Its exact expectation.
  /// - Complexity: O(n).
  /// - Source: `gsl_fit_linear` on the control's deviation from its expectation: the intercept is the estimate.
  public init?(values: [Double], controls: [Double], controlMean: Double, confidence: Double = 0.95) {
    precondition(values.count == controls.count, "\(values.count) values, \(controls.count) controls")
    guard values.count >= 3, sampleVariance(controls) > 0, sampleVariance(values) > 0 else { return nil }
    GSLErrors.areReturned
    let deviations = controls.map { $0 - controlMean }
    var intercept = 0.0
    var slope = 0.0
    var interceptVariance = 0.0
    var covariance = 0.0
    var slopeVariance = 0.0
    var residuals = 0.0
    gsl_fit_linear(
      deviations, 1, values, 1, values.count, &intercept, &slope, &interceptVariance, &covariance,
      &slopeVariance, &residuals)
    guard interceptVariance > 0 else { return nil }
    coefficient = slope
    interval = IntervalEstimate(
      value: intercept, standardError: interceptVariance.squareRoot(),
      degreesOfFreedom: Double(values.count - 2), confidence: confidence)
    varianceReduction = sampleVariance(values) / Double(values.count) / interceptVariance
  }
}
