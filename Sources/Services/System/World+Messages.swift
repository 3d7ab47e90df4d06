import Kernel
import Records

extension World {
  /// Closes one copy of a message; the last one ends the message with the worst outcome of all.
  mutating func endLeg(
    _ reference: MessageReference, _ outcome: Outcome, at resource: ResourceName, _ reason: StaticString = ""
  ) {
    endLeg(reference, outcome, at: resource, because: name(of: reason))
  }

  /// The number of a reason; the empty one has none.
  mutating func name(of reason: StaticString) -> ReasonName {
    reason.utf8CodeUnitCount == 0 ? .none : ReasonName(rawValue: reasonNames.intern("\(reason)"))
  }

  mutating func endLeg(
    _ reference: MessageReference, _ outcome: Outcome, at resource: ResourceName, because reason: ReasonName
  ) {
    slab[reference].endLeg(outcome, at: resource, because: reason)
    let message = slab[reference]
    guard message.openLegs == 0 else { return }
    ledger.ended(message, outcome: message.outcome, at: now)
    keepIfWanted(message)
    slab.remove(reference)
  }

  mutating func keepIfWanted(_ message: Message) {
    switch spec.output.messages {
    case .none: return
    case .sample(let share):
      guard draws.uniform(.sample, entity: address(of: message)) < share else { return }
    case .all: break
    }
    ledger.keep(
      MessageRecord(
        workload: Int(message.population), index: Int(message.root.index), created: message.created,
        sizeBytes: Int(message.sizeBytes),
        key: sources[Int(message.root.workload)].key(Int(message.root.index), draws),
        outcome: message.outcome, ended: now, attempts: Int(message.attempts),
        deliveries: Int(message.deliveries), lastResource: resourceNames[message.lastResource.rawValue],
        reason: reasonNames[message.reason.rawValue]))
  }

  func address(of message: Message) -> UInt64 {
    address(of: message.root)
  }

  func address(of root: MessageRoot) -> UInt64 {
    EntityAddress.combine(workloadEntities[Int(root.workload)], UInt64(root.index))
  }

  func id(of message: Message) -> String {
    sources[Int(message.root.workload)].id(Int(message.root.index))
  }
}

extension Outcome {
  /// Which outcome of several copies speaks for the message: the worst.
  var severity: Int {
    switch self {
    case .completed: 0
    case .filtered: 1
    case .deadLettered: 2
    case .discarded: 3
    case .expired: 4
    case .dropped: 5
    case .open: 6
    }
  }
}
