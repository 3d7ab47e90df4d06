import DequeModule
import Kernel
import Records

/// How long messages take from their creation to a function, and until it has handled them.
extension World {
  /// A handler starts: notes the messages that this function sees for the first time.
  ///
  /// Attempts that throttles have used up are no deliveries, so that waiting for concurrency counts. What an SDK
  /// sends again after a throttle is a first delivery too.
  mutating func noteDeliveries(_ invocation: Invocation) {
    var firstNew = 0
    switch invocation.source {
    case .mapping(let lane):
      let count = invocation.messages.count
      while firstNew < count, lanes[lane].queue[firstNew] < lanes[lane].deliveredEnd { firstNew += 1 }
      if firstNew < count { lanes[lane].deliveredEnd = lanes[lane].queue[count - 1] + 1 }
    case .asyncEvent(let event): if asyncEvents[event].errors > 0 { return }
    case .operation, .queueBatch: break
    }
    let function = invocation.function
    for position in firstNew..<invocation.messages.count {
      if case .queueBatch(let batch) = invocation.source, !isFirstDelivery(position, of: batch) { continue }
      let created = slab[invocation.messages[position]].created
      let latency = now - created
      metrics.record(functions[function].metrics.deliveryLatency, latency.seconds * 1000, at: now)
      for cut in ledger.cuts.indices where created >= ledger.cuts[cut] {
        functions[function].latencies[cut].delivery.record(latency)
      }
    }
  }

  /// An invocation has succeeded: notes the messages that it has handled, without the items it reported as failed.
  ///
  /// Behind the lowest failed record of a stream everything comes again, and counts when it is handled then.
  mutating func noteCompletions(_ invocation: Invocation) {
    let function = invocation.function
    let failures = invocation.itemFailures
    guard !failures.hasUnknownItem else { return }
    var end = invocation.messages.count
    if case .mapping = invocation.source { end = failures.positions.min() ?? end }
    for position in 0..<end where !failures.positions.contains(position) {
      slab[invocation.messages[position]].handled(byFunction: function)
      let created = slab[invocation.messages[position]].created
      let latency = now - created
      metrics.record(functions[function].metrics.completionLatency, latency.seconds * 1000, at: now)
      for cut in ledger.cuts.indices where created >= ledger.cuts[cut] {
        functions[function].latencies[cut].completion.record(latency)
      }
    }
  }
}
