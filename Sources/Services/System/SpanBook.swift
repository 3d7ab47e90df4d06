import Kernel
import Records

/// Position of a span in the run; `none` for messages that are not sampled.
struct SpanID: Hashable {
  var rawValue: Int32
  static let none = SpanID(rawValue: -1)
}

/// Spans of the sampled messages: the first `tracesPerWorkload` of each workload.
///
/// A message that is not sampled costs one comparison. What a message waits in and what handles it form a chain, each
/// the parent of the next; calls, reads and writes belong to the invocation that made them.
struct SpanBook {
  let tracesPerWorkload: Int
  private(set) var spans: [SpanRecord] = []
  /// The newest link of each message's chain. Index = workload · tracesPerWorkload + message
  private var newest: [SpanID]
  private var openSpans: Set<Int32> = []

  init(tracesPerWorkload: Int, workloadCount: Int) {
    self.tracesPerWorkload = tracesPerWorkload
    newest = Array(repeating: .none, count: tracesPerWorkload * workloadCount)
  }

  func isTraced(_ root: MessageRoot) -> Bool { Int(root.index) < tracesPerWorkload }

  /// Begins a span that becomes the newest link of its message's chain.
  mutating func link(
    _ root: MessageRoot, resource: String, kind: String, start: SimTime, attempt: Int = 1
  ) -> SpanID {
    let place = Int(root.workload) * tracesPerWorkload + Int(root.index)
    let span = begin(
      root, resource: resource, kind: kind, start: start, attempt: attempt, parent: newest[place])
    newest[place] = span
    return span
  }

  /// Begins a span below another one.
  mutating func begin(
    _ root: MessageRoot, resource: String, kind: String, start: SimTime, attempt: Int, parent: SpanID
  ) -> SpanID {
    let span = SpanID(rawValue: Int32(spans.count))
    spans.append(
      SpanRecord(
        workload: Int(root.workload), index: Int(root.index), span: spans.count,
        parent: parent == .none ? nil : Int(parent.rawValue), resource: resource, kind: kind, start: start,
        end: start,
        attempt: attempt, status: "open", detail: ""))
    openSpans.insert(span.rawValue)
    return span
  }

  mutating func end(_ span: SpanID, at now: SimTime, status: String = "ok", detail: String = "") {
    guard openSpans.remove(span.rawValue) != nil else { return }
    let index = Int(span.rawValue)
    // A delivery that lies ahead has been written down with its end.
    spans[index].end = max(now, spans[index].start)
    spans[index].status = status
    spans[index].detail = detail
  }

  /// Ends the newest link of a message's chain if it is of a kind.
  mutating func endNewest(_ root: MessageRoot, kind: String, at now: SimTime) {
    let span = newest[Int(root.workload) * tracesPerWorkload + Int(root.index)]
    guard span != .none, spans[Int(span.rawValue)].kind == kind else { return }
    end(span, at: now)
  }

  /// The invocation of a function that handles a message now: the newest open one of the message's chain.
  func invocation(of root: MessageRoot, by function: String) -> SpanID {
    guard isTraced(root) else { return .none }
    var link = newest[Int(root.workload) * tracesPerWorkload + Int(root.index)]
    while link != .none {
      let span = spans[Int(link.rawValue)]
      if span.kind == "invocation", span.resource == function, openSpans.contains(link.rawValue) {
        return link
      }
      link = span.parent.map { SpanID(rawValue: Int32($0)) } ?? .none
    }
    return .none
  }

  /// Spans that the end of the run has cut off end there, with status `open`.
  mutating func close(at end: SimTime) {
    for span in spans.indices where openSpans.contains(Int32(span)) {
      spans[span].end = max(end, spans[span].start)
    }
    openSpans.removeAll()
  }
}

extension World {
  /// Begins the span of an operation below the invocation that asked for it.
  mutating func beginSpan(
    _ root: MessageRoot, in function: Int, resource: String, kind: String, _ attempt: Int = 1
  ) -> SpanID {
    let parent = spans.invocation(of: root, by: functions[function].spec.logicalID)
    return spans.begin(root, resource: resource, kind: kind, start: now, attempt: attempt, parent: parent)
  }
}
