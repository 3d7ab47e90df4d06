import Statistics

/// Estimators, intervals, comparison and selection.
enum EstimatorAnswers {
  static func value(_ answer: KnownAnswer) throws -> AnswerValue {
    if answer.model == "order-statistic confidence interval for a quantile" {
      return try ranks(answer)
    }
    let values: [Double] =
      switch answer.model {
      case "Student t quantile":
        [StudentT.quantile(try answer.number("p"), degrees: try answer.number("df"))]
      case "MSER-5 truncation", "MSER (batch size 1)": try truncation(answer)
      case "non-overlapping batch means", "von Neumann ratio of the batch means": try batches(answer)
      case "overlapping batch means":
        [
          try answer.require(
            OverlappingBatchMeans(
              series: try answer.numbers("series"), batchSize: try answer.integer("batch_size"))
          ).asymptoticVariance
        ]
      case "lag-1 autocorrelation":
        [try answer.require(SerialDependence.lag1Autocorrelation(try answer.numbers("series")))]
      case "t confidence interval over replications": try replications(answer)
      case "paired-t comparison (common random numbers)", "Welch comparison (independent runs)",
        "variance reduction by common random numbers":
        try comparison(answer)
      case "time-weighted mean of a step function": try timeAverage(answer)
      case "merge of two partial summaries (Chan et al.)": try merge(answer)
      case "smallest n so that the sample maximum is an upper bound for a quantile":
        [
          Double(
            OrderStatisticInterval.smallestCountBoundingAbove(
              quantile: try answer.number("quantile"), confidence: try answer.number("confidence")))
        ]
      case "sample quantile, linear interpolation (type 7)":
        [
          try answer.require(
            SampleQuantile.interpolated(try answer.numbers("values"), try answer.number("p")))
        ]
      case "sample quantile, inverse ECDF (type 1, nearest rank)":
        [try answer.require(SampleQuantile.nearestRank(try answer.numbers("values"), try answer.number("p")))]
      case "asymptotic variance of the mean of successive waits, M/M/1, mu = 1":
        [AsymptoticVariance.mm1Wait(utilisation: try answer.number("rho"))]
      case "AR(1) process, innovations N(0,1)":
        [AsymptoticVariance.firstOrderAutoregression(coefficient: try answer.number("phi"))]
      default: try selection(answer)
      }
    return .numbers(values)
  }

  private static func truncation(_ answer: KnownAnswer) throws -> [Double] {
    let size = try answer.integer("batch_size")
    let found = try answer.require(WarmUpTruncation(series: try answer.numbers("series"), batchSize: size))
    return size == 1
      ? [Double(found.deletedObservations), found.statistic]
      : [Double(found.deletedBatches), Double(found.deletedObservations), found.statistic, found.mean]
  }

  private static func batches(_ answer: KnownAnswer) throws -> [Double] {
    let means = try answer.require(
      BatchMeans(series: try answer.numbers("series"), batches: try answer.integer("batches")))
    if answer.model == "non-overlapping batch means" {
      return [means.interval.mean, try answer.require(means.interval.halfWidth)]
    }
    return [try answer.require(means.vonNeumannRatio)]
  }

  private static func replications(_ answer: KnownAnswer) throws -> [Double] {
    let interval = try answer.require(
      MeanInterval(try answer.numbers("values"), confidence: try answer.number("confidence")))
    return [
      interval.mean, try answer.require(interval.standardDeviation), try answer.require(interval.halfWidth),
    ]
  }

  private static func comparison(_ answer: KnownAnswer) throws -> [Double] {
    let a = try answer.numbers("a")
    let b = try answer.numbers("b")
    if answer.model.hasPrefix("Welch") {
      let welch = try answer.require(WelchComparison(a, b))
      return [welch.difference, welch.degreesOfFreedom, welch.halfWidth, welch.pValue]
    }
    let paired = try answer.require(PairedComparison(a, b))
    if answer.model.hasPrefix("paired") {
      return [paired.difference.mean, try answer.require(paired.difference.halfWidth)]
    }
    return [try answer.require(paired.varianceReduction)]
  }

  private static func timeAverage(_ answer: KnownAnswer) throws -> [Double] {
    let times = try answer.numbers("times")
    let values = try answer.numbers("values")
    var mean = TimeWeightedMean(startingAt: times[0], value: values[0])
    for (time, value) in zip(times, values).dropFirst() { mean.change(to: value, at: time) }
    return [try answer.require(mean.mean(until: try answer.number("end")))]
  }

  private static func merge(_ answer: KnownAnswer) throws -> [Double] {
    func summary(_ name: String) throws -> RunningMoments {
      let fields = try answer.fields(name)
      return RunningMoments(
        count: Int(try answer.require(fields["n"]?.number)), mean: try answer.require(fields["mean"]?.number),
        squaredDeviations: try answer.require(fields["m2"]?.number))
    }
    var union = try summary("a")
    union.merge(try summary("b"))
    return [Double(union.count), union.mean, try answer.require(union.variance)]
  }

  /// Ranks have nil where the sample cannot bound; the file says 0 below and null above.
  private static func ranks(_ answer: KnownAnswer) throws -> AnswerValue {
    let interval = OrderStatisticInterval(
      count: try answer.integer("n"), quantile: try answer.number("quantile"),
      confidence: try answer.number("confidence"))
    return .values([
      Double(interval.lowerRank ?? 0), interval.upperRank.map(Double.init), interval.coverage,
    ])
  }

  private static func selection(_ answer: KnownAnswer) throws -> [Double] {
    switch answer.model {
    case "Kim-Nelson constants (c = 1)":
      let constants = KimNelson.Constants(
        designs: try answer.integer("k"), firstStage: try answer.integer("n0"),
        alpha: try answer.number("alpha"))
      return [constants.eta, constants.hSquared]
    case "Rinott constant h":
      return [
        RinottSelection.constant(
          designs: try answer.integer("k"), probability: try answer.number("p_star"),
          firstStage: try answer.integer("n0"))
      ]
    case "Dudewicz-Dalal constant h1":
      return [
        DudewiczDalalSelection.constant(
          designs: try answer.integer("k"), probability: try answer.number("p_star"),
          firstStage: try answer.integer("n0"))
      ]
    case "Rinott second-stage sizes":
      return RinottSelection.replications(
        constant: try answer.number("h"), indifference: try answer.number("delta"),
        firstStage: try answer.integer("n0"), sampleVariances: try answer.numbers("sample_variances")
      ).map(Double.init)
    case "OCBA allocation (minimise mean)":
      return OptimalBudget.allocation(
        means: try answer.numbers("means"), standardDeviations: try answer.numbers("sds"),
        budget: try answer.number("budget"))
    default:
      throw KnownAnswer.Mismatch(description: "nothing answers '\(answer.model)' of \(answer.id)")
    }
  }
}
