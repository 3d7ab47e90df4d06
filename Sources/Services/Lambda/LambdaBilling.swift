package import Kernel

/// What an invocation is billed for: its duration rounded up to a step, with or without the init phase.
///
/// Failed and timed-out invocations are billed, throttled ones are not; each retry is a request of its own.
/// Source: fact sheet §4.9.
package struct LambdaBilling: Sendable, Hashable {
  /// [ns]
  private let step: Int64
  private let billsInit: Bool

  package init(step: SimDuration, billsInit: Bool) {
    precondition(step > .zero, "durations are rounded up to a positive step")
    self.step = step.nanoseconds
    self.billsInit = billsInit
  }

  package init(limits: Limits) {
    self.init(
      step: SimDuration(seconds: limits.required(.lambdaBillingStepMilliseconds) / 1000),
      billsInit: limits.required(.lambdaBillsInit) == 1)
  }

  /// Billed time of one invocation, at least one step.
  package func billed(handler: SimDuration, initPhase: SimDuration = .zero) -> SimDuration {
    let nanoseconds = handler.nanoseconds + (billsInit ? initPhase.nanoseconds : 0)
    return SimDuration(nanoseconds: max(1, (nanoseconds + step - 1) / step) * step)
  }
}

/// The billable use of one function so far.
package struct LambdaUsage: Sendable, Hashable {
  package private(set) var requests = 0
  /// Billed time of all invocations. [ns]
  package private(set) var billedTime: Int128 = 0

  package init() {}

  package mutating func add(billed: SimDuration) {
    requests += 1
    billedTime += Int128(billed.nanoseconds)
  }

  /// [GB·s], GB = 1024 MB
  package func gigabyteSeconds(memoryMB: Int) -> Double { Double(billedTime) / 1e9 * Double(memoryMB) / 1024 }
}
