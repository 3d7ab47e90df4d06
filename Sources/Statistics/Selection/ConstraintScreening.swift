/// Whether designs keep a limit, as far as their intervals tell.
///
/// Selection happens among the designs shown feasible; the undecided ones are listed, never dropped silently.
///
/// ```swift
/// ConstraintVerdict(MeanInterval([9, 10, 11])!, atMost: 13)  // .feasible
/// ```
/// - Source: methods §6.10.
public enum ConstraintVerdict: Sendable, Hashable {
  /// The whole interval lies on the right side.
  case feasible
  /// The whole interval lies on the wrong side.
  case infeasible
  /// The interval contains the limit, or there is none.
  case undecided

  /// Judges a measure that must not exceed a limit.
  public init(_ interval: MeanInterval, atMost limit: Double) {
    guard let low = interval.low, let high = interval.high else {
      self = .undecided
      return
    }
    self = high <= limit ? .feasible : low > limit ? .infeasible : .undecided
  }

  /// Judges a measure that must reach a limit.
  public init(_ interval: MeanInterval, atLeast limit: Double) {
    guard let low = interval.low, let high = interval.high else {
      self = .undecided
      return
    }
    self = low >= limit ? .feasible : high < limit ? .infeasible : .undecided
  }

  /// The verdict on several constraints together: one broken suffices, all must be kept.
  public static func all(_ verdicts: [ConstraintVerdict]) -> ConstraintVerdict {
    if verdicts.contains(.infeasible) { return .infeasible }
    return verdicts.contains(.undecided) ? .undecided : .feasible
  }
}
