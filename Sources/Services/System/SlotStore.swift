/// Values in slots that are used again, for things that one event each refers to.
struct SlotStore<Value> {
  private var slots: [Value] = []
  private var free: [Int] = []
  var count: Int { slots.count - free.count }

  mutating func insert(_ value: Value) -> Int {
    if let slot = free.popLast() {
      slots[slot] = value
      return slot
    }
    slots.append(value)
    return slots.count - 1
  }

  /// Gives a slot free; the value in it must not be asked for again.
  mutating func remove(_ slot: Int) -> Value {
    free.append(slot)
    return slots[slot]
  }

  subscript(_ slot: Int) -> Value {
    get { slots[slot] }
    _modify { yield &slots[slot] }
  }
}
