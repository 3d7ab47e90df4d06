/// Why a formula of queueing theory has no answer for its arguments.
public enum QueueingError: Error, Equatable, Sendable {
  /// An argument lies outside the range of the formula.
  case outOfRange(parameter: String, value: Double, expected: String)
  /// Lists or matrices whose sizes or rows do not fit together.
  case malformed(String)
  /// More work arrives than the servers can do, so no steady state exists; `utilization` is at least 1.
  case unstable(utilization: Double)
  /// No setting meets the demand, for a reason that lies outside the setting searched.
  case unattainable(String)
  /// A numerical method stopped before it reached its accuracy.
  case noConvergence(String)
}

extension QueueingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .outOfRange(let parameter, let value, let expected):
      "\(parameter) is \(value), expected \(expected)"
    case .malformed(let reason): reason
    case .unstable(let utilization):
      "no steady state: the offered work is \(utilization) of what the servers can do"
    case .unattainable(let reason): reason
    case .noConvergence(let method): "\(method) did not reach its accuracy"
    }
  }
}

/// Checks of arguments that every formula shares.
enum Check {
  static func positive(_ value: Double, _ parameter: String) throws(QueueingError) {
    guard value > 0, value.isFinite else {
      throw .outOfRange(parameter: parameter, value: value, expected: "a finite number above 0")
    }
  }

  static func nonnegative(_ value: Double, _ parameter: String) throws(QueueingError) {
    guard value >= 0, value.isFinite else {
      throw .outOfRange(parameter: parameter, value: value, expected: "a finite number, 0 or more")
    }
  }

  /// A probability that may be 0 or 1.
  static func share(_ value: Double, _ parameter: String) throws(QueueingError) {
    guard value >= 0, value <= 1 else {
      throw .outOfRange(parameter: parameter, value: value, expected: "0...1")
    }
  }

  /// The probability of a quantile: 1 would ask for the end of an endless tail.
  static func level(_ value: Double, _ parameter: String = "probability") throws(QueueingError) {
    guard value >= 0, value < 1 else {
      throw .outOfRange(parameter: parameter, value: value, expected: "0..<1")
    }
  }

  static func count(_ value: Int, _ parameter: String, min: Int = 1) throws(QueueingError) {
    guard value >= min else {
      throw .outOfRange(parameter: parameter, value: Double(value), expected: "an integer, \(min) or more")
    }
  }

  static func stable(_ utilization: Double) throws(QueueingError) {
    guard utilization < 1 else { throw .unstable(utilization: utilization) }
  }

  static func sameCount(_ counts: [Int], _ what: String) throws(QueueingError) {
    guard Set(counts).count <= 1 else { throw .malformed("\(what) differ in number: \(counts)") }
  }
}
