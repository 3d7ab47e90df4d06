import Kernel
import Planning
import Reports
import Scenarios
import Statistics
import Testing

/// What is found out about measured values and recorded arrivals, and how it is told.
@Suite struct SampleFitTests {
  /// Quantiles of a law in an order that is not rising: a sample without chance.
  static func sample(_ law: Distribution, _ count: Int) -> Sample {
    Sample(
      values: (0..<count).map { law.sample((Double($0 * 7 % count) + 0.5) / Double(count)) },
      column: "latency_ms",
      source: .column)
  }

  @Test("the family that made the values is chosen and held by the bootstrap")
  func adequate() throws {
    let fit = SampleFit(
      Self.sample(.gamma(mean: 0.3, cv: 0.4), 60), file: "d.csv", quantity: .duration, samples: 39)
    #expect(fit.candidates.first?.family == .gamma && fit.adequate != nil && fit.candidates.count == 5)
    #expect(fit.bootstrap?.sampleCount == 39)
    let again = SampleFit(
      Self.sample(.gamma(mean: 0.3, cv: 0.4), 60), file: "d.csv", quantity: .duration, samples: 39)
    #expect(again.bootstrap == fit.bootstrap)
  }

  /// Two causes far apart: no family has two peaks.
  private static var mixed: Sample {
    let near = sample(.lognormal(mean: 0.1, cv: 0.1), 60).values
    let far = sample(.lognormal(mean: 2, cv: 0.1), 60).values
    return Sample(values: near + far, column: "latency_ms", source: .column)
  }

  @Test("values of two causes have no family, and the report says what to do")
  func inadequate() {
    let fit = SampleFit(Self.mixed, file: "d.csv", quantity: .duration, samples: 99)
    #expect(fit.adequate == nil && fit.problem == nil)
    let text = FitReport.text(fit, style: TerminalStyle())
    #expect(text.contains("No family describes these values"))
    #expect(text.contains("    empirical(d.csv latency_ms)\n") && !text.contains("fit(d.csv"))
  }

  @Test("beyond testing the distance decides")
  func manyValues() {
    let fit = SampleFit(Self.sample(.exponential(mean: 2), 5001), file: "d.csv", quantity: .duration)
    #expect(fit.bootstrap == nil && fit.adequate != nil)
    #expect(FitReport.text(fit, style: TerminalStyle()).contains("read D as an effect size"))
  }

  @Test("values without variation or below zero are told so")
  func problems() {
    let equal = SampleFit(
      Sample(values: [1, 1], column: "values", source: .list), file: "d.csv", quantity: .duration,
      family: .gamma)
    #expect(equal.problem == "all values are equal: write the value itself" && equal.adequate == nil)
    let zero = SampleFit(
      Sample(values: [0, 1], column: "values", source: .list), file: "d.csv", quantity: .duration)
    #expect(FitReport.text(zero, style: TerminalStyle()).contains("1 of 2 values are zero or negative"))
  }

  @Test("the points of fit.csv are those of every family")
  func points() {
    let fit = SampleFit(
      Self.sample(.exponential(mean: 2), 40), file: "d.csv", quantity: .duration, family: .exponential,
      samples: 0,
      plotPoints: 4)
    let lines = String(decoding: FitFile.bytes(fit), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 5 && lines[0] == "family,value,empirical_p,fitted_p,fitted_value")
    #expect(lines[1].hasPrefix("exponential,") && lines[1].split(separator: ",").count == 5)
  }

  private func trace(_ gaps: [Double]) -> Trace {
    var time = 0.0
    let csv =
      "time_s\n"
      + gaps.map { gap in
        time += gap
        return "\(time)\n"
      }.joined()
    var diagnostics = Diagnostics()
    guard
      case .trace(let trace) = DataFile.arrivals(
        Array(csv.utf8), file: "t.csv", timeColumn: nil, valueColumn: nil, unit: nil, into: &diagnostics)
    else { preconditionFailure("\(diagnostics.all)") }
    return trace
  }

  @Test("Poisson arrivals are told from bursts and from a clock")
  func dispersion() {
    let draws = Draws(seed: 5, replication: 0)
    let poisson = ArrivalFit(
      trace(
        (0..<2000).map {
          Distribution.exponential(mean: 0.5).sample(draws.uniform(.arrival, entity: UInt64($0)))
        }),
      file: "t.csv", samples: 0)
    #expect(!poisson.isBursty && !poisson.isPaced && poisson.windows.count >= 3)
    #expect(abs(poisson.rate - 2) < 0.2 && poisson.gaps?.candidates.isEmpty == false)
    let clock = ArrivalFit(trace(Array(repeating: 0.5, count: 2000)), file: "t.csv", samples: 0)
    #expect(clock.isPaced && !clock.isBursty)
    let bursts = ArrivalFit(
      trace((0..<2000).map { $0.isMultiple(of: 50) ? 25.0 : 0.01 }), file: "t.csv", samples: 0)
    #expect(bursts.isBursty)
    let text = ArrivalReport.text(bursts, style: TerminalStyle())
    #expect(text.contains("burstier than a Poisson stream") && !text.contains("process: poisson"))
    #expect(ArrivalReport.text(poisson, style: TerminalStyle()).contains("process: poisson, rate: "))
  }

  @Test("a run says what it took from its files, in the terminal and in run.json")
  func notes() {
    let trace = InputNote(
      place: "workloads.orders.arrivals", file: "t.csv",
      content: .trace(
        .init(
          rows: 1200, arriving: 1000, first: .zero, last: .zero + .seconds(4000), column: "sent_ms",
          kind: "milliseconds since 1970", origin: "2026-08-19T10:00:00Z", skipped: 3, speed: 2, cycle: nil)))
    #expect(
      InputText.words(trace)
        == "1,200 arrivals from 0s to 1h7m (sent_ms in milliseconds since 1970, time zero is 2026-08-19T10:00:00Z) at 2× speed, 3 earlier rows left out, 200 of them after the end; the same in every replication, which differ in their other draws only"
    )
    let counts = InputNote(
      place: "workloads.orders.arrivals", file: "c.json",
      content: .counts(
        .init(
          name: "Sum", total: 31_000, periods: 288, period: .minutes(5), missing: 2, within: .uniform,
          origin: nil,
          skipped: 0, speed: 1, isLooped: true)))
    #expect(
      InputText.words(counts)
        == "31,000 messages in 288 periods of 5m (Sum), 2 periods without a row count as 0, again and again; exactly these counts, placed anew in every replication"
    )
    let fit = InputNote(
      place: "services.Api.latency", file: "d.csv",
      content: .fit(
        .init(
          column: "latency_ms", count: 500, family: .gamma, expression: "gamma(mean=300ms cv=0.4)",
          akaikeCriterion: -123.45, distance: 0.02, andersonDarling: 0.31, isClose: false)))
    #expect(
      InputText.words(fit)
        == "gamma(mean=300ms cv=0.4) fitted to 500 values of latency_ms: KS distance 0.0200, A² 0.31, AIC −123.5, far from the values"
    )
  }
}
