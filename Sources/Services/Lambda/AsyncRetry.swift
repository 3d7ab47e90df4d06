package import Kernel

/// When Lambda's queue of asynchronous events tries an event again.
///
/// Function errors and throttles are counted apart: a throttle does not use up one of the error retries.
/// Neither says anything about the event's age, which the caller compares with the maximum event age. Source:
/// fact sheet §4.5.
package struct AsyncRetry: Sendable, Hashable {
  private let first: SimDuration
  private let second: SimDuration
  private let throttleBase: SimDuration
  private let throttleMax: SimDuration
  private let throttleJitter: Double

  package init(
    first: SimDuration, second: SimDuration, throttleBase: SimDuration, throttleMax: SimDuration,
    throttleJitter: Double
  ) {
    self.first = first
    self.second = second
    self.throttleBase = throttleBase
    self.throttleMax = throttleMax
    self.throttleJitter = throttleJitter
  }

  package init(limits: Limits) {
    self.init(
      first: SimDuration(seconds: limits.required(.lambdaAsyncRetryFirstSeconds)),
      second: SimDuration(seconds: limits.required(.lambdaAsyncRetrySecondSeconds)),
      throttleBase: SimDuration(seconds: limits.required(.lambdaAsyncThrottleBaseSeconds)),
      throttleMax: SimDuration(seconds: limits.required(.lambdaAsyncThrottleMaxSeconds)),
      throttleJitter: limits.required(.lambdaAsyncThrottleJitter))
  }

  /// The pause after the k-th function error of an event; nil when its retries are used up.
  ///
  /// - Parameters:
  ///   - k: Function errors of this event so far, from 1.
  ///   - maximumRetryAttempts: Of the function, 0...2.
  package func errorDelay(failure k: Int, maximumRetryAttempts: Int) -> SimDuration? {
    precondition(k >= 1, "failures are numbered from 1")
    guard k <= maximumRetryAttempts else { return nil }
    return k == 1 ? first : second
  }

  /// The pause after the k-th throttle of an event: min(max, base·2^(k−1)), ± jitter.
  package func throttleDelay(failure k: Int, u: Double) -> SimDuration {
    StreamRetry.delay(failure: k, base: throttleBase, cap: throttleMax, jitter: throttleJitter, u: u)
  }
}
