import Kernel
import Records

/// A bucket: its objects, which are real, its request rates and its books.
struct BucketState {
  struct Metrics {
    let puts, gets, lists, deletes, uploaded, downloaded, serverErrors, clientErrors, latency: MetricID
  }
  let spec: BucketSpec
  let name: ResourceName
  let entity: UInt64
  var objects = ObjectIndex()
  var rates: RequestRates
  let metrics: Metrics
  let putLatency, getLatency, listLatency: Distribution
  /// Time from the write of an object to the arrival of its event. [s]
  let eventDelay: Distribution
  /// Of one connection. [B/s]
  let bandwidth: Double
  let pageMax: Int
  /// The timeline can take it away: every request is answered with 503.
  var isAvailable = true
  /// Books of the messages that its events make.
  var population: Int32?
  /// Requests by price: writes and lists, reads.
  var writeRequests = 0
  var readRequests = 0
  var refusedCount = 0
  /// Stored bytes, and their integral over time. [bytes], [bytes·ns]
  private(set) var storedBytes = 0
  private var byteIntegral: Int128 = 0
  private var lastChange = SimTime.zero

  init(
    _ spec: BucketSpec, name: ResourceName, limits: Limits, metrics: Metrics
  ) {
    self.spec = spec
    self.name = name
    self.metrics = metrics
    entity = EntityAddress.name(spec.logicalID)
    rates = RequestRates(limits: limits)
    func law(_ p50: LimitName, _ p99: LimitName) -> Distribution {
      .lognormal(p50: limits.required(p50), p99: limits.required(p99))
    }
    putLatency = law(.s3PutP50Seconds, .s3PutP99Seconds)
    getLatency = law(.s3GetP50Seconds, .s3GetP99Seconds)
    listLatency = law(.s3ListP50Seconds, .s3ListP99Seconds)
    eventDelay = law(.s3EventP50Seconds, .s3EventP99Seconds)
    bandwidth = limits.required(.s3ConnectionBytesPerSecond)
    pageMax = Int(limits.required(.s3ListPageMaxKeys))
  }

  /// Writes an object; `sizeBytes` below zero deletes it.
  mutating func store(_ slot: Int, sizeBytes: Int, metadata: [TableItem.Attribute], now: SimTime) {
    settle(now)
    storedBytes += max(0, sizeBytes) - max(0, objects[slot].sizeBytes)
    objects[slot].sizeBytes = sizeBytes
    objects[slot].metadata = metadata
    objects[slot].lastModified = now
  }

  private mutating func settle(_ now: SimTime) {
    byteIntegral += Int128(storedBytes) * Int128((now - lastChange).nanoseconds)
    lastChange = now
  }

  /// What it has kept. [GB·h]
  func gigabyteHours(until now: SimTime) -> Double {
    var state = self
    state.settle(now)
    return Double(state.byteIntegral) / 1e9 / 1e9 / 3600
  }
}

/// A request of a handler under way.
struct BucketCall {
  enum Phase {
    /// The bucket serves it; its answer is under way.
    case serving
    /// Refused; the SDK waits before it tries again.
    case pausing
    case failed(code: String)
  }
  let bucket: Int
  let request: BucketRequest
  /// Attempts that have failed.
  var failures = 0
  var phase = Phase.pausing
  var span = SpanID.none
  let begun: SimTime
  /// The item that a written object belongs to.
  let root: MessageRoot?
}

/// Something a bucket does by itself after a delay, with a message in its hands.
struct BucketErrand {
  enum Work {
    /// A producer outside AWS uploads, or tries again after a refusal.
    case upload(failures: Int)
    /// The upload is complete.
    case stored
    /// An event reaches a topic or a queue.
    case notify(Destination)
  }
  let bucket: Int
  let message: MessageReference
  var work: Work
}
