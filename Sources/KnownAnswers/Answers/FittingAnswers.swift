import Statistics

/// Fits of distributions and of scalability.
enum FittingAnswers {
  static func value(_ answer: KnownAnswer) throws -> AnswerValue { .numbers(try fitted(answer)) }

  private static func fitted(_ answer: KnownAnswer) throws -> [Double] {
    switch answer.model {
    case "USL fit by nonlinear least squares", "USL peak", "USL Amdahl asymptote":
      return try scalability(answer)
    case "USL peak for given coefficients":
      let law = ScalabilityLaw(
        rate: 1, contention: try answer.number("alpha"), coherency: try answer.number("beta"))
      return [try answer.require(law.peakLoad)]
    case "MLE exponential", "MLE lognormal", "MLE Weibull": return try maximumLikelihood(answer)
    case "index of dispersion of arrival counts":
      let test = try answer.require(DispersionTest(counts: try answer.numbers("counts").map { Int($0) }))
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

  private static func scalability(_ answer: KnownAnswer) throws -> [Double] {
    let fit = try ScalabilityFit(
      loads: try answer.numbers("load"), throughputs: try answer.numbers("throughput"))
    switch answer.id {
    case "usl-specsdm91-coef": return [fit.law.contention, fit.law.coherency, fit.law.rate]
    case "usl-specsdm91-sigma": return [fit.residualStandardError]
    case "usl-specsdm91-peak":
      return [try answer.require(fit.law.peakLoad), try answer.require(fit.law.peakThroughput)]
    case "usl-specsdm91-limit": return [try answer.require(fit.law.amdahlAsymptote)]
    default: throw KnownAnswer.Mismatch(description: "nothing answers \(answer.id)")
    }
  }

  private static func maximumLikelihood(_ answer: KnownAnswer) throws -> [Double] {
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
