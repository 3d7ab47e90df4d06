/// Why data cannot be fitted. The words are the caller's to choose; the numbers are here.
public enum FitError: Error, Sendable, Hashable {
  /// Fewer distinct values or loads than the fit needs.
  case tooFewValues(count: Int, needed: Int)
  /// Values that are zero or negative after the shift; how many.
  case notPositive(count: Int)
  /// Values that are infinite or not a number; how many.
  case notFinite(count: Int)
  /// All values are equal, so that the shape has no estimate.
  case noVariation
  /// The iteration found no solution.
  case notConverged
}
