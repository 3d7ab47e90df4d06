import Kernel
import Services
import Testing

@testable import Planning

/// The parts that an analysis is made of, each by itself.
@Suite struct PredictionTests {
  private func prediction(_ value: Double, error: Double?) -> Prediction {
    Prediction(
      subject: "Send", metric: "Send.Duration", statistic: "avg", unit: .seconds, value: value, error: error,
      formula: "sum", validity: "warm")
  }

  @Test("a disagreement is what lies outside the formula's error and the interval of the runs")
  func verdicts() {
    func verdict(_ measured: Double?, _ low: Double? = nil, _ high: Double? = nil, error: Double? = 0.1)
      -> PredictionCheck.Verdict
    {
      PredictionCheck(prediction(10, error: error), measured: measured, low: low, high: high).verdict
    }
    #expect(verdict(10.9) == .agrees)
    #expect(verdict(11.1) == .differs)
    #expect(verdict(8.9) == .differs)
    // The interval reaches into the band.
    #expect(verdict(12, 10.9, 13.1) == .agrees)
    #expect(verdict(12, 11.1, 12.9) == .differs)
    // The interval holds the prediction itself.
    #expect(verdict(12, 9, 15, error: 0.001) == .agrees)
    #expect(verdict(50, error: nil) == .shown)
    #expect(verdict(nil) == .missing)
    #expect(PredictionCheck(prediction(10, error: 0.1), measured: 12).difference! - 0.2 < 1e-12)
  }

  @Test("each dimension meets every cell once, in an order of its own")
  func latinCells() {
    var orders: Set<[Double]> = []
    for dimension in 0..<50 {
      let values = (0..<LatinCells.count).map {
        LatinCells.uniform($0, dimension: EntityAddress.combine(7, UInt64(dimension)))
      }
      #expect(Set(values).count == LatinCells.count)
      #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
      orders.insert(values)
    }
    #expect(orders.count == 50)
  }

  @Test("a profile has the messages and the peak of its process")
  func profiles() {
    func profile(_ process: ArrivalProcess, _ duration: Double = 600) -> ArrivalProfile {
      ArrivalProfile(process, duration: duration, startEpochMinutes: 0)
    }
    let ramp = profile(
      .poisson([.init(time: 0, rate: 0), .init(time: 300, rate: 2), .init(time: 900, rate: 2)]))
    #expect(ramp.count == 300 + 600)
    #expect(ramp.peak == 2)
    #expect(ramp.rate(at: 150) == 1)
    #expect(ramp.rate(at: 0) == 0 && ramp.rate(at: 300) == 2 && ramp.rate(at: 600) == 0)
    #expect(profile(.backlog(count: 9000, sendRate: 10)).rate(at: 899) == 10)
    #expect(ramp.count(from: 300) == 600)
    #expect(!ramp.isSteady)
    // Cut off by the duration in the middle of a slope.
    #expect(profile(.poisson([.init(time: 0, rate: 0), .init(time: 1200, rate: 4)])).count == 600)
    #expect(profile(.constant(rate: 3)).isSteady)
    // A backlog is there whatever the duration.
    #expect(profile(.backlog(count: 9000, sendRate: 10)).count == 9000)
    let burst = profile(.backlog(count: 120, sendRate: nil))
    #expect(burst.isBursty && burst.peak == 2)
    // States of 1 and 5 a second, three times as long in the first one.
    #expect(profile(.mmpp([(rate: 1, stay: 30), (rate: 5, stay: 10)])).count == 600 * 2)
    let rows = [10.0, 20, 70, 700].map { TraceRow(time: SimTime.zero + SimDuration(seconds: $0)) }
    #expect(profile(.trace(rows)).pieces.map(\.count) == [2, 1])
    // Every two minutes, first after two: 2, 4, 6, 8 before the tenth.
    #expect(profile(.schedule(.rate(minutes: 2), count: 30)).count == 120)
  }
}
