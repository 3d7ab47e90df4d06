package import Scenarios

/// What a measured quantity counts; the unit of its base value in files.
package enum QuantityUnit: String, Sendable, Hashable {
  case seconds = "s"
  case bytes = "bytes"
  case usd = "usd"
  /// 0...1.
  case share = "1"
  case count = "count"
  /// How fast a count grows.
  case perMinute = "1/min"
}

extension QuantityUnit {
  init(_ unit: Threshold.Unit) {
    self =
      switch unit {
      case .seconds: .seconds
      case .bytes: .bytes
      case .usd: .usd
      case .fraction: .share
      case .count: .count
      }
  }
}

extension Threshold {
  /// The unit of what it measures, in reports.
  package var quantityUnit: QuantityUnit { QuantityUnit(unit) }
}
