import Kernel
import Records

/// A table: its items, which are real, and its throughput.
struct TableState {
  struct Slot {
    var item: TableItem?
    /// Hash of the key: addresses the latency of its operations.
    var entity: UInt64
    var partition: Int
    /// Operations on the key so far.
    var operationCount = 0
  }
  let name: ResourceName
  let spec: TableSpec
  let entity: UInt64
  var throughput: TableThroughput
  /// Items in order of first access.
  var slots: [Slot] = []
  var slotByKey: [String: Int] = [:]
  let getLatency: Distribution
  let putLatency: Distribution
  /// What a page of a scan takes longer than a get. [s]
  let pageLatency: Double
  let pageBytesMax: Int
  let itemBytesMax: Int
  let consumedRead, consumedWrite, readThrottle, writeThrottle, throttledRequests, conditionFailed, latency: MetricID
  var readUnits = 0.0
  var writeUnits = 0.0
  var throttleCount = 0

  /// The slot of a key, made when it is first named: a miss has a latency too.
  mutating func slot(_ key: String) -> Int {
    if let slot = slotByKey[key] { return slot }
    slots.append(
      Slot(
        item: nil, entity: EntityAddress.combine(entity, EntityAddress.name(key)),
        partition: throughput.partition(forKey: key)))
    slotByKey[key] = slots.count - 1
    return slots.count - 1
  }
}

/// One request to a table under way, with the SDK's retries.
struct TableCall {
  enum Request {
    case get(key: String, consistent: Bool)
    case put(TableItem, ItemCondition?)
    case update(key: String, set: [TableItem.Attribute], sizeBytes: Int?, ItemCondition?)
    case delete(key: String, ItemCondition?)
    case scan(start: Int, limit: Int?)
  }
  var table: Int
  var request: Request
  /// Attempts of the SDK so far.
  var attempt = 0
  var begun: SimTime
  /// The answer, once the table has admitted the request; nil while it is throttled.
  var answer: OperationResult?
}

/// DynamoDB. Source: fact sheet §7.1, §7.2, §7.9, §14.
extension World {
  mutating func beginTableCall(_ table: Int, _ request: TableCall.Request, _ caller: OperationCaller) {
    let slot = pend(.table(TableCall(table: table, request: request, begun: now)), caller)
    attemptTableCall(slot)
  }

  mutating func tableCallDue(_ slot: Int, _ call: TableCall) {
    guard let answer = call.answer else {
      attemptTableCall(slot)
      return
    }
    metrics.record(tables[call.table].latency, (now - call.begun).seconds * 1000, at: now)
    finish(slot, answer)
  }

  /// One attempt: the table acts at the instant of admission, the answer comes after its latency.
  private mutating func attemptTableCall(_ slot: Int) {
    guard case .table(var call) = operations[slot].work else { preconditionFailure("not a table call") }
    call.attempt += 1
    let table = call.table
    let cost = units(call.request, table)
    let place = place(of: call.request, table)
    let isAdmitted = tables[table].throughput.take(
      readUnits: cost.read, writeUnits: cost.write, partition: place.partition, now: now)
    let delay: SimDuration
    if isAdmitted {
      consume(cost, table)
      let u = draws.uniform(.serviceLatency, entity: place.entity, attempt: place.count & 0xFFFF)
      let latency = cost.write > 0 ? tables[table].putLatency : tables[table].getLatency
      let extra = if case .scan = call.request { tables[table].pageLatency } else { 0.0 }
      delay = SimDuration(seconds: latency.sample(u) + extra)
      call.answer = perform(call.request, table)
    } else {
      tables[table].throttleCount += 1
      metrics.record(tables[table].throttledRequests, 1, at: now)
      metrics.record(cost.write > 0 ? tables[table].writeThrottle : tables[table].readThrottle, 1, at: now)
      let u = draws.uniform(.backoff, entity: place.entity, attempt: place.count & 0xFFFF, index: call.attempt)
      if let pause = account.dynamodbSDK.delay(attempt: call.attempt, u: u) {
        delay = pause
      } else {
        delay = .zero
        call.answer = .serviceError(code: "ProvisionedThroughputExceededException")
      }
    }
    operations[slot].work = .table(call)
    schedule(.init(.operationDue, slot, operations[slot].generation), at: now + delay)
  }

  /// Where a request goes, and which draw belongs to it.
  private mutating func place(of request: TableCall.Request, _ table: Int) -> (partition: Int, entity: UInt64, count: Int) {
    let key: String
    switch request {
    case .get(let name, _), .update(let name, _, _, _), .delete(let name, _): key = name
    case .put(let item, _): key = item.key
    case .scan(let start, _): return (0, EntityAddress.combine(tables[table].entity, UInt64(start)), 0)
    }
    let slot = tables[table].slot(key)
    tables[table].slots[slot].operationCount += 1
    let state = tables[table].slots[slot]
    return (state.partition, state.entity, state.operationCount)
  }

  private mutating func consume(_ cost: (read: Double, write: Double), _ table: Int) {
    tables[table].readUnits += cost.read
    tables[table].writeUnits += cost.write
    if cost.read > 0 { metrics.record(tables[table].consumedRead, cost.read, at: now) }
    if cost.write > 0 { metrics.record(tables[table].consumedWrite, cost.write, at: now) }
  }

  private mutating func units(_ request: TableCall.Request, _ table: Int) -> (read: Double, write: Double) {
    switch request {
    case .get(let key, let consistent):
      return (CapacityUnits.read(itemBytes: item(key, table)?.sizeBytes, isConsistent: consistent), 0)
    case .put(let item, let condition):
      let before = self.item(item.key, table)
      guard holds(condition, before) else { return (0, CapacityUnits.failedCondition(itemBytes: before?.sizeBytes)) }
      return (0, CapacityUnits.write(before: before?.sizeBytes, after: item.sizeBytes))
    case .update(let key, let set, let sizeBytes, let condition):
      let before = item(key, table)
      guard holds(condition, before) else { return (0, CapacityUnits.failedCondition(itemBytes: before?.sizeBytes)) }
      let after = sizeBytes ?? Self.size(of: updated(before, key: key, set: set, sizeBytes: nil))
      return (0, CapacityUnits.write(before: before?.sizeBytes, after: after))
    case .delete(let key, _): return (0, CapacityUnits.delete(itemBytes: item(key, table)?.sizeBytes))
    case .scan(let start, let limit):
      return (CapacityUnits.page(bytes: page(table, start, limit).bytes, isConsistent: false), 0)
    }
  }

  /// Changes the table and makes the answer.
  private mutating func perform(_ request: TableCall.Request, _ table: Int) -> OperationResult {
    switch request {
    case .get(let key, _): return .item(item(key, table))
    case .put(let item, let condition):
      return write(item, ifHolds: condition, table)
    case .update(let key, let set, let sizeBytes, let condition):
      return write(updated(item(key, table), key: key, set: set, sizeBytes: sizeBytes), ifHolds: condition, table)
    case .delete(let key, let condition):
      guard holds(condition, item(key, table)) else { return conditionFailed(table) }
      tables[table].slots[tables[table].slot(key)].item = nil
      return .done
    case .scan(let start, let limit):
      let page = page(table, start, limit)
      return .page(items: page.items, next: page.next)
    }
  }

  private mutating func write(_ item: TableItem, ifHolds condition: ItemCondition?, _ table: Int) -> OperationResult {
    guard holds(condition, self.item(item.key, table)) else { return conditionFailed(table) }
    guard item.sizeBytes <= tables[table].itemBytesMax else { return .serviceError(code: "ValidationException") }
    tables[table].slots[tables[table].slot(item.key)].item = item
    return .done
  }

  private mutating func conditionFailed(_ table: Int) -> OperationResult {
    metrics.record(tables[table].conditionFailed, 1, at: now)
    return .conditionFailed
  }

  private mutating func item(_ key: String, _ table: Int) -> TableItem? {
    tables[table].slotByKey[key].flatMap { tables[table].slots[$0].item }
  }

  private mutating func updated(
    _ before: TableItem?, key: String, set: [TableItem.Attribute], sizeBytes: Int?
  ) -> TableItem {
    var item = before ?? TableItem(key: key, sizeBytes: 0)
    for attribute in set { item[attribute.name] = attribute.value }
    item.sizeBytes = sizeBytes ?? Self.size(of: item)
    return item
  }

  /// Names and values as UTF-8, numbers as 8 bytes, but never below a size that the item has declared.
  private static func size(of item: TableItem) -> Int {
    let content = item.attributes.reduce(item.key.utf8.count) { sum, attribute in
      let value = if case .text(let text) = attribute.value { text.utf8.count } else { 8 }
      return sum + attribute.name.utf8.count + value
    }
    return max(item.sizeBytes, content)
  }

  private mutating func page(_ table: Int, _ start: Int, _ limit: Int?) -> (items: [TableItem], bytes: Int, next: Int?) {
    var items: [TableItem] = []
    var bytes = 0
    var position = start
    while position < tables[table].slots.count, items.count < limit ?? .max, bytes < tables[table].pageBytesMax {
      if let item = tables[table].slots[position].item {
        items.append(item)
        bytes += item.sizeBytes
      }
      position += 1
    }
    return (items, bytes, position < tables[table].slots.count ? position : nil)
  }

  private mutating func holds(_ condition: ItemCondition?, _ item: TableItem?) -> Bool {
    switch condition {
    case nil: true
    case .itemExists: item != nil
    case .itemNotExists: item == nil
    case .attributeExists(let name): item?[name] != nil
    case .attributeNotExists(let name): item?[name] == nil
    case .equals(let name, let value): item?[name] == value
    }
  }
}
