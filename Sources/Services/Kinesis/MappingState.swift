import Kernel
import Records

struct MappingState {
  let spec: StreamMappingSpec
  let name: ResourceName
  let function: Int
  /// The delivery stream that takes the records in place of a function.
  var deliveryStream: Int?
  let batchSize: Int
  /// Records of one GetRecords call, and bytes that may wait in the mapping's memory.
  let readLimit: Int
  let bufferMaxBytes: Int
  let payloadMaxBytes: Int
  let recordOverheadBytes: Int
  let pace: PollPace
  /// The consumer whose throughput of its own it reads with; nil for a poller.
  let consumer: Int?
  /// Largest state of a tumbling window. [bytes]
  let windowStateMaxBytes: Int
  /// Share of batches whose checkpoint is lost, so that they come again.
  let checkpointLoss: Double
  /// nil unless MetricsConfig asks for them.
  let eventCounts: EventCountMetrics?
  var isEnabled: Bool
}

/// The opt-in metrics of a mapping. Source: fact sheet §2.6.
struct EventCountMetrics {
  let polled, filteredOut, invoked, failedInvoke, dropped, delivered: MetricID

  init(of mapping: String, _ registry: inout MetricRegistry) {
    polled = registry.add("AWS/Lambda", mapping, "PolledEventCount")
    filteredOut = registry.add("AWS/Lambda", mapping, "FilteredOutEventCount")
    invoked = registry.add("AWS/Lambda", mapping, "InvokedEventCount")
    failedInvoke = registry.add("AWS/Lambda", mapping, "FailedInvokeEventCount")
    dropped = registry.add("AWS/Lambda", mapping, "DroppedEventCount")
    delivered = registry.add("AWS/Lambda", mapping, "OnFailureDestinationDeliveredEventCount")
  }
}
