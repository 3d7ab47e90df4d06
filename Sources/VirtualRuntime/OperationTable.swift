internal import HandlerKit
internal import Services

/// Finds who waits for an operation: open addressing over operation numbers.
///
/// Numbers rise by one, so masking them is a perfect hash until something waits for very long; then a probe
/// or two. Nothing of the table's order ever reaches a result.
struct OperationTable: ~Copyable {
  struct Waiter {
    var reply: ServiceReply
    /// Index of the partner that is called, -1 for other calls.
    var partner: Int
    /// Slot of the invocation, and the generation it had.
    var slot: Int
    var invocation: UInt64
  }

  private var keys: [UInt64]
  private var waiters: [Waiter?]
  private var mask: UInt64
  private(set) var count = 0

  /// No operation has this number.
  private static var empty: UInt64 { .max }

  init() {
    keys = Array(repeating: Self.empty, count: 64)
    waiters = Array(repeating: nil, count: 64)
    mask = 63
  }

  mutating func insert(_ waiter: Waiter, for operation: OperationID) {
    if count * 2 >= keys.count { grow() }
    place(waiter, for: operation.rawValue)
    count += 1
  }

  /// - Returns: nil for an operation that nobody waits for.
  mutating func remove(_ operation: OperationID) -> Waiter? {
    var index = operation.rawValue & mask
    while keys[Int(index)] != operation.rawValue {
      if keys[Int(index)] == Self.empty { return nil }
      index = (index + 1) & mask
    }
    let waiter = waiters[Int(index)]
    close(index)
    count -= 1
    return waiter
  }

  /// Operations of which this is true, in order of their beginning.
  func operations(where isWanted: (Waiter) -> Bool) -> [OperationID] {
    var found: [UInt64] = []
    for (key, waiter) in zip(keys, waiters) {
      if let waiter, isWanted(waiter) { found.append(key) }
    }
    return found.sorted().map(OperationID.init(rawValue:))
  }

  private mutating func place(_ waiter: Waiter, for key: UInt64) {
    precondition(key != Self.empty)
    var index = key & mask
    while keys[Int(index)] != Self.empty {
      precondition(keys[Int(index)] != key, "operation \(key) began twice")
      index = (index + 1) & mask
    }
    keys[Int(index)] = key
    waiters[Int(index)] = waiter
  }

  /// Empties a place and moves later entries of the same run back, so that no probe ends early.
  private mutating func close(_ start: UInt64) {
    var hole = start
    var index = (hole + 1) & mask
    while keys[Int(index)] != Self.empty {
      let home = keys[Int(index)] & mask
      if (index &- home) & mask >= (index &- hole) & mask {
        keys[Int(hole)] = keys[Int(index)]
        waiters[Int(hole)] = waiters[Int(index)]
        hole = index
      }
      index = (index + 1) & mask
    }
    keys[Int(hole)] = Self.empty
    waiters[Int(hole)] = nil
  }

  private mutating func grow() {
    let oldKeys = keys
    let oldWaiters = waiters
    keys = Array(repeating: Self.empty, count: oldKeys.count * 2)
    waiters = Array(repeating: nil, count: oldKeys.count * 2)
    mask = UInt64(keys.count - 1)
    for (key, waiter) in zip(oldKeys, oldWaiters) {
      if let waiter { place(waiter, for: key) }
    }
  }
}
