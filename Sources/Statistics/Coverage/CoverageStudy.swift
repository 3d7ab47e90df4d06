import CGSL

/// How often each interval procedure holds the true value, on a system whose true values are known.
///
/// A nominal 95 % interval should cover in 371 to 388 of 400 independent experiments. It undercovers where runs are
/// short for their utilisation; the study reports that, it does not judge the user's runs.
///
/// ```swift
/// let study = CoverageStudy(utilisation: 0.5)
/// let rows = study.rows { experiment, replication, count in
///   MM1Waits.sample(count: count, utilisation: 0.5, uniform: uniforms(experiment, replication))
/// }
/// ```
/// - Source: methods §5.7.
public struct CoverageStudy: Sendable, Hashable {
  /// One procedure and what became of it.
  public struct Row: Sendable, Hashable {
    public let procedure: Procedure
    public let nominal: Double
    /// Experiments in which the procedure gave an interval.
    public let count: Int
    /// Of these, intervals that held the true value.
    public let covered: Int
    /// Mean of half-width over true value; how narrow the intervals were.
    public let meanRelativeHalfWidth: Double
    /// Counts that a procedure with exactly the nominal coverage stays in with 95 % probability.
    public let band: ClosedRange<Int>

    /// covered/count; nil without intervals.
    public var coverage: Double? { count > 0 ? Double(covered) / Double(count) : nil }
    /// The count of covering intervals is what the nominal coverage would give.
    public var isNominal: Bool { band.contains(covered) }
  }

  /// The procedures under study.
  public enum Procedure: String, Sendable, Hashable, CaseIterable {
    /// Mean wait, t over replications.
    case replications = "mean, replications"
    /// Mean wait, 20 batches of one run.
    case batchMeans = "mean, 20 batches"
    /// Mean wait, batches paired until their means look independent.
    case checkedBatchMeans = "mean, checked batches"
    /// Mean wait, sliding windows of a twentieth of the run.
    case overlappingBatchMeans = "mean, overlapping batches"
    /// Mean wait, spectrum at zero.
    case spectral = "mean, spectral"
    /// Quantile of the wait, t over the quantiles of replications.
    case quantileReplications = "quantile, replications"
    /// Quantile of the wait, t over the quantiles of 20 batches.
    case quantileBatches = "quantile, 20 batches"
    /// Share of waits beyond the true quantile, t over the shares of replications.
    case shareReplications = "share over limit, replications"
    /// Mean wait, replications until the relative half-width is small enough.
    case sequential = "mean, sequential"
  }

  /// ρ of M/M/1 with unit service rate.
  public var utilisation: Double
  /// Replications an experiment, for the procedures over replications.
  public var replications: Int
  /// Waits a replication, after the warm-up.
  public var replicationLength: Int
  /// Waits of the long run, after the warm-up.
  public var runLength: Int
  /// Waits deleted at the start of every path.
  public var warmUp: Int
  /// Probability of the quantile.
  public var quantile: Double
  /// Nominal coverage of every interval.
  public var confidence: Double
  /// Goal of the sequential procedure, which takes up to four times as many replications.
  public var relativePrecision: Double

  /// - Parameters:
  ///   - utilisation: ρ, between 0 and 1, both excluded.
  ///   - quantile: Above 1 − ρ, so that the quantile of the wait is positive.
  public init(
    utilisation: Double, replications: Int = 10, replicationLength: Int = 2000, runLength: Int = 20_000,
    warmUp: Int = 500, quantile: Double = 0.9, confidence: Double = 0.95, relativePrecision: Double = 0.1
  ) {
    precondition(utilisation > 0 && utilisation < 1, "a utilisation of \(utilisation)")
    precondition(quantile > 1 - utilisation && quantile < 1, "a quantile of \(quantile)")
    precondition(replications >= 2 && replicationLength > 0 && runLength >= 100 && warmUp >= 0)
    self.utilisation = utilisation
    self.replications = replications
    self.replicationLength = replicationLength
    self.runLength = runLength
    self.warmUp = warmUp
    self.quantile = quantile
    self.confidence = confidence
    self.relativePrecision = relativePrecision
  }

  /// E[Wq] = ρ/(1 − ρ). [mean service times]
  public var trueMean: Double { utilisation / (1 - utilisation) }
  /// ln(ρ/(1 − p))/(1 − ρ). [mean service times]
  public var trueQuantile: Double { log(utilisation / (1 - quantile)) / (1 - utilisation) }

  /// Repeats the experiment and counts.
  ///
  /// - Parameters:
  ///   - macroRuns: Independent experiments, 400 for the reports.
  ///   - procedures: Those to study; the others cost nothing.
  ///   - path: The first `count` waits of M/M/1 in mean service times, starting empty or in steady state.
  ///     Experiment from 0; replication 0 is the long run, 1... the replications. Paths must be independent.
  /// - Returns: One row a procedure, in the order given.
  /// - Complexity: O(macroRuns · (run length + replications · their length)) waits, and their sorting for quantiles.
  public func rows(
    macroRuns: Int = 400, procedures: [Procedure] = Procedure.allCases,
    path: (_ experiment: Int, _ replication: Int, _ count: Int) throws -> [Double]
  ) rethrows -> [Row] {
    precondition(macroRuns > 0, "\(macroRuns) experiments")
    var tallies = procedures.map { _ in Tally() }
    let needsRun = procedures.contains { $0.usesLongRun }
    let needsReplications = procedures.contains { $0.usesReplications }
    for experiment in 0..<macroRuns {
      func waits(_ replication: Int, _ length: Int) throws -> [Double] {
        Array(try path(experiment, replication, warmUp + length).dropFirst(warmUp))
      }
      let run = needsRun ? try waits(0, runLength) : []
      var samples: [[Double]] = []
      if needsReplications {
        for replication in 0..<replications { samples.append(try waits(1 + replication, replicationLength)) }
      }
      for (index, procedure) in procedures.enumerated() {
        let interval: (low: Double, high: Double)?
        if procedure == .sequential {
          interval = try sequentialInterval { try waits(1 + $0, replicationLength) }
        } else {
          interval = self.interval(of: procedure, run: run, samples: samples)
        }
        if let interval { tallies[index].add(interval, truth: truth(of: procedure)) }
      }
    }
    return zip(procedures, tallies).map { procedure, tally in
      Row(
        procedure: procedure, nominal: confidence, count: tally.count, covered: tally.covered,
        meanRelativeHalfWidth: tally.widths.mean,
        band: Self.band(count: tally.count, nominal: confidence))
    }
  }

  /// The rows of all experiments from those of several blocks of them.
  ///
  /// - Parameter parts: Rows of the same procedures in the same order; experiments that no two blocks share.
  public static func merged(_ parts: [[Row]]) -> [Row] {
    guard let first = parts.first else { return [] }
    return first.indices.map { index in
      let rows = parts.map { $0[index] }
      precondition(rows.allSatisfy { $0.procedure == first[index].procedure }, "blocks of other procedures")
      let count = rows.reduce(0) { $0 + $1.count }
      let width = rows.reduce(0) { $0 + Double($1.count) * $1.meanRelativeHalfWidth }
      return Row(
        procedure: first[index].procedure, nominal: first[index].nominal, count: count,
        covered: rows.reduce(0) { $0 + $1.covered },
        meanRelativeHalfWidth: width / Double(max(1, count)),
        band: band(count: count, nominal: first[index].nominal))
    }
  }

  /// Counts of coverage that the binomial law expects: 371...388 of 400 at 95 %.
  ///
  /// - Parameters:
  ///   - count: Independent intervals.
  ///   - nominal: Coverage of each.
  ///   - confidence: Probability of a count inside the band, at least.
  /// - Source: methods §5.7, `gsl_cdf_binomial_P`.
  public static func band(count: Int, nominal: Double, confidence: Double = 0.95) -> ClosedRange<Int> {
    guard count > 0 else { return 0...0 }
    GSLErrors.areReturned
    let tail = (1 - confidence) / 2
    func below(_ k: Int) -> Double { gsl_cdf_binomial_P(UInt32(k), nominal, UInt32(count)) }
    let low = (0...count).first { below($0) > tail } ?? count
    let high = (0...count).first { below($0) >= 1 - tail } ?? count
    return low...max(low, high)
  }

  private func truth(of procedure: Procedure) -> Double {
    switch procedure {
    case .quantileReplications, .quantileBatches: trueQuantile
    case .shareReplications: 1 - quantile
    default: trueMean
    }
  }

  private func interval(
    of procedure: Procedure, run: [Double], samples: [[Double]]
  ) -> (low: Double, high: Double)? {
    func ends(_ interval: MeanInterval?) -> (low: Double, high: Double)? {
      guard let low = interval?.low, let high = interval?.high else { return nil }
      return (low, high)
    }
    func ends(_ interval: IntervalEstimate?) -> (low: Double, high: Double)? {
      interval.map { ($0.low, $0.high) }
    }
    switch procedure {
    case .replications:
      return ends(MeanInterval(samples.map(Self.mean), confidence: confidence))
    case .batchMeans:
      return ends(BatchMeans(series: run, batches: 20, confidence: confidence)?.interval)
    case .checkedBatchMeans:
      return ends(BatchMeans.checked(series: run, confidence: confidence)?.interval)
    case .overlappingBatchMeans:
      return ends(
        OverlappingBatchMeans(series: run, batchSize: run.count / 20, confidence: confidence)?.interval)
    case .spectral:
      return ends(SpectralInterval(series: run, confidence: confidence)?.interval)
    case .quantileReplications:
      return ends(
        QuantileEstimate(replications: samples, quantile: quantile, confidence: confidence)?.interval)
    case .quantileBatches:
      return ends(
        QuantileEstimate(series: run, batches: 20, quantile: quantile, confidence: confidence)?.interval)
    case .shareReplications:
      let limit = trueQuantile
      let shares = samples.map { waits in Double(waits.count { $0 > limit }) / Double(waits.count) }
      return ends(MeanInterval(shares, confidence: confidence))
    case .sequential:
      preconditionFailure("the sequential procedure draws its own replications")
    }
  }

  private func sequentialInterval(
    replication: (Int) throws -> [Double]
  ) rethrows -> (low: Double, high: Double)? {
    var stopping = SequentialStopping(
      measures: [PrecisionMeasure(name: "wait", goal: .relative(relativePrecision))],
      confidence: confidence, replicationsMin: replications, replicationsMax: 4 * replications)
    while true {
      let next = stopping.replicationCount
      if case .continue = stopping.record([Self.mean(try replication(next))]) { continue }
      guard let interval = stopping.progress[0].interval, let low = interval.low, let high = interval.high
      else { return nil }
      return (low, high)
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  private struct Tally {
    var count = 0
    var covered = 0
    var widths = RunningMoments()
    mutating func add(_ interval: (low: Double, high: Double), truth: Double) {
      count += 1
      if interval.low <= truth, truth <= interval.high { covered += 1 }
      widths.add((interval.high - interval.low) / 2 / truth)
    }
  }
}

extension CoverageStudy.Procedure {
  fileprivate var usesLongRun: Bool {
    switch self {
    case .batchMeans, .checkedBatchMeans, .overlappingBatchMeans, .spectral, .quantileBatches: true
    case .replications, .quantileReplications, .shareReplications, .sequential: false
    }
  }
  fileprivate var usesReplications: Bool {
    switch self {
    case .replications, .quantileReplications, .shareReplications: true
    default: false
    }
  }
}
