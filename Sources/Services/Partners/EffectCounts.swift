/// How often a partner acted on each message: one saturating byte per message, dense per workload.
///
/// Counts stop at 255, which is enough to tell once from more than once.
package struct EffectCounts: Sendable {
  /// Shape (workload, message).
  private var counts: [[UInt8]] = []
  /// Effects in all. [effects]
  package private(set) var total = 0
  /// Messages with at least one effect, and with more than one.
  package private(set) var messagesWithEffect = 0
  package private(set) var messagesWithSeveral = 0

  package init() {}

  /// Counts an effect and returns how many the message has now, 255 at most.
  ///
  /// - Complexity: Amortised O(1); arrays double when a later message comes first.
  package mutating func add(workload: Int, index: Int) -> Int {
    if workload >= counts.count {
      counts.append(contentsOf: repeatElement([], count: workload + 1 - counts.count))
    }
    if index >= counts[workload].count {
      let size = max(index + 1, 2 * counts[workload].count, 64)
      counts[workload].append(contentsOf: repeatElement(0, count: size - counts[workload].count))
    }
    let before = counts[workload][index]
    total += 1
    if before == 0 { messagesWithEffect += 1 }
    if before == 1 { messagesWithSeveral += 1 }
    let now = before == .max ? before : before + 1
    counts[workload][index] = now
    return Int(now)
  }

  /// Effects on a message so far, 255 at most.
  package func count(workload: Int, index: Int) -> Int {
    guard workload < counts.count, index < counts[workload].count else { return 0 }
    return Int(counts[workload][index])
  }
}
