internal import CHooks
internal import Services

/// The place of one open invocation; used again after its task has ended.
struct InvocationSlot {
  /// No invocation has this number.
  private static var free: UInt64 { .max }

  private(set) var id: UInt64 = Self.free
  /// Until its task has begun.
  private var invocation: HandlerInvocation?
  var task: Task<Void, Never>?
  /// Identity of the task that runs the handler.
  private(set) var root: UInt = 0
  /// Operations it waits for.
  var pending = 0
  /// The handler has returned, or it was killed and unwinds.
  var isEnded = false
  var strayCalls = 0

  var isOpen: Bool { id != Self.free }
  var isStalled: Bool { isOpen && !isEnded && pending == 0 && invocation == nil }

  mutating func open(_ invocation: HandlerInvocation) {
    id = invocation.id.rawValue
    self.invocation = invocation
    pending = 0
    isEnded = false
    strayCalls = 0
  }
  mutating func begin(task: UInt) -> HandlerInvocation? {
    root = task
    return invocation.take()
  }
  mutating func close() {
    id = Self.free
    task = nil
    root = 0
  }
}

enum CurrentTask {
  /// Tells tasks apart while they live; 0 outside of tasks.
  ///
  /// By the C shim, because `withUnsafeCurrentTask` retains the task at every use. The value is only
  /// compared, and the task it is compared with lives as long as its invocation's slot.
  @inline(__always) static var identity: UInt { hw_current_task() }
}
