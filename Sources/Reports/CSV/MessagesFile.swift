import Kernel
package import Records

/// `messages.csv`, written run by run so that finished runs need not stay in memory.
///
/// Rows are sorted by variant, replication, workload name and position; variants and replications in the order in
/// which runs are appended.
package final class MessagesFile {
  static let columns =
    "variant,replication,message_id,workload,created_s,size_bytes,key,outcome,completed_s,latency_s,attempts,"
    + "deliveries,last_resource,reason"
  /// Bytes collected before a write. Source: assumption, beyond 1 MiB a larger write is not faster.
  private static let chunk = 1 << 20

  private let file: OutputFile
  private var csv: CSVWriter

  package init(in folder: OutputFolder) throws(OutputError) {
    file = try OutputFile("\(folder.path)/messages.csv")
    csv = CSVWriter(columns: Self.columns, reserving: Self.chunk + 4096)
  }

  package func append(_ run: RunRecords, variant: String) throws(OutputError) {
    for position in Self.order(run) {
      Self.row(run.messages[Int(position)], run, variant, &csv)
      if csv.bytes.count >= Self.chunk { try file.append(csv.drain()) }
    }
  }

  package func close() throws(OutputError) {
    try file.append(csv.drain())
    try file.close()
  }

  /// Positions of the messages in the order of rows: four bytes a message, no copy of the records.
  private static func order(_ run: RunRecords) -> [UInt32] {
    let names = run.workloads.map(\.name)
    let rankOfWorkload = names.indices.map { index in
      names.count { $0.utf8.lexicographicallyPrecedes(names[index].utf8) }
    }
    return run.messages.indices.map { UInt32($0) }.sorted { a, b in
      let (x, y) = (run.messages[Int(a)], run.messages[Int(b)])
      let (rx, ry) = (rankOfWorkload[x.workload], rankOfWorkload[y.workload])
      return rx == ry ? x.index < y.index : rx < ry
    }
  }

  private static func row(
    _ message: MessageRecord, _ run: RunRecords, _ variant: String, _ csv: inout CSVWriter
  ) {
    let workload = run.workloads[message.workload].name
    csv.text(variant)
    csv.integer(run.replication)
    csv.text("\(workload)-\(message.index)")
    csv.text(workload)
    csv.seconds(nanoseconds: message.created.nanoseconds)
    csv.integer(message.sizeBytes)
    csv.text(message.key)
    csv.text(message.outcome.label)
    if message.outcome == .completed {
      csv.seconds(nanoseconds: message.ended.nanoseconds)
      csv.seconds(nanoseconds: (message.ended - message.created).nanoseconds)
    } else {
      csv.empty()
      csv.empty()
    }
    csv.integer(message.attempts)
    csv.integer(message.deliveries)
    csv.text(message.lastResource)
    csv.text(message.reason)
    csv.endRow()
  }
}
