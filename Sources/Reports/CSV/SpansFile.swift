import Kernel
package import Planning
import Records

/// `spans.csv`: what happened to the sampled messages, one row a step.
package enum SpansFile {
  static let columns =
    "variant,replication,message_id,span_id,parent_id,resource,kind,start_s,end_s,attempt,status,detail"

  package static func bytes(_ results: [ScenarioResult]) -> [UInt8] {
    var csv = CSVWriter(columns: columns)
    for result in results {
      for run in result.runs {
        let sorted = run.spans.sorted { a, b in
          if a.workload != b.workload {
            return run.workloads[a.workload].name.utf8
              .lexicographicallyPrecedes(run.workloads[b.workload].name.utf8)
          }
          return a.index == b.index ? a.span < b.span : a.index < b.index
        }
        for span in sorted {
          csv.text(result.label)
          csv.integer(run.replication)
          csv.text("\(run.workloads[span.workload].name)-\(span.index)")
          csv.integer(span.span)
          if let parent = span.parent { csv.integer(parent) } else { csv.empty() }
          csv.text(span.resource)
          csv.text(span.kind)
          csv.seconds(nanoseconds: span.start.nanoseconds)
          csv.seconds(nanoseconds: span.end.nanoseconds)
          csv.integer(span.attempt)
          csv.text(span.status)
          csv.text(span.detail)
          csv.endRow()
        }
      }
    }
    return csv.bytes
  }
}
