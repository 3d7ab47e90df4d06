import Records
import Services

/// What a saturated function can do, against what it was asked to do.
///
/// The capacity of `explain` with measured times in place of expected ones.
struct Throughput {
  /// Executions at once, at most.
  let workers: Double
  /// Mean time that an execution holds its worker, with the way to the handler. [s]
  let duration: Double
  /// [messages per invocation]
  let batch: Double
  /// [messages/s]
  var rate: Double { workers * batch / duration }

  /// Measured on the successful bulk of a run's invocations; nil when the function's metrics say nothing.
  init?(_ function: String, in run: RunRecords, of system: SystemSpec) {
    guard
      let concurrency = run.series("AWS/Lambda", function, "ConcurrentExecutions")?.datapoints.map(\.maximum)
        .max(),
      let durations = run.series("AWS/Lambda", function, "Duration")?.datapoints,
      concurrency > 0
    else { return nil }
    let count = durations.reduce(0) { $0 + $1.sampleCount }
    let total = durations.reduce(0) { $0 + $1.sum }
    guard count > 0, total > 0 else { return nil }
    workers = concurrency
    duration = total / Double(count) / 1000 + WorkerDelivery.seconds(of: function, in: system)
    let errors = run.series("AWS/Lambda", function, "Errors")?.datapoints.reduce(0) { $0 + $1.sum } ?? 0
    let handled = run.functions.first { $0.name == function }?.books[0].completion.count ?? 0
    batch = max(1, Double(handled) / max(1, Double(count) - errors))
  }

  /// `5 workers / 2.1 s = 143 orders/min`.
  func text(_ what: String) -> String {
    let perBatch = batch > 1.05 ? " × \(QuantityText.plain((batch * 10).rounded() / 10)) a batch" : ""
    let perMinute = (rate * 60).rounded()
    return "\(QuantityText.count(workers)) \(workers == 1 ? "worker" : "workers")\(perBatch) / "
      + "\(QuantityText.duration(duration)) = \(QuantityText.count(perMinute)) \(what)/min"
  }
}
