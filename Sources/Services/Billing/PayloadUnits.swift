/// Counts of the units in which services bill payloads.
package enum PayloadUnits {
  /// Payload rounded up to whole units, at least one: 25 KB of a Kinesis put, 64 KB of an SNS publish.
  ///
  /// Source: fact sheet §16, §17.
  @inlinable package static func units(bytes: Int, unitBytes: Int) -> Int {
    max(1, (bytes + unitBytes - 1) / unitBytes)
  }
}
