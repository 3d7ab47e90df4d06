internal import HandlerKit
internal import Kernel
internal import Services
internal import Synchronization

/// The invocations of one simulation: their tasks, what they wait for, and the transport of their clients.
final class InvocationRuntime: @unchecked Sendable {
  // Unchecked: confined to the thread of the simulation. Handler code that comes back on another thread (from
  // `Task.sleep` or real I/O) is turned away at each entry before it touches anything but `escaped`.
  let executor: VirtualExecutor
  let names: ResourceNames
  private let functions: HandlerTable

  // `@exclusivity(unchecked)`: each access below is one statement on one thread, so the checks guard nothing.
  @exclusivity(unchecked) private var slots: [InvocationSlot] = []
  @exclusivity(unchecked) private var freeSlots: [Int] = []
  @exclusivity(unchecked) private var operations = OperationTable()
  /// The engine, while jobs run.
  @exclusivity(unchecked) private var services: (any HandlerServices)?
  @exclusivity(unchecked) private var lastNow = SimTime.zero
  /// Live invocations that wait for no operation.
  @exclusivity(unchecked) private var idleCount = 0
  /// Answers that came while `begin` had not returned yet.
  @exclusivity(unchecked) private var isBeginning = false
  @exclusivity(unchecked) private var earlyAnswers: [(OperationID, OperationResult)] = []
  private let escaped = Mutex<Int>(0)

  init(executor: VirtualExecutor, functions: HandlerTable, names: ResourceNames) {
    self.executor = executor
    self.functions = functions
    self.names = names
  }

  // MARK: Called by the engine

  func start(_ invocation: HandlerInvocation) {
    guard functions.entries[invocation.function] != nil else {
      preconditionFailure("function \(invocation.function) has no Swift handler")
    }
    let slot = freeSlots.popLast() ?? slots.count
    let id = invocation.id.rawValue
    if slot == slots.count { slots.append(InvocationSlot()) }
    slots[slot].open(invocation)
    idleCount += 1
    slots[slot].task = executor.start { [self] in await run(slot, id) }
  }

  func resume(_ operation: OperationID, with result: OperationResult) {
    guard let waiter = operations.remove(operation) else {
      if isBeginning { earlyAnswers.append((operation, result)) }
      return
    }
    operationEnded(waiter)
    executor.inside { answer(waiter, result) }
  }

  func kill(_ invocation: InvocationID) {
    guard let slot = slots.firstIndex(where: { $0.id == invocation.rawValue }), !slots[slot].isEnded else {
      return
    }
    end(slot)
    executor.inside { slots[slot].task?.cancel() }
    abandonOperations(of: slot)
  }

  func runReadyJobs(_ services: any HandlerServices) {
    self.services = services
    executor.runUntilIdle()
    lastNow = services.now
    self.services = nil
  }

  var stalledInvocations: [InvocationID] {
    guard idleCount > 0, !executor.hasJobs else { return [] }
    return slots.filter { $0.isStalled }.map(\.id).sorted().map(InvocationID.init(rawValue:))
  }

  var stallHint: String {
    var reasons = executor.refusals
    if escaped.withLock({ $0 }) > 0 { reasons.append("something that went on outside of the simulation") }
    if reasons.isEmpty {
      reasons = ["something outside virtual time (Task.sleep? Task.yield? a socket? the main actor?)"]
    }
    return "waits for " + reasons.joined(separator: " and ")
  }

  func shutDown() {
    services = nil
    for slot in slots.indices where slots[slot].isOpen && !slots[slot].isEnded {
      kill(InvocationID(rawValue: slots[slot].id))
    }
    executor.runUntilIdle()
  }

  // MARK: The task of an invocation

  private func run(_ slot: Int, _ id: UInt64) async {
    guard executor.isInside, let invocation = slots[slot].begin(task: CurrentTask.identity),
      let function = functions.entries[invocation.function]
    else { return noteEscape() }
    var result = HandlerResult()
    if !slots[slot].isEnded {
      let event = IncomingEvent(invocation)
      let message = event.messages.count == 1 ? event.messages[0].handle : nil
      let context = Context(
        function: function.info, deadline: .init(nanoseconds: invocation.deadline.nanoseconds),
        attempt: invocation.attempt, transport: self,
        origin: CallOrigin(invocation: id, slot: slot, message: message))
      do {
        let response = try await function.handler.respond(to: event, context: context)
        result.failedItems = response.failedItems
        result.windowState = response.windowState.map { $0.entries.map(TableItem.Attribute.init) }
      } catch let thrown {
        result.error = (thrown as? any NamedError)?.errorName ?? String(describing: type(of: thrown))
      }
    }
    finish(slot, id, result)
  }

  private func finish(_ slot: Int, _ id: UInt64, _ result: HandlerResult) {
    // A handler that returns outside of the simulation stays open, so that the stall detector names it.
    guard executor.isInside else { return noteEscape() }
    if !slots[slot].isEnded {
      end(slot)
      services?.handlerFinished(InvocationID(rawValue: id), result)
      if slots[slot].pending > 0 { abandonOperations(of: slot) }
    }
    slots[slot].close()
    freeSlots.append(slot)
  }

  private func end(_ slot: Int) {
    if slots[slot].pending == 0 { idleCount -= 1 }
    slots[slot].isEnded = true
  }

  /// What an ended invocation still waits for is answered by a cancellation, so that its code can unwind.
  private func abandonOperations(of slot: Int) {
    let id = slots[slot].id
    for operation in operations.operations(where: { $0.slot == slot && $0.invocation == id }) {
      guard let waiter = operations.remove(operation) else { continue }
      operationEnded(waiter)
      executor.inside { waiter.reply.fail(CancellationError()) }
    }
  }

  private func noteEscape() { escaped.withLock { $0 += 1 } }

  // MARK: Operations

  private func begin(_ request: OperationRequest, for origin: CallOrigin, _ reply: ServiceReply)
    -> OperationID
  {
    guard let services else { preconditionFailure("a handler made a call while no jobs run") }
    let waiter = OperationTable.Waiter(
      reply: reply, partner: request.partnerIndex, slot: origin.slot, invocation: origin.invocation)
    isBeginning = true
    let operation = services.begin(request, for: InvocationID(rawValue: origin.invocation))
    isBeginning = false
    if !earlyAnswers.isEmpty, let index = earlyAnswers.firstIndex(where: { $0.0 == operation }) {
      answer(waiter, earlyAnswers.remove(at: index).1)
      return operation
    }
    operations.insert(waiter, for: operation)
    if slots[origin.slot].pending == 0 { idleCount -= 1 }
    slots[origin.slot].pending += 1
    return operation
  }

  private func answer(_ waiter: OperationTable.Waiter, _ result: OperationResult) {
    do {
      let partner = waiter.partner < 0 ? "" : names.partners.names[waiter.partner]
      waiter.reply.answer(try ServiceResponse(result, partner: partner))
    } catch { waiter.reply.fail(error) }
  }

  private func operationEnded(_ waiter: OperationTable.Waiter) {
    slots[waiter.slot].pending -= 1
    if slots[waiter.slot].pending == 0 && !slots[waiter.slot].isEnded { idleCount += 1 }
  }

  /// Whether code of this invocation may still act; otherwise it has to unwind.
  private func admit(_ origin: CallOrigin) -> Admission {
    guard executor.isInside else {
      noteEscape()
      return .frozen
    }
    let slot = origin.slot
    guard slots[slot].id == origin.invocation else { return .frozen }
    guard slots[slot].isEnded else { return .live }
    // Enough for clean-up code; a loop that retries for ever must not hold the simulation.
    slots[slot].strayCalls += 1
    return slots[slot].strayCalls <= 100 ? .ended : .frozen
  }

  private enum Admission { case live, ended, frozen }
}

extension InvocationRuntime: ServiceTransport {
  var now: HandlerClock.Instant {
    guard executor.isInside else {
      noteEscape()
      return HandlerClock.Instant(nanoseconds: 0)
    }
    return HandlerClock.Instant(nanoseconds: (services?.now ?? lastNow).nanoseconds)
  }

  func isCancellable(_ origin: CallOrigin) -> Bool {
    // The task of the invocation itself is cancelled by `kill` alone, which answers all its calls.
    executor.isInside && slots[origin.slot].root != CurrentTask.identity
  }

  func begin(_ request: ServiceRequest, for origin: CallOrigin, reply: ServiceReply, handle: CallHandle?) {
    switch admit(origin) {
    case .live:
      do {
        let operation = try names.translate(request, about: origin.message)
        let id = begin(operation, for: origin, reply)
        handle?.number.store(id.rawValue, ordering: .relaxed)
      } catch { reply.fail(error) }
    case .ended:
      reply.fail(CancellationError())
    case .frozen:
      // The environment of an ended invocation is frozen, and time outside is no time here: this never goes
      // on.
      break
    }
  }

  func cancel(_ handle: CallHandle) {
    guard executor.isInside else { return noteEscape() }
    let number = handle.number.load(ordering: .relaxed)
    guard number != .max, let waiter = operations.remove(OperationID(rawValue: number)) else { return }
    operationEnded(waiter)
    waiter.reply.fail(CancellationError())
  }

  func log(_ text: String, for origin: CallOrigin) {
    guard executor.isInside else { return noteEscape() }
    guard slots[origin.slot].id == origin.invocation, !slots[origin.slot].isEnded else { return }
    services?.note(text, from: InvocationID(rawValue: origin.invocation))
  }
}
