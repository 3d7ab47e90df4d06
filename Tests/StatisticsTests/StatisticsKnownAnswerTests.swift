import Statistics
import Testing

/// Every known answer of the categories "statistics" and "fitting", to its tolerance.
///
/// A case that no branch answers fails: nothing is skipped.
@Suite struct StatisticsKnownAnswerTests {
  @Test("agrees with the known answers of statistics", arguments: KnownAnswers.cases(in: "statistics"))
  func statistics(_ answer: KnownAnswer) throws {
    if answer.model == "order-statistic confidence interval for a quantile" {
      return try checkRanks(answer)
    }
    let values: [Double] =
      switch answer.model {
      case "Student t quantile":
        [StudentT.quantile(try answer.number("p"), degrees: try answer.number("df"))]
      case "MSER-5 truncation", "MSER (batch size 1)": try truncation(answer)
      case "non-overlapping batch means", "von Neumann ratio of the batch means": try batches(answer)
      case "overlapping batch means":
        [
          try #require(
            OverlappingBatchMeans(
              series: try answer.numbers("series"), batchSize: try answer.integer("batch_size"))
          ).asymptoticVariance
        ]
      case "lag-1 autocorrelation":
        [try #require(SerialDependence.lag1Autocorrelation(try answer.numbers("series")))]
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
        [try #require(SampleQuantile.interpolated(try answer.numbers("values"), try answer.number("p")))]
      case "sample quantile, inverse ECDF (type 1, nearest rank)":
        [try #require(SampleQuantile.nearestRank(try answer.numbers("values"), try answer.number("p")))]
      case "asymptotic variance of the mean of successive waits, M/M/1, mu = 1":
        [AsymptoticVariance.mm1Wait(utilisation: try answer.number("rho"))]
      case "AR(1) process, innovations N(0,1)":
        [AsymptoticVariance.firstOrderAutoregression(coefficient: try answer.number("phi"))]
      default: try selection(answer)
      }
    let disagreement = answer.disagreement(of: values)
    #expect(disagreement == nil)
  }

  private func truncation(_ answer: KnownAnswer) throws -> [Double] {
    let size = try answer.integer("batch_size")
    let found = try #require(WarmUpTruncation(series: try answer.numbers("series"), batchSize: size))
    return size == 1
      ? [Double(found.deletedObservations), found.statistic]
      : [Double(found.deletedBatches), Double(found.deletedObservations), found.statistic, found.mean]
  }

  private func batches(_ answer: KnownAnswer) throws -> [Double] {
    let means = try #require(
      BatchMeans(series: try answer.numbers("series"), batches: try answer.integer("batches")))
    if answer.model == "non-overlapping batch means" {
      return [means.interval.mean, try #require(means.interval.halfWidth)]
    }
    return [try #require(means.vonNeumannRatio)]
  }

  private func replications(_ answer: KnownAnswer) throws -> [Double] {
    let interval = try #require(
      MeanInterval(try answer.numbers("values"), confidence: try answer.number("confidence")))
    return [interval.mean, try #require(interval.standardDeviation), try #require(interval.halfWidth)]
  }

  private func comparison(_ answer: KnownAnswer) throws -> [Double] {
    let a = try answer.numbers("a")
    let b = try answer.numbers("b")
    if answer.model.hasPrefix("Welch") {
      let welch = try #require(WelchComparison(a, b))
      return [welch.difference, welch.degreesOfFreedom, welch.halfWidth, welch.pValue]
    }
    let paired = try #require(PairedComparison(a, b))
    if answer.model.hasPrefix("paired") {
      return [paired.difference.mean, try #require(paired.difference.halfWidth)]
    }
    return [try #require(paired.varianceReduction)]
  }

  private func timeAverage(_ answer: KnownAnswer) throws -> [Double] {
    let times = try answer.numbers("times")
    let values = try answer.numbers("values")
    var mean = TimeWeightedMean(startingAt: times[0], value: values[0])
    for (time, value) in zip(times, values).dropFirst() { mean.change(to: value, at: time) }
    return [try #require(mean.mean(until: try answer.number("end")))]
  }

  private func merge(_ answer: KnownAnswer) throws -> [Double] {
    func summary(_ name: String) throws -> RunningMoments {
      let fields = try answer.fields(name)
      return RunningMoments(
        count: Int(try #require(fields["n"]?.number)), mean: try #require(fields["mean"]?.number),
        squaredDeviations: try #require(fields["m2"]?.number))
    }
    var union = try summary("a")
    union.merge(try summary("b"))
    return [Double(union.count), union.mean, try #require(union.variance)]
  }

  /// Ranks have nil where the sample cannot bound; the file says 0 below and null above.
  private func checkRanks(_ answer: KnownAnswer) throws {
    let interval = OrderStatisticInterval(
      count: try answer.integer("n"), quantile: try answer.number("quantile"),
      confidence: try answer.number("confidence"))
    let expected = try #require(answer.expected.elements)
    #expect(Double(interval.lowerRank ?? 0) == expected[0].number)
    #expect(interval.upperRank.map(Double.init) == expected[1].number)
    #expect(isClose(interval.coverage, try #require(expected[2].number), answer.tolerance))
  }

  private func selection(_ answer: KnownAnswer) throws -> [Double] {
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

  @Test("agrees with the known answers of fitting", arguments: KnownAnswers.cases(in: "fitting"))
  func fitting(_ answer: KnownAnswer) throws {
    let disagreement = answer.disagreement(of: try fitted(answer))
    #expect(disagreement == nil)
  }

  private func fitted(_ answer: KnownAnswer) throws -> [Double] {
    switch answer.model {
    case "USL fit by nonlinear least squares", "USL peak", "USL Amdahl asymptote":
      return try scalability(answer)
    case "USL peak for given coefficients":
      let law = ScalabilityLaw(
        rate: 1, contention: try answer.number("alpha"), coherency: try answer.number("beta"))
      return [try #require(law.peakLoad)]
    case "MLE exponential", "MLE lognormal", "MLE Weibull": return try maximumLikelihood(answer)
    case "index of dispersion of arrival counts":
      let test = try #require(DispersionTest(counts: try answer.numbers("counts").map { Int($0) }))
      return [test.index, test.statistic, test.pValue]
    default: break
    }
    let law = ContinuousLaw.lognormal(mu: 0.5, sigma: 0.6)
    let sorted = try answer.numbers("values").sorted()
    switch answer.id {
    case "ks-known":
      let test = KolmogorovSmirnov(sorted: sorted, cumulative: law.cumulative)
      return [test.distance, test.pValue]
    case "ad-known":
      return [
        AndersonDarling(sorted: sorted, cumulative: law.cumulative, survival: law.survival).statistic
      ]
    default:
      throw KnownAnswer.Mismatch(description: "nothing answers '\(answer.model)' of \(answer.id)")
    }
  }

  private func scalability(_ answer: KnownAnswer) throws -> [Double] {
    let fit = try ScalabilityFit(
      loads: try answer.numbers("load"), throughputs: try answer.numbers("throughput"))
    switch answer.id {
    case "usl-specsdm91-coef": return [fit.law.contention, fit.law.coherency, fit.law.rate]
    case "usl-specsdm91-sigma": return [fit.residualStandardError]
    case "usl-specsdm91-peak":
      return [try #require(fit.law.peakLoad), try #require(fit.law.peakThroughput)]
    case "usl-specsdm91-limit": return [try #require(fit.law.amdahlAsymptote)]
    default: throw KnownAnswer.Mismatch(description: "nothing answers \(answer.id)")
    }
  }

  private func maximumLikelihood(_ answer: KnownAnswer) throws -> [Double] {
    let values = try answer.numbers("values")
    func fit(_ family: LawFamily) throws -> FittedLaw { try FittedLaw(family, to: values) }
    switch answer.id {
    case "fit-exp":
      let fit = try fit(.exponential)
      guard case .exponential(let mean) = fit.law else { break }
      return [mean, fit.logLikelihood]
    case "fit-lognormal":
      let fit = try fit(.lognormal)
      guard case .lognormal(let mu, let sigma) = fit.law else { break }
      return [mu, sigma, fit.logLikelihood]
    case "fit-weibull":
      let fit = try fit(.weibull)
      guard case .weibull(let shape, let scale) = fit.law else { break }
      return [shape, scale, fit.logLikelihood]
    default: break
    }
    throw KnownAnswer.Mismatch(description: "nothing answers \(answer.id)")
  }
}
