import Kernel
import Records

/// A delivery stream: its quota, the object it is filling, and its books.
struct DeliveryStreamState {
  struct Metrics {
    let incomingRecords, incomingBytes, throttled, delivered, success, freshness: MetricID
  }
  let spec: DeliveryStreamSpec
  let name: ResourceName
  let metrics: Metrics
  /// Quotas of direct puts. [calls], [records], [bytes]
  var calls, records, bytes: TokenBucket
  let recordMaxBytes: Int
  /// A failed write is tried again after this, and given up after that.
  let retryPause, retryTime: SimDuration
  /// What one record counts as for the bill, at least. [bytes]
  let billedUnitBytes: Int
  /// Time of one put.
  let putTime: SimDuration

  /// The object being filled: its messages, their bytes, and when the first one came.
  var buffer: [MessageReference] = []
  var bufferedBytes = 0
  var oldest = SimTime.zero
  /// Counts up with every object, so that the timer of an earlier one is void.
  var objectNumber: UInt32 = 0
  var billedBytes = 0
  var throttledCount = 0
  /// Writes that wait to be tried again: a source is not read meanwhile.
  var failingWrites = 0

  init(_ spec: DeliveryStreamSpec, name: ResourceName, limits: Limits, metrics: Metrics) {
    self.spec = spec
    self.name = name
    self.metrics = metrics
    func quota(_ name: LimitName) -> TokenBucket {
      TokenBucket(ratePerSecond: limits.required(name), capacity: limits.required(name))
    }
    calls = quota(.firehosePutCallsPerSecond)
    records = quota(.firehoseRecordsPerSecond)
    bytes = quota(.firehoseBytesPerSecond)
    recordMaxBytes = Int(limits.required(.firehoseRecordMaxBytes))
    retryPause = SimDuration(seconds: limits.required(.firehoseRetryPauseSeconds))
    retryTime = SimDuration(seconds: limits.required(.firehoseRetrySeconds))
    billedUnitBytes = max(1, Int(limits.required(.priceFirehoseRecordUnitBytes)))
    putTime = SimDuration(seconds: limits.required(.firehosePutSeconds))
  }

  /// Whether a direct put of one record is within the quota; takes its share when it is.
  mutating func admit(sizeBytes: Int, now: SimTime) -> Bool {
    // A call of any kind is counted by the caller; a record takes bytes only when it gets its place.
    guard bytes.canTake(Double(sizeBytes), now: now), records.take(1, now: now) else { return false }
    return bytes.takeOrBorrow(Double(sizeBytes), now: now)
  }
}

/// An object on its way to the bucket.
struct ObjectDelivery {
  let deliveryStream: Int
  let key: String
  let messages: [MessageReference]
  let sizeBytes: Int
  /// Arrival of its oldest record, and the first attempt to write it.
  let oldest: SimTime
  let begun: SimTime
  /// Whether the bucket takes it; otherwise it waits for the next attempt.
  var isWriting = false
  var hasFailed = false
}

/// A producer's put that was throttled and is tried again by its SDK.
struct PendingDeliveryPut {
  let message: MessageReference
  let deliveryStream: Int
  let failures: Int
}
