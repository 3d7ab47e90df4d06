import Kernel
package import Services

/// What handling messages asks of the services: means of one invocation, or of one message.
package struct Effects: Sendable {
  /// Messages that a handler sends to a place, and the API calls that take them.
  package struct Sending: Sendable {
    package var destination: Destination
    package var messages: Double
    package var calls: Double
    /// They are new messages about the one that is handled: it ends without them.
    package var isNew: Bool
  }
  /// Calls, parallel to the system's partners.
  package var calls: [Double]
  /// Capacity units, parallel to the system's tables.
  package var readUnits: [Double]
  package var writeUnits: [Double]
  /// Requests, parallel to the system's buckets.
  package var objectWrites: [Double]
  package var objectReads: [Double]
  package var sendings: [Sending] = []

  init(_ system: SystemSpec) {
    calls = Array(repeating: 0, count: system.partners.count)
    readUnits = Array(repeating: 0, count: system.tables.count)
    writeUnits = readUnits
    objectWrites = Array(repeating: 0, count: system.buckets.count)
    objectReads = objectWrites
  }

  mutating func add(_ other: Effects, times factor: Double) {
    func add(_ more: [Double], to sum: inout [Double]) {
      for index in sum.indices { sum[index] += more[index] * factor }
    }
    add(other.calls, to: &calls)
    add(other.readUnits, to: &readUnits)
    add(other.writeUnits, to: &writeUnits)
    add(other.objectWrites, to: &objectWrites)
    add(other.objectReads, to: &objectReads)
    for sending in other.sendings {
      send(
        to: sending.destination, messages: sending.messages * factor, calls: sending.calls * factor,
        isNew: sending.isNew)
    }
  }

  mutating func send(to destination: Destination, messages: Double, calls: Double, isNew: Bool = false) {
    guard messages > 0 || calls > 0 else { return }
    if let index = sendings.firstIndex(where: { $0.destination == destination && $0.isNew == isNew }) {
      sendings[index].messages += messages
      sendings[index].calls += calls
    } else {
      sendings.append(Sending(destination: destination, messages: messages, calls: calls, isNew: isNew))
    }
  }

  func scaled(by factor: Double) -> Effects {
    var result = self
    for path in [\Effects.calls, \.readUnits, \.writeUnits, \.objectWrites, \.objectReads] {
      for index in result[keyPath: path].indices { result[keyPath: path][index] *= factor }
    }
    for index in result.sendings.indices {
      result.sendings[index].messages *= factor
      result.sendings[index].calls *= factor
    }
    return result
  }
}

/// What one invocation of a function costs in time and asks of the services.
package struct HandlerDemand: Sendable {
  /// Messages of the invocation.
  package var batch: Double
  /// Mean time from the first to the last step, without cold start and overhead. [s]
  package var seconds: Double
  /// Variance of that time. [s²]
  package var variance: Double
  package var effects: Effects
  /// Share of messages, or of invocations that handle a batch as a whole, whose handling fails.
  package var failureShare: Double
  /// Calls of one invocation that may be under way at the same time.
  package var width: Double
  /// Squared coefficient of variation of the time.
  package var scv: Double { seconds > 0 ? variance / (seconds * seconds) : 0 }
}

/// Latency laws of the services as the engine makes them from the preset numbers.
struct ServiceTimes {
  let tableRead, tableWrite, objectWrite, objectRead: Distribution
  /// [s]
  let put, publish, queueCall, deliver, invokeOverhead: Double
  /// Memory of one full processor. [MB]
  let fullCPUMemory: Double
  /// Of one connection to a bucket. [bytes/s]
  let bucketBandwidth: Double

  init(_ limits: Limits) {
    func law(_ p50: LimitName, _ p99: LimitName) -> Distribution {
      .lognormal(p50: limits.required(p50), p99: limits.required(p99))
    }
    tableRead = law(.dynamodbGetP50Seconds, .dynamodbGetP99Seconds)
    tableWrite = law(.dynamodbPutP50Seconds, .dynamodbPutP99Seconds)
    objectWrite = law(.s3PutP50Seconds, .s3PutP99Seconds)
    objectRead = law(.s3GetP50Seconds, .s3GetP99Seconds)
    put = limits.required(.kinesisPutSeconds)
    publish = limits.required(.snsPublishSeconds)
    queueCall = limits.required(.sqsCallSeconds)
    deliver = limits.required(.firehosePutSeconds)
    invokeOverhead = limits.required(.lambdaInvokeOverheadSeconds)
    fullCPUMemory = limits.required(.lambdaFullCPUMemoryMB)
    bucketBandwidth = limits.required(.s3ConnectionBytesPerSecond)
  }
}
