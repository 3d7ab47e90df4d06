/// How long messages wait in front of a station, by a formula, before a run.
package struct WaitEstimate: Sendable {
  /// Mean wait at the mean rate; nil when no formula holds. [s]
  package var meanWait: Double?
  /// Mean time from creation to the first step of the handler, where the whole way is known. [s]
  package var meanDelivery: Double?
  /// `M/G/1 (Pollaczek-Khinchine)`
  package var formula: String
  /// What the formula takes for granted, or why there is none.
  package var validity: String
  /// Relative error that the formula is known to have; nil when the value is for orientation only.
  package var error: Double?
}
