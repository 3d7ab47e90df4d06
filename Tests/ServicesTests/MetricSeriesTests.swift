import Kernel
import Records
import Services
import Testing

@Suite struct MetricSeriesTests {
  private func seconds(_ s: Int64) -> SimTime { .zero + .seconds(s) }

  @Test func `makes one statistic set a minute and none where there is no sample`() {
    var builder = MetricSeriesBuilder()
    builder.add(4, at: seconds(200))
    builder.add(3, at: seconds(10))
    builder.add(-1, at: seconds(59))
    builder.add(5, at: seconds(60))
    let series = builder.series()
    #expect(series.map(\.minute) == [0, 1, 3])
    #expect(series.map(\.sampleCount) == [2, 1, 1])
    #expect(series.map(\.sum) == [2, 5, 4])
    #expect(series.map(\.minimum) == [-1, 5, 4])
    #expect(series.map(\.maximum) == [3, 5, 4])
    #expect(series[0].average == 1)
    #expect(series[0].p50 == nil)
    #expect(builder.datapoint(minute: 2) == nil)
    #expect(builder.datapoint(minute: 9) == nil)
  }

  @Test func `keeps exact quantiles of each minute`() throws {
    var builder = MetricSeriesBuilder(keepsQuantiles: true)
    // 0...100 in scrambled order, interleaved with another minute.
    for i in 0...100 {
      builder.add(Double(i * 37 % 101), at: seconds(5))
      builder.add(1000, at: seconds(65))
    }
    let point = try #require(builder.datapoint(minute: 0))
    #expect(point.p50 == 50)
    #expect(point.p95 == 95)
    #expect(point.p99 == 99)
    #expect(builder.datapoint(minute: 1)?.p50 == 1000)
  }

  @Test func `interpolates quantiles between neighbours`() {
    #expect(MetricSeriesBuilder.quantile(0.5, ofSorted: [1, 2]) == 1.5)
    #expect(MetricSeriesBuilder.quantile(0.95, ofSorted: [10, 20, 30, 40, 50]) == 48)
    #expect(MetricSeriesBuilder.quantile(1, ofSorted: [1, 7]) == 7)
    #expect(MetricSeriesBuilder.quantile(0.5, ofSorted: []) == nil)
  }

  @Test func `answers statistics over a period of minutes`() {
    var builder = MetricSeriesBuilder(keepsQuantiles: true)
    for (second, value) in [(0, 1.0), (70, 2.0), (80, 6.0), (130, 3.0), (300, 99.0)] {
      builder.add(value, at: seconds(Int64(second)))
    }
    #expect(builder.value(.sum, minutes: 0..<3) == 12)
    #expect(builder.value(.sampleCount, minutes: 0..<3) == 4)
    #expect(builder.value(.minimum, minutes: 0..<3) == 1)
    #expect(builder.value(.maximum, minutes: 0..<3) == 6)
    #expect(builder.value(.average, minutes: 0..<3) == 3)
    #expect(builder.value(.percentile(0.5), minutes: 0..<3) == 2.5)
    #expect(builder.value(.sum, minutes: 3..<5) == nil)
    #expect(builder.value(.sum, minutes: -5..<1) == 1)
    #expect(builder.value(.sum, minutes: 4..<100) == 99)
    #expect(builder.value(.sum, minutes: 40..<100) == nil)
    #expect(builder.value(.sum, minutes: -9 ..< -4) == nil)
  }

  @Test func `carries a running value into the minutes that follow`() {
    var gauge = GaugeSeriesBuilder()
    gauge.set(2, at: seconds(30))
    gauge.set(4, at: seconds(45))
    gauge.set(1, at: seconds(150))
    let now = seconds(300)
    let series = gauge.series(until: now)
    #expect(series.map(\.minute) == [0, 1, 2, 3, 4])
    #expect(series.map(\.maximum) == [4, 4, 4, 1, 1])
    #expect(series.map(\.minimum) == [0, 4, 1, 1, 1])
    #expect(series.map(\.average) == [1.5, 4, 2.5, 1, 1])
    #expect(gauge.averages(until: now) == [1.5, 4, 2.5, 1, 1, 0])
    #expect(gauge.peak == 4)
    #expect(gauge.value(.average, minutes: 0..<2, now: now) == 2.75)
    #expect(gauge.value(.maximum, minutes: 3..<5, now: now) == 1)
  }

  @Test func `has no data point for a minute that was zero throughout`() {
    var gauge = GaugeSeriesBuilder()
    gauge.set(3, at: seconds(10))
    // Ends exactly with the minute: nothing of it is in the next one.
    gauge.set(0, at: seconds(60))
    gauge.set(1, at: seconds(200))
    gauge.set(0, at: seconds(200))
    let series = gauge.series(until: seconds(400))
    #expect(series.map(\.minute) == [0, 3])
    #expect(series[0].average == 2.5)
    // An instant shows in the maximum alone.
    #expect(series[1].maximum == 1)
    #expect(series[1].average == 0)
    #expect(gauge.value(.average, minutes: 1..<3, now: seconds(400)) == nil)
  }

  @Test func `answers about a minute that is not over`() {
    var gauge = GaugeSeriesBuilder()
    gauge.set(6, at: seconds(60))
    #expect(gauge.datapoint(minute: 1, now: seconds(60))?.maximum == 6)
    #expect(gauge.datapoint(minute: 1, now: seconds(90))?.average == 3)
    #expect(gauge.datapoint(minute: 2, now: seconds(90)) == nil)
    #expect(gauge.datapoint(minute: 5, now: seconds(330))?.average == 3)
    #expect(gauge.datapoint(minute: 0, now: seconds(90)) == nil)
  }

  @Test func `integrates exactly over any way of asking`() {
    var gauge = GaugeSeriesBuilder()
    var expected = 0.0
    var now: Int64 = 0
    for step in 0..<2000 {
      let value = Double(step % 7)
      gauge.set(value, at: seconds(now))
      let length = Int64(step * 13 % 101)
      expected += value * Double(length)
      now += length
    }
    let total = gauge.series(until: seconds(now)).reduce(0) { $0 + $1.sum }
    #expect(total == expected)
  }
}
