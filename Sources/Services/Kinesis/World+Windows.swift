import DequeModule
import Kernel

/// Tumbling windows: an invocation's state goes to the next one of the same shard and window.
///
/// A window opens with its first batch and closes with an invocation of its own, which carries no records. It comes when
/// the window is over and all its records are done with. Source: fact sheet §2.4.
extension World {
  /// The window of an arrival.
  func tumblingWindow(of arrival: SimTime, _ mapping: Int) -> TumblingWindow {
    TumblingWindow(
      of: arrival, size: mappings[mapping].spec.tumblingWindow!,
      epoch: .minutes(spec.run.startEpochMinutes))
  }

  mutating func openWindow(_ reader: Int, firstArrival: SimTime) {
    let mapping = readers[reader].mapping
    guard mappings[mapping].spec.tumblingWindow != nil, readers[reader].window == nil else { return }
    readers[reader].window = tumblingWindow(of: firstArrival, mapping)
    openWindowCount += 1
  }

  mutating func closeWindow(_ reader: Int) {
    readers[reader].window = nil
    openWindowCount -= 1
  }

  /// Whether no record can join the window any more.
  func isOver(_ window: TumblingWindow, _ reader: Int, _ lane: Int) -> Bool {
    if window.isTerminatedEarly { return true }
    let (stream, shard) = (readers[reader].stream, readers[reader].shard)
    if let first = lanes[lane].queue.first {
      return streams[stream].shards[shard].arrival(first) >= window.end
    }
    let readEnd = readers[reader].readEnd
    let hasUnread = streams[stream].shards[shard].endSequence > readEnd
    if hasUnread { return streams[stream].shards[shard].arrival(readEnd) >= window.end }
    return now >= window.end + streams[stream].propagation
  }

  /// What a function has answered for a batch of a window: its state is kept for the next one.
  ///
  /// A reply without state is a failure. State over the limit closes the window early.
  mutating func windowResult(
    _ lane: Int, _ invocation: Invocation, _ result: ItemFailures.StreamResult
  ) -> ItemFailures.StreamResult {
    let reader = lanes[lane].reader
    guard readers[reader].window != nil, result != .failed, !lanes[lane].batches.last!.endsWindow else {
      return result
    }
    guard let state = invocation.windowState else {
      // Steps return no state of their own; they pass on what they were given.
      if case .swift = functions[invocation.function].body {
        notes.add(
          "no state in the reply of a tumbling window",
          resource: functions[invocation.function].spec.logicalID)
        return .failed
      }
      return result
    }
    readers[reader].window!.state = state
    if readers[reader].window!.stateBytes > mappings[readers[reader].mapping].windowStateMaxBytes {
      readers[reader].window!.isTerminatedEarly = true
    }
    return result
  }
}
