/// How well a fitted law describes its data: distances, and probabilities that account for the fitting.
///
///
/// ```swift
/// let fit = try FittedLaw(.lognormal, to: serviceTimes)
/// FitQuality(fit, values: serviceTimes).kolmogorovSmirnov.distance
/// ```
/// - Source: methods §8.2 and §8.3.
public struct FitQuality: Sendable, Hashable {
  public let fit: FittedLaw
  public let kolmogorovSmirnov: KolmogorovSmirnov
  public let andersonDarling: AndersonDarling
  /// Empirical against fitted probability at evenly spaced ranks, ascending: a straight line for a good fit.
  public let probabilityPlot: [PlotPoint]

  /// One point of a P-P plot.
  public struct PlotPoint: Sendable, Hashable {
    /// The value in the data.
    public let value: Double
    /// (rank − ½)/n.
    public let empirical: Double
    public let fitted: Double
  }

  /// Above so many values tests reject every law; the distance is then what to read.
  public static let testableCountMax = 5000

  /// Compares a fit with its data.
  ///
  /// - Parameters:
  ///   - values: Those that were fitted, in any order.
  ///   - plotPoints: Points of the P-P plot, at most one a value.
  /// - Complexity: O(n log n).
  public init(_ fit: FittedLaw, values: [Double], plotPoints: Int = 20) {
    precondition(values.count == fit.count, "\(values.count) values for a fit of \(fit.count)")
    let sorted = values.sorted()
    self.fit = fit
    kolmogorovSmirnov = KolmogorovSmirnov(sorted: sorted, cumulative: fit.cumulative)
    andersonDarling = AndersonDarling(
      sorted: sorted, cumulative: fit.cumulative, survival: fit.survival)
    let count = min(plotPoints, sorted.count)
    probabilityPlot = (0..<count).map { point in
      let index = (2 * point + 1) * sorted.count / (2 * count)
      let value = sorted[index]
      return PlotPoint(
        value: value, empirical: (Double(index) + 0.5) / Double(sorted.count), fitted: fit.cumulative(value))
    }
  }

  /// The distance is to be read as an effect size; the tests reject everything.
  public var isBeyondTesting: Bool { fit.count > Self.testableCountMax }

  /// Largest distance of a law that is near enough to its data when tests say nothing: one in twenty. Source: assumption.
  public static let effectSizeMax = 0.05

  /// Whether the law may stand for its data, by what costs no bootstrap.
  ///
  /// A² against its 5 % point where a table knows it; else the distance against the point of a law known in advance,
  /// which rejects too seldom; beyond testing the distance alone.
  public var isAdequate: Bool {
    if isBeyondTesting { return kolmogorovSmirnov.distance <= Self.effectSizeMax }
    if let critical = AndersonDarling.criticalValue(fitted: fit.law.family, count: fit.count) {
      return andersonDarling.statistic <= critical
    }
    return kolmogorovSmirnov.distance * Double(fit.count).squareRoot() <= 1.358
  }
}

/// Probabilities of a misfit when the parameters came from the data, by refitting samples of the fitted law.
///
/// - Source: methods §8.3 (parametric bootstrap).
public struct FitBootstrap: Sendable, Hashable {
  /// Samples whose refit succeeded; those enter the probabilities.
  public let sampleCount: Int
  /// Share of samples with at least the distance of the data, (1 + hits)/(1 + samples).
  public let kolmogorovSmirnovPValue: Double
  /// The same for A².
  public let andersonDarlingPValue: Double

  /// Draws samples of the size of the data, refits each and compares.
  ///
  /// - Parameters:
  ///   - quality: Of the fit under test.
  ///   - samples: 999 for p values to three decimals.
  ///   - uniform: Gives uniforms in 0..<1, n of them a sample; equal uniforms give equal results.
  /// - Complexity: O(samples · n log n).
  public init(_ quality: FitQuality, samples: Int = 999, uniform: () -> Double) {
    precondition(samples > 0, "\(samples) samples")
    var counts = Counts()
    for _ in 0..<samples { counts.add(quality, uniform) }
    self.init(counts)
  }

  /// Whether neither probability is as small as ``rejectionLevel``, with as few samples as that takes.
  ///
  /// The same answer as that of ``accepts(_:)`` after all samples of the same uniforms: a law that fits is accepted after
  /// a few dozen.
  /// - Parameters: As for the probabilities.
  public static func accepts(_ quality: FitQuality, samples: Int = 999, uniform: () -> Double) -> Bool {
    precondition(samples > 0, "\(samples) samples")
    var counts = Counts()
    // Hits that no further sample can make too few.
    let enough = rejectionLevel * Double(1 + samples) - 1
    let hasTail = quality.andersonDarling.statistic.isFinite
    for _ in 0..<samples {
      counts.add(quality, uniform)
      if Double(counts.farther) > enough, !hasTail || Double(counts.larger) > enough { return true }
    }
    return FitBootstrap(counts).accepts(quality)
  }

  /// At this probability and below the law did not make the values. Source: assumption, as strict as tests of the program
  /// are that nobody looks at one by one.
  public static let rejectionLevel = 0.01

  /// Whether the law may have made the values.
  public func accepts(_ quality: FitQuality) -> Bool {
    // Without a finite A² the samples' own are no larger, and its share says nothing.
    let tail = quality.andersonDarling.statistic.isFinite ? andersonDarlingPValue : 1
    return min(kolmogorovSmirnovPValue, tail) > Self.rejectionLevel
  }

  private init(_ counts: Counts) {
    sampleCount = counts.refitted
    kolmogorovSmirnovPValue = Double(1 + counts.farther) / Double(1 + counts.refitted)
    andersonDarlingPValue = Double(1 + counts.larger) / Double(1 + counts.refitted)
  }

  /// Samples so far, and how many are farther from their fit than the data from theirs.
  private struct Counts {
    var refitted = 0
    var farther = 0
    var larger = 0

    mutating func add(_ quality: FitQuality, _ uniform: () -> Double) {
      let fit = quality.fit
      let sample = (0..<fit.count).map { _ in
        // A uniform of 0 would be a value of 0, which no family allows.
        fit.quantile(max(uniform(), 0x1p-54))
      }
      guard let refit = try? FittedLaw(fit.law.family, to: sample, shift: fit.shift) else { return }
      let sampled = FitQuality(refit, values: sample, plotPoints: 0)
      refitted += 1
      if sampled.kolmogorovSmirnov.distance >= quality.kolmogorovSmirnov.distance { farther += 1 }
      if sampled.andersonDarling.statistic >= quality.andersonDarling.statistic { larger += 1 }
    }
  }
}
