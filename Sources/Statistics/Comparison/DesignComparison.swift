/// Two designs on the same random numbers: the interval of the differences, pair by pair.
///
/// An interval that contains 0 means that no difference is shown.
///
/// ```swift
/// let comparison = PairedComparison(waitsOfA, waitsOfB)  // one value a replication, the same seeds
/// if comparison?.difference.excludes(0) == true { print("A and B differ") }
/// ```
/// - Source: methods §6.4 (paired t) and §6.1 (variance reduction).
public struct PairedComparison: Sendable, Hashable {
  /// Mean of a − b with its interval.
  public let difference: MeanInterval
  /// (var a + var b) / var(a − b): above 1 the common random numbers helped, below 1 they hurt; nil when the
  /// differences do not vary or there are fewer than two pairs.
  public let varianceReduction: Double?

  /// Compares values of equal replications; nil without a pair.
  ///
  /// - Parameters:
  ///   - a: One value a replication.
  ///   - b: The same replications of the other design.
  ///   - confidence: Coverage of the interval.
  /// - Complexity: O(n).
  public init?(_ a: [Double], _ b: [Double], confidence: Double = 0.95) {
    precondition(a.count == b.count, "\(a.count) values paired with \(b.count)")
    let differences = zip(a, b).map { $0 - $1 }
    guard let interval = MeanInterval(differences, confidence: confidence) else { return nil }
    difference = interval
    let variance = sampleVariance(differences)
    varianceReduction =
      a.count > 1 && variance > 0 ? (sampleVariance(a) + sampleVariance(b)) / variance : nil
  }
}

/// Two designs on independent random numbers: Welch's interval of the difference of means.
///
/// - Source: methods §6.4 (Welch 1938).
public struct WelchComparison: Sendable, Hashable {
  /// Mean of a less mean of b.
  public let difference: Double
  /// Of the t distribution behind the half-width; a fraction.
  public let degreesOfFreedom: Double
  /// Half the width of the interval. [unit of the values]
  public let halfWidth: Double
  /// Two-sided p value of "no difference".
  public let pValue: Double

  public var low: Double { difference - halfWidth }
  public var high: Double { difference + halfWidth }

  /// A mean over independent replications of which only the interval is left, as files keep it.
  public struct Summary: Sendable, Hashable {
    public let mean: Double
    /// Of the interval of ``MeanInterval``, not negative.
    public let halfWidth: Double
    /// Replications, 2 or more.
    public let count: Int
    /// Coverage of that interval.
    public let confidence: Double

    public init(mean: Double, halfWidth: Double, count: Int, confidence: Double = 0.95) {
      precondition(halfWidth >= 0 && count > 1, "± \(halfWidth) of \(count) values")
      self.mean = mean
      self.halfWidth = halfWidth
      self.count = count
      self.confidence = confidence
    }

    /// Variance of the mean.
    var varianceOfMean: Double {
      let error = halfWidth / StudentT.quantile(1 - (1 - confidence) / 2, degrees: Double(count - 1))
      return error * error
    }
  }

  /// Compares samples of any sizes; nil unless both have two values and one of them varies.
  ///
  /// - Complexity: O(n).
  public init?(_ a: [Double], _ b: [Double], confidence: Double = 0.95) {
    guard a.count > 1, b.count > 1 else { return nil }
    let (na, nb) = (Double(a.count), Double(b.count))
    self.init(
      difference: a.reduce(0, +) / na - b.reduce(0, +) / nb,
      variances: (sampleVariance(a) / na, sampleVariance(b) / nb),
      counts: (na, nb), confidence: confidence)
  }

  /// Compares means of which only the intervals are left; nil unless one of them has a width.
  public init?(_ a: Summary, _ b: Summary, confidence: Double = 0.95) {
    self.init(
      difference: a.mean - b.mean, variances: (a.varianceOfMean, b.varianceOfMean),
      counts: (Double(a.count), Double(b.count)), confidence: confidence)
  }

  /// - Parameter variances: Of the means.
  private init?(
    difference: Double, variances: (Double, Double), counts: (Double, Double), confidence: Double
  ) {
    let (va, vb) = variances
    guard va + vb > 0 else { return nil }
    let degrees = (va + vb) * (va + vb) / (va * va / (counts.0 - 1) + vb * vb / (counts.1 - 1))
    let error = (va + vb).squareRoot()
    self.difference = difference
    degreesOfFreedom = degrees
    halfWidth = StudentT.quantile(1 - (1 - confidence) / 2, degrees: degrees) * error
    pValue = StudentT.twoSidedTail(difference / error, degrees: degrees)
  }

  /// Whether the interval leaves out the value: a difference is shown when it leaves out 0.
  public func excludes(_ value: Double) -> Bool { value < low || value > high }
}
