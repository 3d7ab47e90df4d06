package import Kernel

/// The aggregation of one shard over one span of arrival times. Source: fact sheet §2.4.
package struct TumblingWindow: Sendable, Hashable {
  /// First instant, and first instant of the next window.
  package let start: SimTime
  package let end: SimTime
  /// What the function returned last.
  package var state: [TableItem.Attribute] = []
  /// Whether its state became too large or its shard has ended.
  package var isTerminatedEarly = false
  /// Whether this invocation is the last of the window.
  package var isFinalInvoke = false

  package init(start: SimTime, end: SimTime) {
    self.start = start
    self.end = end
  }

  /// The window of an arrival: floor(arrival / size) on the calendar.
  ///
  /// - Parameter epoch: Calendar time of the scenario's start since 1970.
  init(of arrival: SimTime, size: SimDuration, epoch: SimDuration) {
    let offset = (arrival.nanoseconds + epoch.nanoseconds) % size.nanoseconds
    start = SimTime(nanoseconds: arrival.nanoseconds - offset)
    end = start + size
  }

  /// Length of the state as JSON: names and texts with quotes, a separator each. [bytes]
  var stateBytes: Int {
    state.reduce(2) { sum, attribute in
      let value =
        switch attribute.value {
        case .text(let text): text.utf8.count + 2
        case .number(let number): "\(number)".utf8.count
        }
      return sum + attribute.name.utf8.count + value + 4
    }
  }
}
