import Kernel
import Services

/// The way of a batch to its handler, during which it holds a worker besides the handler's own time.
///
/// What `explain` expects and what a report says after a run both add it, so that they give a worker the same capacity.
enum WorkerDelivery {
  /// Of a function: the mean over its mappings, or the way of an invocation that has none. [s]
  static func seconds(of function: String, in system: SystemSpec) -> Double {
    let streams = system.mappings.indices.filter {
      system.mappings[$0].enabled && system.functions[system.mappings[$0].function].logicalID == function
    }
    let queues = system.queueMappings.count {
      $0.enabled && system.functions[$0.function].logicalID == function
    }
    guard streams.count + queues > 0 else { return system.limits.required(.lambdaInvokeOverheadSeconds) }
    let sum =
      streams.reduce(0) { $0 + seconds(ofMapping: $1, in: system) }
      + (queues > 0 ? Double(queues) * fromQueue(system.limits).mean : 0)
    return sum / Double(streams.count + queues)
  }

  /// Of a mapping that reads a stream. [s]
  static func seconds(ofMapping index: Int, in system: SystemSpec) -> Double {
    system.limits.required(.lambdaInvokeOverheadSeconds) + readSeconds(ofMapping: index, in: system)
  }

  /// From a message's arrival to its handler: measured as a whole, and a place is held all the same. [s]
  /// Source: fact sheet §3.2.
  static func fromQueue(_ limits: Limits) -> Distribution {
    .piecewise(
      PiecewiseQuantiles([
        .init(p: 0.1, value: limits.required(.sqsDeliveryP10Seconds)),
        .init(p: 0.5, value: limits.required(.sqsDeliveryP50Seconds)),
        .init(p: 0.9, value: limits.required(.sqsDeliveryP90Seconds)),
        .init(p: 0.99, value: limits.required(.sqsDeliveryP99Seconds)),
      ]))
  }

  /// Time in which a worker reads its next batch before it can begin: a mapping that asks for no more than a batch has
  /// nothing in hand when the last one ends. [s] Source: fact sheet §2.2.
  static func readSeconds(ofMapping index: Int, in system: SystemSpec) -> Double {
    system.limits.required(.mappingReadsBatchSizeOnly) == 1 ? firstRead(ofMapping: index, in: system) : 0
  }

  /// Time of the read that finds a record; none for readers that records are pushed to. [s]
  static func firstRead(ofMapping index: Int, in system: SystemSpec) -> Double {
    guard system.mappings[index].consumer == nil else { return 0 }
    let (median, high) = (
      system.limits.required(.kinesisGetRecordsP50Seconds),
      system.limits.required(.kinesisGetRecordsP99Seconds)
    )
    guard median > 0, high > median else { return median }
    return LatinCells.mean(of: .lognormal(p50: median, p99: high), atMost: high)
  }
}
