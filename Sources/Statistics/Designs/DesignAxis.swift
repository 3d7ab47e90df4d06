import CGSL

/// One axis of a space of designs: how a point in 0..<1 becomes a setting.
///
/// - Source: methods §9.3.
public enum DesignAxis: Sendable, Hashable {
  /// Levels 0..<count; every level owns an equal share of the axis.
  case levels(Int)
  /// Evenly between two bounds.
  case linear(ClosedRange<Double>)
  /// Evenly between two positive bounds on a logarithmic scale: for rates and memory.
  case logarithmic(ClosedRange<Double>)

  /// The setting at a point; an index for levels.
  ///
  /// - Parameter point: 0...1.
  public func value(at point: Double) -> Double {
    precondition((0...1).contains(point), "a point at \(point)")
    switch self {
    case .levels(let count):
      precondition(count > 0, "\(count) levels")
      return Double(Self.level(at: point, of: count))
    case .linear(let range):
      return range.lowerBound + point * (range.upperBound - range.lowerBound)
    case .logarithmic(let range):
      precondition(range.lowerBound > 0, "a logarithmic axis from \(range.lowerBound)")
      // The bounds themselves come back exactly.
      if point == 0 { return range.lowerBound }
      if point == 1 { return range.upperBound }
      return range.lowerBound * pow(range.upperBound / range.lowerBound, point)
    }
  }

  /// ⌊point · levels⌋, the last level at 1.
  public static func level(at point: Double, of count: Int) -> Int {
    min(count - 1, Int(point * Double(count)))
  }

  /// Evenly spaced settings including both ends: the values of a grid.
  ///
  /// - Parameter count: At least 1; one setting is the start. Levels give all of their own whatever the count.
  public func grid(_ count: Int) -> [Double] {
    precondition(count > 0, "\(count) settings")
    if case .levels(let levels) = self { return (0..<levels).map(Double.init) }
    guard count > 1 else { return [value(at: 0)] }
    return (0..<count).map { value(at: Double($0) / Double(count - 1)) }
  }
}
