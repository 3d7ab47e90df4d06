import Kernel
import Records
import Testing

/// Three significant digits of every duration, wherever the samples lie and in whatever order they come.
@Suite struct LatencyHistogramTests {
  /// Durations of below a microsecond to hours, the large ones in between the small ones.
  private static let samples: [SimDuration] = {
    var state: UInt64 = 7
    return (0..<400).map { number in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var scale: UInt64 = 1000
      for _ in 0..<(number * 7 % 11) { scale *= 10 }
      return SimDuration(nanoseconds: Int64((state >> 1) % scale))
    }
  }()

  private static func histogram(_ samples: some Sequence<SimDuration>) -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for sample in samples { histogram.record(sample) }
    return histogram
  }

  private static let shares = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1]

  @Test func `quantiles are the sorted samples to three digits`() throws {
    let histogram = Self.histogram(Self.samples)
    let sorted = Self.samples.sorted()
    #expect(histogram.count == 400 && histogram.minimum == sorted[0] && histogram.maximum == sorted[399])
    for share in Self.shares {
      let exact = sorted[max(1, Int((share * 400).rounded(.up))) - 1]
      let found = try #require(histogram.quantile(share))
      // The upper end of a cell, which is a microsecond or a thousandth of the duration wide.
      let width = max(1000, exact.nanoseconds / 1000)
      #expect((0...width).contains((found - exact).nanoseconds), "\(share): \(found) for \(exact)")
    }
  }

  @Test func `neither the order of samples nor that of merging matters`() {
    let forward = Self.histogram(Self.samples)
    let backward = Self.histogram(Self.samples.reversed())
    let (small, large) = (
      Self.histogram(Self.samples.filter { $0 < .seconds(1) }),
      Self.histogram(Self.samples.filter { $0 >= .seconds(1) })
    )
    #expect(small.count > 100 && large.count > 100)
    var upwards = small
    upwards.merge(large)
    var downwards = large
    downwards.merge(small)
    var intoEmpty = LatencyHistogram()
    intoEmpty.merge(downwards)
    intoEmpty.merge(LatencyHistogram())
    for other in [backward, upwards, downwards, intoEmpty] {
      #expect(other.count == forward.count && other.mean == forward.mean)
      #expect(other.minimum == forward.minimum && other.maximum == forward.maximum)
      for share in Self.shares { #expect(other.quantile(share) == forward.quantile(share), "\(share)") }
    }
  }

  @Test func `nothing has no quantile, and one sample is all of them`() {
    #expect(LatencyHistogram().quantile(0.5) == nil && LatencyHistogram().mean == nil)
    let one = Self.histogram([.seconds(3)])
    for share in Self.shares { #expect(one.quantile(share) == .seconds(3)) }
    #expect(one.mean == 3)
  }
}
