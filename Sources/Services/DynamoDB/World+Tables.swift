import Kernel
import Records

/// DynamoDB. Source: fact sheet §7.1, §7.2, §7.9, §14.
extension World {
  mutating func beginTableCall(_ table: Int, _ request: TableCall.Request, _ caller: OperationCaller) {
    var call = TableCall(table: table, request: request, begun: now)
    if spans.tracesPerWorkload > 0 {
      call.span = beginTableSpan(call, invocations[caller.invocation].function)
    }
    let (work, delay) = attempt(call, isStep: caller.isStep)
    operationEnds(operations.insert(work, caller), after: delay)
  }

  /// The SDK tries a throttled request again.
  mutating func tableRetryDue(_ slot: Int, _ call: TableCall) {
    let (work, delay) = attempt(call, isStep: operations.caller(of: slot).isStep)
    operations[slot].work = work
    operationEnds(slot, after: delay)
  }

  mutating func tableAnswerDue(
    _ slot: Int, table: Int, span: SpanID, begun: SimTime, _ answer: OperationResult
  ) {
    metrics.record(tables[table].latency, (now - begun).seconds * 1000, at: now)
    if span != .none { endTableSpan(span, answer) }
    finish(slot, answer)
  }

  /// The span of a read or write of one item that a sampled message names.
  private mutating func beginTableSpan(_ call: TableCall, _ function: Int) -> SpanID {
    let (slot, kind): (Int, String)
    switch call.request {
    case .get(let item, _): (slot, kind) = (item, "read")
    case .put(let item, _, _), .update(let item, _, _, _), .delete(let item, _):
      (slot, kind) = (item, "write")
    case .scan: return .none
    }
    guard case .message(let root) = tables[call.table].key(ofSlot: slot), spans.isTraced(root) else {
      return .none
    }
    return beginSpan(root, in: function, resource: spec.tables[call.table].logicalID, kind: kind)
  }

  private mutating func endTableSpan(_ span: SpanID, _ answer: OperationResult) {
    switch answer {
    case .serviceError(let code): spans.end(span, at: now, status: "throttled", detail: code)
    case .conditionFailed:
      spans.end(span, at: now, status: "error", detail: "ConditionalCheckFailedException")
    default: spans.end(span, at: now)
    }
  }

  /// The place of an item in its table.
  mutating func itemSlot(_ table: Int, _ root: MessageRoot) -> Int {
    let (source, index) = (sources[Int(root.workload)], Int(root.index))
    return tables[table].slot(of: root, hash: source.idHash(index), id: source.id(index))
  }
  mutating func itemSlot(_ table: Int, _ key: String) -> Int {
    if let root = root(named: key) { return itemSlot(table, root) }
    return tables[table].slot(of: key)
  }

  /// One attempt: the table acts at the instant of admission, the answer comes after its latency.
  ///
  /// - Parameter isStep: Steps look at an item's attributes alone and get it without its key.
  private mutating func attempt(
    _ call: TableCall, isStep: Bool
  ) -> (work: PendingOperation.Work, delay: SimDuration) {
    let table = call.table
    let cost = units(call.request, table)
    let place = place(of: call.request, table)
    let isAdmitted = tables[table].throughput.take(
      readUnits: cost.read, writeUnits: cost.write, partition: place.partition, now: now)
    if isAdmitted {
      consume(cost, table)
      let u = draws.uniform(.serviceLatency, entity: place.entity, attempt: place.count & 0xFFFF)
      let latency = cost.write > 0 ? tables[table].putLatency.sample(u) : tables[table].getLatency.sample(u)
      let extra = if case .scan = call.request { tables[table].pageLatency } else { 0.0 }
      let answer = perform(call.request, table, isStep: isStep)
      return (
        .tableAnswer(table: Int32(table), span: call.span, begun: call.begun, answer),
        SimDuration(nearest: (latency + extra) * 1e9)
      )
    }
    var call = call
    call.attempt += 1
    tables[table].throttleCount += 1
    metrics.record(tables[table].throttledRequests, 1, at: now)
    metrics.record(cost.write > 0 ? tables[table].writeThrottle : tables[table].readThrottle, 1, at: now)
    let u = draws.uniform(.backoff, entity: place.entity, attempt: place.count & 0xFFFF, index: call.attempt)
    if let pause = account.dynamodbSDK.delay(attempt: call.attempt, u: u) {
      return (.tableRetry(call), pause)
    }
    let answer = OperationResult.serviceError(code: "ProvisionedThroughputExceededException")
    return (.tableAnswer(table: Int32(table), span: call.span, begun: call.begun, answer), .zero)
  }

  /// Where a request goes, and which draw belongs to it.
  private mutating func place(
    of request: TableCall.Request, _ table: Int
  ) -> (partition: Int, entity: UInt64, count: Int) {
    switch request {
    case .get(let slot, _), .update(let slot, _, _, _), .delete(let slot, _), .put(let slot, _, _):
      let count = tables[table].countOperation(onSlot: slot)
      return (Int(tables[table].slots[slot].partition), tables[table].slots[slot].entity, count)
    case .scan(let start, _): return (0, EntityAddress.combine(tables[table].entity, UInt64(start)), 0)
    }
  }

  private mutating func consume(_ cost: (read: Double, write: Double), _ table: Int) {
    tables[table].readUnits += cost.read
    tables[table].writeUnits += cost.write
    if cost.read > 0 { metrics.record(tables[table].consumedRead, cost.read, at: now) }
    if cost.write > 0 { metrics.record(tables[table].consumedWrite, cost.write, at: now) }
  }

  private func units(_ request: TableCall.Request, _ table: Int) -> (read: Double, write: Double) {
    switch request {
    case .get(let slot, let consistent):
      return (CapacityUnits.read(itemBytes: bytes(table, slot), isConsistent: consistent), 0)
    case .put(let slot, let item, let condition):
      let before = bytes(table, slot)
      guard holds(condition, table, slot) else {
        return (0, CapacityUnits.failedCondition(itemBytes: before))
      }
      return (0, CapacityUnits.write(before: before, after: item.sizeBytes))
    case .update(let slot, let set, let sizeBytes, let condition):
      let before = bytes(table, slot)
      guard holds(condition, table, slot) else {
        return (0, CapacityUnits.failedCondition(itemBytes: before))
      }
      return (0, CapacityUnits.write(before: before, after: sizeBytes ?? sizeAfter(set, table, slot)))
    case .delete(let slot, _): return (0, CapacityUnits.delete(itemBytes: bytes(table, slot)))
    case .scan(let start, let limit):
      return (CapacityUnits.page(bytes: page(table, start, limit).bytes, isConsistent: false), 0)
    }
  }

  /// Changes the table and makes the answer.
  private mutating func perform(_ request: TableCall.Request, _ table: Int, isStep: Bool) -> OperationResult {
    switch request {
    case .get(let slot, _): return .item(item(table, slot, isStep: isStep))
    case .put(let slot, let item, let condition):
      guard holds(condition, table, slot) else { return conditionFailed(table) }
      guard item.sizeBytes <= tables[table].itemBytesMax else {
        return .serviceError(code: "ValidationException")
      }
      tables[table].store(item.attributes, sizeBytes: item.sizeBytes, inSlot: slot)
      return .done
    case .update(let slot, let set, let sizeBytes, let condition):
      guard holds(condition, table, slot) else { return conditionFailed(table) }
      let size = sizeBytes ?? sizeAfter(set, table, slot)
      guard size <= tables[table].itemBytesMax else { return .serviceError(code: "ValidationException") }
      tables[table].set(set, sizeBytes: size, inSlot: slot)
      return .done
    case .delete(let slot, let condition):
      guard holds(condition, table, slot) else { return conditionFailed(table) }
      tables[table].remove(slot: slot)
      return .done
    case .scan(let start, let limit):
      let page = page(table, start, limit)
      return .page(items: page.slots.compactMap { item(table, $0, isStep: isStep) }, next: page.next)
    }
  }

  private mutating func conditionFailed(_ table: Int) -> OperationResult {
    metrics.record(tables[table].conditionFailed, 1, at: now)
    return .conditionFailed
  }

  private func bytes(_ table: Int, _ slot: Int) -> Int? { tables[table].slots[slot].itemBytes }

  private func item(_ table: Int, _ slot: Int, isStep: Bool) -> TableItem? {
    guard let size = bytes(table, slot) else { return nil }
    let key = isStep ? "" : keyText(table, slot)
    return TableItem(key: key, attributes: tables[table].slots[slot].attributes, sizeBytes: size)
  }

  private func keyText(_ table: Int, _ slot: Int) -> String {
    switch tables[table].key(ofSlot: slot) {
    case .message(let root): sources[Int(root.workload)].id(Int(root.index))
    case .text(let text): text
    }
  }

  /// Size of an item after an update: names and values as UTF-8, numbers as 8 bytes, but never below a size that the
  /// item has declared.
  private func sizeAfter(_ set: [TableItem.Attribute], _ table: Int, _ slot: Int) -> Int {
    var attributes = bytes(table, slot) == nil ? [] : tables[table].slots[slot].attributes
    for attribute in set { TableState.set(attribute, in: &attributes) }
    let keyBytes =
      switch tables[table].key(ofSlot: slot) {
      case .message(let root): sources[Int(root.workload)].idByteCount(Int(root.index))
      case .text(let text): text.utf8.count
      }
    let content = attributes.reduce(keyBytes) { sum, attribute in
      let value = if case .text(let text) = attribute.value { text.utf8.count } else { 8 }
      return sum + attribute.name.utf8.count + value
    }
    return max(bytes(table, slot) ?? 0, content)
  }

  private func page(_ table: Int, _ start: Int, _ limit: Int?) -> (slots: [Int], bytes: Int, next: Int?) {
    var found: [Int] = []
    var bytes = 0
    var position = start
    let count = tables[table].slots.count
    while position < count, found.count < limit ?? .max, bytes < tables[table].pageBytesMax {
      if let size = self.bytes(table, position) {
        found.append(position)
        bytes += size
      }
      position += 1
    }
    return (found, bytes, position < count ? position : nil)
  }

  private func holds(_ condition: ItemCondition?, _ table: Int, _ slot: Int) -> Bool {
    switch condition {
    case nil: true
    case .itemExists: bytes(table, slot) != nil
    case .itemNotExists: bytes(table, slot) == nil
    case .attributeExists(let name): tables[table].slots[slot].value(of: name) != nil
    case .attributeNotExists(let name): tables[table].slots[slot].value(of: name) == nil
    case .equals(let name, let value): tables[table].slots[slot].value(of: name) == value
    }
  }
}
