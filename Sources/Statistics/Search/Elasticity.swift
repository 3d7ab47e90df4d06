import CGSL

/// Percent by which a measure changes when a setting changes by one percent, with an interval.
///
/// The bottleneck is the setting with the largest elasticity, not the one with the largest utilisation.
///
/// ```swift
/// Elasticity(lowSetting: 900, highSetting: 1100, low: [1.9, 2.1], high: [3.8, 4.4])?.interval.mean
/// ```
/// - Source: methods §9.5.
public struct Elasticity: Sendable, Hashable {
  /// Δln y/Δln x over the replications, paired.
  public let interval: MeanInterval

  /// The usual change of a setting to either side: a tenth.
  public static let usualStep = 0.1

  /// Compares runs with a lower and a higher setting on common random numbers.
  ///
  /// - Parameters:
  ///   - lowSetting: Positive.
  ///   - highSetting: Positive, above the lower.
  ///   - low: The measure at the lower setting, one a replication.
  ///   - high: The same at the higher setting, replications paired.
  /// - Returns: nil without replications, or when a value is not positive and has no logarithm.
  /// - Complexity: O(n).
  public init?(
    lowSetting: Double, highSetting: Double, low: [Double], high: [Double], confidence: Double = 0.95
  ) {
    precondition(lowSetting > 0 && highSetting > lowSetting, "settings \(lowSetting), \(highSetting)")
    precondition(low.count == high.count, "\(low.count) values paired with \(high.count)")
    guard (low + high).allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let step = log(highSetting / lowSetting)
    guard
      let interval = MeanInterval(
        zip(low, high).map { log($1 / $0) / step }, confidence: confidence)
    else { return nil }
    self.interval = interval
  }

  /// Indices by falling magnitude, equal ones in the order given.
  public static func ranked(_ elasticities: [Elasticity]) -> [Int] {
    elasticities.indices.sorted { a, b in
      let first = elasticities[a].interval.mean.magnitude
      let second = elasticities[b].interval.mean.magnitude
      return first > second || (first == second && a < b)
    }
  }
}

/// What each factor of a two-level experiment, and each pair of factors, does to a measure.
///
/// - Source: methods §9.5, `gsl_multifit_linear`.
public struct FactorialEffects: Sendable, Hashable {
  /// Mean over all points.
  public let mean: MeanInterval
  /// Change of the measure from the low to the high level of each factor, averaged over the others.
  public let main: [MeanInterval]
  /// Half the difference that one factor of a pair makes to the effect of the other, pairs i < j in
  /// lexicographic order; empty when not asked for.
  public let interactions: [MeanInterval]

  /// Fits the contrasts in each replication and takes t intervals over them.
  ///
  /// - Parameters:
  ///   - highs: Whether a factor is at its high level, shape (point, factor).
  ///   - responses: Shape (point, replication), equally many, at least one; replications on common random numbers.
  ///   - interactions: Whether pairs are fitted too.
  /// - Returns: nil when the points cannot separate the effects.
  /// - Complexity: O(r·p·q²) for *r* replications, *p* points and *q* effects.
  public init?(
    highs: [[Bool]], responses: [[Double]], interactions: Bool = true, confidence: Double = 0.95
  ) {
    precondition(highs.count == responses.count, "\(highs.count) points, \(responses.count) responses")
    guard let factors = highs.first?.count, let replications = responses.first?.count, replications > 0
    else { return nil }
    precondition(
      highs.allSatisfy { $0.count == factors } && responses.allSatisfy { $0.count == replications })
    let pairs =
      interactions
      ? (0..<factors).flatMap { first in ((first + 1)..<max(factors, first + 1)).map { (first, $0) } } : []
    let rows = highs.map { point in
      let signs = point.map { $0 ? 1.0 : -1.0 }
      return [1] + signs + pairs.map { signs[$0.0] * signs[$0.1] }
    }
    let columns = 1 + factors + pairs.count
    guard rows.count >= columns else { return nil }
    var effects = Array(repeating: [Double](), count: columns)
    for replication in 0..<replications {
      guard let fitted = Self.coefficients(rows: rows, responses: responses.map { $0[replication] })
      else { return nil }
      // From low to high the sign goes by two units.
      for (column, value) in fitted.enumerated() { effects[column].append(column == 0 ? value : 2 * value) }
    }
    let intervals = effects.compactMap { MeanInterval($0, confidence: confidence) }
    mean = intervals[0]
    main = Array(intervals[1..<(1 + factors)])
    self.interactions = Array(intervals[(1 + factors)...])
  }

  private static func coefficients(rows: [[Double]], responses: [Double]) -> [Double]? {
    GSLErrors.areReturned
    let columns = rows[0].count
    let design = gsl_matrix_alloc(rows.count, columns)
    let response = gsl_vector_alloc(rows.count)
    let solution = gsl_vector_alloc(columns)
    let covariance = gsl_matrix_alloc(columns, columns)
    let workspace = gsl_multifit_linear_alloc(rows.count, columns)
    defer {
      gsl_matrix_free(design)
      gsl_vector_free(response)
      gsl_vector_free(solution)
      gsl_matrix_free(covariance)
      gsl_multifit_linear_free(workspace)
    }
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() { gsl_matrix_set(design, row, column, value) }
      gsl_vector_set(response, row, responses[row])
    }
    var rank = 0
    var residuals = 0.0
    guard
      gsl_multifit_linear_tsvd(
        design, response, 1e-10, solution, covariance, &residuals, &rank, workspace) == GSL_SUCCESS,
      rank == columns
    else { return nil }
    return (0..<columns).map { gsl_vector_get(solution, $0) }
  }
}
