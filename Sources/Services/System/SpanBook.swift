import Kernel
import Records

/// Spans of the sampled messages: the first `tracesPerWorkload` of each workload.
struct SpanBook {
  let tracesPerWorkload: Int
  private(set) var spans: [SpanRecord] = []

  init(tracesPerWorkload: Int) { self.tracesPerWorkload = tracesPerWorkload }

  func isTraced(_ root: MessageRoot) -> Bool { Int(root.index) < tracesPerWorkload }

  mutating func add(
    _ root: MessageRoot, resource: String, kind: String, start: SimTime, end: SimTime, attempt: Int = 1,
    status: String = "ok", detail: String = "", parent: Int? = nil
  ) {
    spans.append(
      SpanRecord(
        workload: Int(root.workload), index: Int(root.index), span: spans.count, parent: parent,
        resource: resource, kind: kind, start: start, end: end, attempt: attempt, status: status, detail: detail))
  }
}
