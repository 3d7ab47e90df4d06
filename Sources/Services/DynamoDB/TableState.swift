import Kernel
import Records

/// Names an item: by the message whose id is the key, which most keys are, or by a text.
enum ItemKey: Hashable {
  case message(MessageRoot)
  case text(String)
}

/// A table: its items, which are real, and its throughput.
struct TableState {
  /// An item's place, made when its key is first named; forty bytes, because a launch day fills a million of them.
  struct Slot {
    var attributes: [TableItem.Attribute] = []
    /// [bytes]; negative while there is no item.
    fileprivate(set) var storedBytes: Int32 = -1
    /// Operations on the key so far.
    var operationCount: UInt32 = 0
    /// Hash of the key: addresses the latency of its operations.
    let entity: UInt64
    let partition: Int32
    /// The message whose id is the key, or -1 and a position in `textKeys`.
    fileprivate let workload: Int32
    fileprivate let index: Int32

    /// Size of the item; nil while there is none. [bytes]
    var itemBytes: Int? { storedBytes < 0 ? nil : Int(storedBytes) }

    func value(of name: String) -> FieldValue? {
      storedBytes < 0 ? nil : attributes.first { $0.name == name }?.value
    }
  }
  let name: ResourceName
  let entity: UInt64
  var throughput: TableThroughput
  /// Items in order of first access.
  private(set) var slots: [Slot] = []
  /// Slot of the key that is the id of a message, -1 for none. Shape (workload, message).
  private var slotByMessage: [[Int32]] = []
  private var slotByText: [String: Int] = [:]
  private var textKeys: [String] = []
  let getLatency: Distribution
  let putLatency: Distribution
  /// What a page of a scan takes longer than a get. [s]
  let pageLatency: Double
  let pageBytesMax: Int
  let itemBytesMax: Int
  let consumedRead, consumedWrite, readThrottle, writeThrottle, throttledRequests, conditionFailed,
    latency: MetricID
  var readUnits = 0.0
  var writeUnits = 0.0
  var throttleCount = 0

  init(
    name: ResourceName, entity: UInt64, throughput: TableThroughput,
    latencies: (get: Distribution, put: Distribution),
    pageLatency: Double, pageBytesMax: Int, itemBytesMax: Int, metrics: (String) -> MetricID,
    latencyMetric: MetricID
  ) {
    self.name = name
    self.entity = entity
    self.throughput = throughput
    getLatency = latencies.get
    putLatency = latencies.put
    self.pageLatency = pageLatency
    self.pageBytesMax = pageBytesMax
    self.itemBytesMax = itemBytesMax
    consumedRead = metrics("ConsumedReadCapacityUnits")
    consumedWrite = metrics("ConsumedWriteCapacityUnits")
    readThrottle = metrics("ReadThrottleEvents")
    writeThrottle = metrics("WriteThrottleEvents")
    throttledRequests = metrics("ThrottledRequests")
    conditionFailed = metrics("ConditionalCheckFailedRequests")
    latency = latencyMetric
  }

  /// The slot of a message's id, made when it is first named: a miss has a latency too.
  ///
  /// - Parameter id: Asked for only when the slot has to be made and other keys exist: a handler may have named the id
  ///   before its message was created.
  mutating func slot(of root: MessageRoot, hash: @autoclosure () -> KeyHash, id: @autoclosure () -> String)
    -> Int
  {
    let (workload, index) = (Int(root.workload), Int(root.index))
    if workload >= slotByMessage.count {
      slotByMessage.append(contentsOf: repeatElement([], count: workload + 1 - slotByMessage.count))
    }
    let known = slotByMessage[workload].count
    if index >= known {
      let size = max(index + 1, 2 * known, 64)
      slotByMessage[workload].append(contentsOf: repeatElement(-1, count: size - known))
    }
    let slot = slotByMessage[workload][index]
    if slot >= 0 { return Int(slot) }
    if !slotByText.isEmpty, let named = slotByText[id()] {
      slotByMessage[workload][index] = Int32(named)
      return named
    }
    slotByMessage[workload][index] = Int32(slots.count)
    return append(hash(), workload: root.workload, index: root.index)
  }

  mutating func slot(of text: String) -> Int {
    if let slot = slotByText[text] { return slot }
    slotByText[text] = slots.count
    textKeys.append(text)
    return append(KeyHash(text), workload: -1, index: Int32(textKeys.count - 1))
  }

  private mutating func append(_ hash: KeyHash, workload: Int32, index: Int32) -> Int {
    slots.append(
      Slot(
        entity: EntityAddress.combine(entity, hash.entity), partition: Int32(throughput.partition(of: hash)),
        workload: workload, index: index))
    return slots.count - 1
  }

  func key(ofSlot slot: Int) -> ItemKey {
    let (workload, index) = (slots[slot].workload, slots[slot].index)
    return workload < 0
      ? .text(textKeys[Int(index)]) : .message(MessageRoot(workload: workload, index: index))
  }

  /// Notes one more operation on a key and returns its number, from 1.
  mutating func countOperation(onSlot slot: Int) -> Int {
    slots[slot].operationCount += 1
    return Int(slots[slot].operationCount)
  }

  mutating func store(_ attributes: [TableItem.Attribute], sizeBytes: Int, inSlot slot: Int) {
    slots[slot].attributes = attributes
    slots[slot].storedBytes = Int32(sizeBytes)
  }

  /// Sets attributes of an item in place, the others kept; makes the item when there is none.
  mutating func set(_ attributes: [TableItem.Attribute], sizeBytes: Int, inSlot slot: Int) {
    for attribute in attributes { Self.set(attribute, in: &slots[slot].attributes) }
    slots[slot].storedBytes = Int32(sizeBytes)
  }

  mutating func remove(slot: Int) {
    slots[slot].attributes = []
    slots[slot].storedBytes = -1
  }

  static func set(_ attribute: TableItem.Attribute, in attributes: inout [TableItem.Attribute]) {
    if let position = attributes.firstIndex(where: { $0.name == attribute.name }) {
      attributes[position].value = attribute.value
    } else {
      attributes.append(attribute)
    }
  }
}

/// One request to a table under way, with the SDK's retries.
struct TableCall {
  /// Items are named by their slots.
  enum Request {
    case get(slot: Int, consistent: Bool)
    case put(slot: Int, TableItem, ItemCondition?)
    case update(slot: Int, set: [TableItem.Attribute], sizeBytes: Int?, ItemCondition?)
    case delete(slot: Int, ItemCondition?)
    case scan(start: Int, limit: Int?)
  }
  var table: Int
  var request: Request
  /// Attempts of the SDK so far.
  var attempt = 0
  /// Of a sampled message.
  var span = SpanID.none
  var begun: SimTime
}
