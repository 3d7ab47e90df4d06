package import Kernel

/// A service outside AWS with limits of its own. Source: fact sheet §15.
package struct PartnerSpec: Sendable {
  package enum OverLimit: Sendable, Hashable {
    /// Answers with this HTTP status after this long.
    case reply(status: Int, after: SimDuration)
    /// Answers 429 until `tolerate` calls were over the limit; from then on 403 to every call for `duration`.
    case suspend(duration: SimDuration, tolerate: Int)
    /// Calls over the concurrency limit wait, first in first out; who waits this long is answered with the status.
    case queue(wait: SimDuration, status: Int)
  }

  /// Latency that grows with the calls in service: S(c) = S₀·(1 + α·max(0, c − knee) + β·c·(c − 1)).
  ///
  /// Source: fact sheet §15.3; the law of universal scalability behind a knee.
  package struct Contention: Sendable, Hashable {
    package var knee: Int
    /// α, per call in service beyond the knee, and β, per pair of calls in service.
    package var contention: Double
    package var coherency: Double
    package init(knee: Int, contention: Double, coherency: Double) {
      self.knee = knee
      self.contention = contention
      self.coherency = coherency
    }

    /// By how much a call takes longer among `count` calls in service, itself included.
    package func factor(_ count: Int) -> Double {
      let c = Double(count)
      return 1 + contention * max(0, c - Double(knee)) + coherency * c * (c - 1)
    }
  }

  /// Calls that fail under overload, and hold their place until a timeout all the same: work is wasted.
  ///
  /// Source: fact sheet §15.4.
  package struct Collapse: Sendable, Hashable {
    /// Calls in service up to which none fails, and from which all do.
    package var from: Int
    package var dead: Int
    /// How long a failing call holds its place.
    package var timeout: SimDuration
    package init(from: Int, dead: Int, timeout: SimDuration) {
      precondition(dead > from, "a collapse begins before it is complete")
      self.from = from
      self.dead = dead
      self.timeout = timeout
    }

    /// Probability that a call fails which is the `count`-th in service.
    package func failureProbability(_ count: Int) -> Double {
      min(1, max(0, Double(count - from) / Double(dead - from)))
    }
  }

  package var name: String
  /// [s]
  package var latency: Distribution
  package var maxConcurrent: Int?
  /// Token bucket: [1/s] and [calls].
  package var maxRate: (perSecond: Double, burst: Double)?
  /// Counts `maxRate` in windows of this length instead: what a window does not use is lost with it.
  package var rateWindow: SimDuration?
  package var overLimit: OverLimit
  /// Share of admitted calls answered with 500.
  package var errorRate: Double
  /// Acts once per message however often it is called.
  package var dedupe: Bool
  package var underLoad: Contention?
  package var collapse: Collapse?
  /// Of one connection, for the size of replies. [B/s]
  package var bandwidth: Double?
  package init(
    name: String, latency: Distribution, maxConcurrent: Int? = nil,
    maxRate: (perSecond: Double, burst: Double)? = nil,
    overLimit: OverLimit = .reply(status: 429, after: .milliseconds(10)), errorRate: Double = 0,
    dedupe: Bool = false
  ) {
    self.name = name
    self.latency = latency
    self.maxConcurrent = maxConcurrent
    self.maxRate = maxRate
    self.overLimit = overLimit
    self.errorRate = errorRate
    self.dedupe = dedupe
  }
}
