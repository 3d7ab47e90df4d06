import Kernel
import Records

/// Requests of handlers to buckets. Source: fact sheet §8, §14.
extension World {
  mutating func beginBucketCall(
    _ bucket: Int, _ request: BucketRequest, _ caller: OperationCaller
  ) {
    var root: MessageRoot?
    if case .put(_, _, _, let about?) = request, slab.isOpen(about) { root = slab[about].root }
    var call = BucketCall(bucket: bucket, request: request, begun: now, root: root)
    if let root, spans.isTraced(root) {
      call.span = beginSpan(
        root, in: invocations[caller.invocation].function, resource: spec.buckets[bucket].logicalID,
        kind: "write")
    }
    let delay = attempt(&call)
    operationEnds(operations.insert(.bucket(call), caller), after: delay)
  }

  mutating func bucketCallDue(_ slot: Int, _ call: BucketCall) {
    switch call.phase {
    case .pausing:
      var call = call
      let delay = attempt(&call)
      operations[slot].work = .bucket(call)
      operationEnds(slot, after: delay)
    case .failed(let code):
      if call.span != .none { spans.end(call.span, at: now, status: "throttled", detail: code) }
      finish(slot, .serviceError(code: code))
    case .serving:
      metrics.record(buckets[call.bucket].metrics.latency, (now - call.begun).seconds * 1000, at: now)
      if call.span != .none { spans.end(call.span, at: now) }
      finish(slot, perform(call))
    }
  }

  /// One attempt: how long until the answer, until the SDK tries again, or until it gives up.
  private mutating func attempt(_ call: inout BucketCall) -> SimDuration {
    let bucket = call.bucket
    let (entity, count) = address(of: call.request, bucket)
    guard let latency = admit(call.request, bucket, entity: entity, count: count) else {
      call.failures += 1
      let u = draws.uniform(.backoff, entity: entity, attempt: count & 0xFFFF, index: call.failures)
      guard let pause = account.sdk.delay(attempt: call.failures, u: u) else {
        call.phase = .failed(code: buckets[bucket].isAvailable ? "SlowDown" : "ServiceUnavailable")
        return .zero
      }
      call.phase = .pausing
      return pause
    }
    call.phase = .serving
    return latency
  }

  /// The time of an admitted request; nil for a refused one.
  private mutating func admit(_ request: BucketRequest, _ bucket: Int, entity: UInt64, count: Int)
    -> SimDuration?
  {
    let metrics = buckets[bucket].metrics
    let latency: Distribution
    var bytes = 0
    let metric: MetricID
    let isWrite: Bool
    var rateKey = ""
    switch request {
    case .put(let key, let sizeBytes, _, _):
      (latency, metric, isWrite) = (buckets[bucket].putLatency, metrics.puts, true)
      (bytes, rateKey) = (sizeBytes, key)
    case .get(let key):
      (latency, metric, isWrite) = (buckets[bucket].getLatency, metrics.gets, false)
      bytes = max(0, buckets[bucket].objects[buckets[bucket].objects.slot(of: key)].sizeBytes)
      rateKey = key
    case .delete(let key):
      (latency, metric, isWrite) = (buckets[bucket].putLatency, metrics.deletes, true)
      rateKey = key
    case .list(let prefix, _, _):
      (latency, metric, isWrite) = (buckets[bucket].listLatency, metrics.lists, true)
      rateKey = prefix
    }
    self.metrics.record(metric, 1, at: now)
    guard buckets[bucket].isAvailable, buckets[bucket].rates.admit(key: rateKey, isWrite: isWrite, now: now)
    else {
      buckets[bucket].refusedCount += 1
      self.metrics.record(metrics.serverErrors, 1, at: now)
      return nil
    }
    bill(request, bucket)
    let u = draws.uniform(.serviceLatency, entity: entity, attempt: count & 0xFFFF)
    let transfer = bytes > 0 ? Double(bytes) / buckets[bucket].bandwidth : 0
    return SimDuration(nearest: (latency.sample(u) + transfer) * 1e9)
  }

  /// A put of another service: the time it takes, nil when it is refused.
  mutating func admitPut(_ bucket: Int, key: String, sizeBytes: Int) -> SimDuration? {
    let request = BucketRequest.put(key: key, sizeBytes: sizeBytes, metadata: [], about: nil)
    let (entity, count) = address(of: request, bucket)
    return admit(request, bucket, entity: entity, count: count)
  }

  /// Refused requests and deletes cost nothing. Source: fact sheet §16.
  private mutating func bill(_ request: BucketRequest, _ bucket: Int) {
    switch request {
    case .put, .list: buckets[bucket].writeRequests += 1
    case .get: buckets[bucket].readRequests += 1
    case .delete: break
    }
  }

  /// What the draws of a request are addressed by: its key, and how often that was asked for.
  private mutating func address(of request: BucketRequest, _ bucket: Int) -> (UInt64, Int) {
    let key: String
    switch request {
    case .put(let name, _, _, _), .get(let name), .delete(let name): key = name
    // A name that no object has, because keys do not begin with a slash and a blank.
    case .list(let prefix, let marker, _): key = "/ \(prefix) \(marker ?? "")"
    }
    let slot = buckets[bucket].objects.slot(of: key)
    buckets[bucket].objects[slot].requestCount += 1
    let object = buckets[bucket].objects[slot]
    return (EntityAddress.combine(buckets[bucket].entity, object.entity), object.requestCount)
  }

  /// Changes the bucket and makes the answer.
  private mutating func perform(_ call: BucketCall) -> OperationResult {
    let bucket = call.bucket
    switch call.request {
    case .put(let key, let sizeBytes, let metadata, _):
      storeObject(bucket, key, sizeBytes: sizeBytes, metadata: metadata)
      notify(bucket, .created, key, about: call.root, sizeBytes: sizeBytes)
      return .done
    case .get(let key):
      let slot = buckets[bucket].objects.slot(of: key)
      guard let object = buckets[bucket].objects[slot].object else {
        metrics.record(buckets[bucket].metrics.clientErrors, 1, at: now)
        return .serviceError(code: "NoSuchKey")
      }
      metrics.record(buckets[bucket].metrics.downloaded, Double(object.sizeBytes), at: now)
      return .object(object)
    case .delete(let key):
      let slot = buckets[bucket].objects.slot(of: key)
      let existed = buckets[bucket].objects[slot].sizeBytes >= 0
      buckets[bucket].store(slot, sizeBytes: -1, metadata: [], now: now)
      if existed { notify(bucket, .removed, key, about: call.root, sizeBytes: 0) }
      return .done
    case .list(let prefix, let marker, let limit):
      let most = min(buckets[bucket].pageMax, max(1, limit ?? .max))
      let (page, next) = buckets[bucket].objects.list(prefix: prefix, after: marker, limit: most)
      return .objects(page, next: next)
    }
  }

  /// Puts an object under a key, in place of the one there.
  mutating func storeObject(
    _ bucket: Int, _ key: String, sizeBytes: Int, metadata: [TableItem.Attribute] = []
  ) {
    let slot = buckets[bucket].objects.slot(of: key)
    buckets[bucket].store(slot, sizeBytes: sizeBytes, metadata: metadata, now: now)
    metrics.record(buckets[bucket].metrics.uploaded, Double(sizeBytes), at: now)
  }

  // MARK: Events

  /// Tells the targets about an object that a handler has written or deleted: as a new message about the same item.
  mutating func notify(
    _ bucket: Int, _ event: BucketNotification.Event, _ key: String, about root: MessageRoot?, sizeBytes: Int
  ) {
    guard buckets[bucket].spec.notifications.contains(where: { $0.concerns(event, key) }) else { return }
    guard let root else { return notifyWithoutMessage(bucket, event, key) }
    let population: Int32
    if let known = buckets[bucket].population {
      population = known
    } else {
      population = ledger.addPopulation(named: buckets[bucket].spec.logicalID)
      buckets[bucket].population = population
    }
    let message = create(population: population, root: root, sizeBytes: max(1, sizeBytes))
    notify(bucket, event, key, message)
  }

  /// Hands a message with one open leg to every target whose filter the key passes.
  mutating func notify(
    _ bucket: Int, _ event: BucketNotification.Event, _ key: String, _ message: MessageReference
  ) {
    let slot = buckets[bucket].objects.slot(of: key)
    let base = address(of: slab[message].root)
    for notification in buckets[bucket].spec.notifications where notification.concerns(event, key) {
      slab[message].openLegs += 1
      let entity = EntityAddress.combine(base, EntityAddress.name(notification.logicalID))
      let u = draws.uniform(
        .delivery, entity: entity, attempt: buckets[bucket].objects[slot].requestCount & 0xFFFF)
      let delay = SimDuration(seconds: buckets[bucket].eventDelay.sample(u))
      switch notification.target {
      case .function(let function):
        acceptAsync(
          message, for: function, after: delay, origin: .bucket(bucket, object: slot))
      default:
        let errand = bucketErrands.insert(
          BucketErrand(bucket: bucket, message: message, work: .notify(notification.target)))
        schedule(.init(.bucketErrand, errand), at: now + delay)
      }
    }
    endLeg(message, .completed, at: buckets[bucket].name)
  }

  /// An object that belongs to no message: functions are invoked all the same, topics and queues carry messages only.
  private mutating func notifyWithoutMessage(
    _ bucket: Int, _ event: BucketNotification.Event, _ key: String
  ) {
    let slot = buckets[bucket].objects.slot(of: key)
    for notification in buckets[bucket].spec.notifications where notification.concerns(event, key) {
      guard case .function(let function) = notification.target else {
        notes.add(
          "an event about an object of no message was not sent on",
          resource: buckets[bucket].spec.logicalID)
        continue
      }
      let entity = EntityAddress.combine(
        buckets[bucket].objects[slot].entity, EntityAddress.name(notification.logicalID))
      let u = draws.uniform(
        .delivery, entity: entity, attempt: buckets[bucket].objects[slot].requestCount & 0xFFFF)
      acceptAsync(
        nil, for: function, after: SimDuration(seconds: buckets[bucket].eventDelay.sample(u)),
        origin: .bucket(bucket, object: slot))
    }
  }

  // MARK: Uploads from outside AWS

  /// A producer outside AWS uploads a message as an object under the message's id; its SDK tries again when refused.
  mutating func upload(_ message: MessageReference, to bucket: Int) {
    slab[message].attempts += 1
    tryUpload(
      bucketErrands.insert(BucketErrand(bucket: bucket, message: message, work: .upload(failures: 0))),
      failures: 0)
  }

  private mutating func tryUpload(_ errand: Int, failures: Int) {
    let (bucket, message) = (bucketErrands[errand].bucket, bucketErrands[errand].message)
    let key = id(of: slab[message])
    let request = BucketRequest.put(
      key: key, sizeBytes: Int(slab[message].sizeBytes), metadata: [], about: nil)
    let (entity, count) = address(of: request, bucket)
    if let latency = admit(request, bucket, entity: entity, count: count) {
      bucketErrands[errand].work = .stored
      schedule(.init(.bucketErrand, errand), at: now + latency)
      return
    }
    let u = draws.uniform(.backoff, entity: entity, attempt: count & 0xFFFF, index: failures + 1)
    guard let pause = account.sdk.delay(attempt: failures + 1, u: u) else {
      _ = bucketErrands.remove(errand)
      endLeg(
        message, .dropped, at: buckets[bucket].name,
        buckets[bucket].isAvailable ? "SlowDown" : "ServiceUnavailable")
      return
    }
    bucketErrands[errand].work = .upload(failures: failures + 1)
    schedule(.init(.bucketErrand, errand), at: now + pause)
  }

  mutating func bucketErrandDue(_ slot: Int) {
    let errand = bucketErrands[slot]
    switch errand.work {
    case .upload(let failures): tryUpload(slot, failures: failures)
    case .stored:
      _ = bucketErrands.remove(slot)
      let key = id(of: slab[errand.message])
      storeObject(errand.bucket, key, sizeBytes: Int(slab[errand.message].sizeBytes))
      notify(errand.bucket, .created, key, errand.message)
    case .notify(let target):
      _ = bucketErrands.remove(slot)
      emit(errand.message, to: target)
    }
  }
}
