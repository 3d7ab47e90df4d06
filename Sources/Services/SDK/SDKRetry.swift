package import Kernel

/// The retries inside a client of the AWS SDK.
///
/// Every mode is u·min(base·2^(attempt−1), cap) with a uniform u and a largest number of attempts; the
/// JavaScript SDK version 2 has no cap. Partial failures of batch calls are not retried by any SDK: those are
/// for `resendDelay`. Source: fact sheet §14.
package struct SDKRetry: Sendable, Hashable {
  /// The first attempt included.
  package let maxAttempts: Int
  package let base: SimDuration
  /// nil: the delay doubles without end.
  package let cap: SimDuration?

  package init(maxAttempts: Int, base: SimDuration, cap: SimDuration?) {
    precondition(maxAttempts >= 1, "a call has at least one attempt")
    self.maxAttempts = maxAttempts
    self.base = base
    self.cap = cap
  }

  /// All services but DynamoDB.
  package init(limits: Limits) {
    self.init(
      maxAttempts: Int(limits.required(.sdkMaxAttempts)),
      base: SimDuration(seconds: limits.required(.sdkBackoffBaseSeconds)),
      cap: limits[.sdkBackoffMaxSeconds].map { SimDuration(seconds: $0) })
  }

  /// DynamoDB, which has its own numbers in the older SDKs.
  package init(dynamodb limits: Limits) {
    self.init(
      maxAttempts: Int(limits.required(.sdkDynamodbMaxAttempts)),
      base: SimDuration(seconds: limits.required(.sdkDynamodbBackoffBaseSeconds)),
      cap: limits[.sdkBackoffMaxSeconds].map { SimDuration(seconds: $0) })
  }

  /// The pause after the failed attempt of this number, from 1; nil when the client gives up.
  package func delay(attempt: Int, u: Double) -> SimDuration? {
    guard attempt < maxAttempts else { return nil }
    return ceiling(attempt: attempt).scaled(by: u)
  }

  /// The longest possible pause after this attempt.
  package func ceiling(attempt: Int) -> SimDuration {
    StreamRetry.doubled(base, times: attempt - 1, cap: cap ?? SimDuration(nanoseconds: .max))
  }

  /// Whether the same entry may be accepted later; what is malformed or too large never is. Source: fact sheet §14.
  package static func isTransient(_ code: String) -> Bool {
    switch code {
    case "ValidationException", "InvalidParameter", "InvalidParameterValue", "InvalidParameterValueException",
      "InvalidArgumentException", "InvalidMessageContents", "BatchRequestTooLong", "MessageTooLong",
      "RequestEntityTooLargeException", "ResourceNotFoundException", "unknown item":
      false
    default: true
    }
  }

  /// The pause of a producer before it sends rejected entries of a batch call again: first, doubling, at most
  /// max.
  ///
  /// - Parameter round: Number of the batch call that had failures, from 1.
  package static func resendDelay(round: Int, first: SimDuration, max: SimDuration) -> SimDuration {
    StreamRetry.doubled(first, times: round - 1, cap: max)
  }
}
