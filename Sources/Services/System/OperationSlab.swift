import Kernel

/// Who waits for an operation.
enum OperationOwner {
  /// Position in `World.strands`.
  case strand(Int)
  case handler(InvocationID)
  /// Nobody any more: the caller timed out or was killed, the service goes on.
  case abandoned
}

/// Where the answer of an operation goes. Integers alone: it is copied for every operation.
struct OperationCaller {
  var owner: OperationOwner
  /// The invocation it belongs to, and the use of its slot.
  var invocation: Int
  var serial: UInt32
  /// The operation's number in the run.
  var number: UInt64

  var isStep: Bool { if case .strand = owner { true } else { false } }
}

/// An operation that a handler has begun and a service has not finished.
struct PendingOperation {
  enum Work {
    case sleep
    case partner(PartnerCall)
    /// A table has acted; its answer is under way.
    case tableAnswer(table: Int32, span: SpanID, begun: SimTime, OperationResult)
    /// A table has throttled the request; the SDK tries it again. Boxed, because it is large and rare.
    indirect case tableRetry(TableCall)
    /// A request to a bucket. Boxed, because it carries texts.
    indirect case bucket(BucketCall)
    case deliver(deliveryStream: Int, entries: [OutgoingMessage], failures: Int)
    case putRecords(stream: Int, entries: [OutgoingMessage])
    case publish(topic: Int, entries: [OutgoingMessage])
    case store(store: Int, entries: [OutgoingMessage])
    case take(store: Int, max: Int?)
    case invokeAsync(function: Int, entries: [OutgoingMessage])
    case sendMessages(queue: Int, entries: [OutgoingMessage], delay: SimDuration?)
    /// `isPatient`: a long poll that may still wait for a message.
    case receiveMessages(queue: Int, ReceiveOptions, isPatient: Bool)
    case deleteMessages(queue: Int, [QueueReceipt])
    case changeVisibility(queue: Int, [QueueReceipt], timeout: SimDuration)
    /// A synchronous invocation: waits for admission, then for the function's answer.
    case invokeSync(function: Int, messages: [MessageReference], attempt: Int)
  }
  var caller: OperationCaller
  var work: Work
  var generation: UInt32 = 0
  var isOpen = true
}

/// Operations under way, in slots that are used again.
struct OperationSlab {
  private var slots: [PendingOperation] = []
  private var free: [Int] = []
  private var begun: UInt64 = 0

  mutating func nextNumber() -> UInt64 {
    begun += 1
    return begun
  }

  mutating func insert(_ work: PendingOperation.Work, _ caller: OperationCaller) -> Int {
    if let slot = free.popLast() {
      slots[slot].caller = caller
      slots[slot].work = work
      slots[slot].generation &+= 1
      slots[slot].isOpen = true
      return slot
    }
    slots.append(PendingOperation(caller: caller, work: work))
    return slots.count - 1
  }

  /// Ends an operation and says who waits for its answer.
  mutating func remove(_ slot: Int) -> OperationCaller {
    let caller = slots[slot].caller
    slots[slot].isOpen = false
    slots[slot].caller.owner = .abandoned
    slots[slot].work = .sleep
    free.append(slot)
    return caller
  }

  subscript(_ slot: Int) -> PendingOperation {
    get { slots[slot] }
    _modify { yield &slots[slot] }
  }

  func isDue(_ slot: Int, generation: UInt32) -> Bool {
    slots[slot].generation == generation && slots[slot].isOpen
  }
  func generation(of slot: Int) -> UInt32 { slots[slot].generation }
  func caller(of slot: Int) -> OperationCaller { slots[slot].caller }
  func work(of slot: Int) -> PendingOperation.Work { slots[slot].work }

  /// Partner calls that have not been answered.
  var openPartnerCalls: [PartnerCall] {
    slots.compactMap { slot in
      guard slot.isOpen, case .partner(let call) = slot.work else { return nil }
      return call
    }
  }
}
