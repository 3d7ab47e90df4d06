import DequeModule
import Kernel
import Records

/// A service outside AWS: its door, what it did to each message, and its books.
struct PartnerState {
  let name: ResourceName
  let entity: UInt64
  var gate: PartnerGate
  var effects = EffectCounts()
  /// Jobs begun per message: addresses the draws of its calls.
  var jobs = AttemptCounts()
  var record: PartnerRecord
  let calls: MetricID
  let overLimit: MetricID
  let errors: MetricID
  let latency: MetricID
  /// Suspensions that began.
  let suspended: MetricID
  /// Gauge.
  let inFlight: MetricID

  /// Calls that wait for a place, the next one first; those that gave up are still among them.
  var line: Deque<WaitingCall> = []

  /// Latency [s] and share of failures, taken out of the gate's specification: it is large and every call needs them.
  private(set) var callLatency: Distribution
  private(set) var errorRate: Double
  /// The same of what only some partners have.
  private(set) var underLoad: PartnerSpec.Contention?
  private(set) var collapse: PartnerSpec.Collapse?
  private(set) var bandwidth: Double?

  init(_ spec: PartnerSpec, name: ResourceName, metrics: inout MetricRegistry) {
    self.name = name
    entity = EntityAddress.name(spec.name)
    gate = PartnerGate(spec: spec)
    record = PartnerRecord(name: spec.name)
    calls = metrics.add("Simulation", spec.name, "Calls")
    overLimit = metrics.add("Simulation", spec.name, "OverLimit")
    errors = metrics.add("Simulation", spec.name, "Errors")
    latency = metrics.add("Simulation", spec.name, "Latency", unit: "Milliseconds", keepsQuantiles: true)
    suspended = metrics.add("Simulation", spec.name, "Suspended")
    inFlight = metrics.addGauge("Simulation", spec.name, "InFlight")
    callLatency = spec.latency
    errorRate = spec.errorRate
    underLoad = spec.underLoad
    collapse = spec.collapse
    bandwidth = spec.bandwidth
  }

  mutating func replace(_ spec: PartnerSpec, now: SimTime) {
    gate.replace(spec, now: now)
    callLatency = spec.latency
    errorRate = spec.errorRate
    underLoad = spec.underLoad
    collapse = spec.collapse
    bandwidth = spec.bandwidth
  }

  /// What a call meets that has just got its place: its status, and how long it holds the place.
  ///
  /// - Parameters:
  ///   - u: Draw of its latency.
  ///   - v: Draw of its failure.
  ///   - transfer: Time of the reply's bytes.
  func service(_ u: Double, _ v: Double, transfer: SimDuration) -> (status: Int16, time: SimDuration) {
    var latency = max(0, callLatency.sample(u))
    if let underLoad { latency *= underLoad.factor(gate.admitted) }
    let time = SimDuration(nearest: latency * 1e9) + transfer
    if v < errorRate { return (500, time) }
    if let collapse {
      // The rest of the draw, stretched: one number decides both ways to fail.
      let w = (v - errorRate) / (1 - errorRate)
      if w < collapse.failureProbability(gate.admitted) { return (503, collapse.timeout) }
    }
    return (200, time)
  }
}

/// A call in a partner's queue, with the draws that its place will ask for.
struct WaitingCall {
  let operation: Int
  let generation: UInt32
  let latencyDraw: Double
  let failureDraw: Double
  let transfer: SimDuration
}

/// One call to a partner under way. Integers alone, and small: there are three or more to a message.
struct PartnerCall {
  var partner: Int32
  var function: Int32
  var root: MessageRoot?
  var message: MessageReference?
  var status: Int16
  var isLastPart: Bool
  /// Whether it holds a place in the partner's door.
  var isAdmitted: Bool
  /// Whether it waits for one.
  var isWaiting = false
  /// Span of a sampled message.
  var span = SpanID.none
  var begun: SimTime
}

/// How many jobs each message has begun at a partner: two bytes per message, dense per workload.
struct AttemptCounts {
  private var counts: [[UInt16]] = []

  /// Counts one more when `isNew` and returns the number of the present one, from 1.
  mutating func next(_ root: MessageRoot, isNew: Bool) -> Int {
    let (workload, index) = (Int(root.workload), Int(root.index))
    while workload >= counts.count { counts.append([]) }
    if index >= counts[workload].count {
      let size = max(index + 1, 2 * counts[workload].count, 64)
      counts[workload].append(contentsOf: repeatElement(0, count: size - counts[workload].count))
    }
    if isNew { counts[workload][index] &+= 1 }
    return Int(counts[workload][index])
  }
}

extension World {
  /// A handler calls a partner: admitted calls hold a place in its door for their latency, others are
  /// refused; all are in flight until they are answered.
  ///
  /// Latency and failure of the k-th job of a message, call by call, are drawn from (message, partner, k, part): the
  /// same in every design. Source: fact sheet §15, design §3.2.
  mutating func beginPartnerCall(
    _ partner: Int, _ message: MessageReference?, part: Int, parts: Int, timeout: SimDuration?,
    replyBytes: Int = 0, _ invocation: Invocation, _ caller: OperationCaller
  ) {
    let root = message.map { slab[$0].root }
    let base: UInt64
    let attempt: Int
    if let root {
      base = address(of: root)
      attempt = partners[partner].jobs.next(root, isNew: part == 1)
    } else {
      invocation.drawCount += 1
      base = EntityAddress.combine(functions[invocation.function].entity, invocation.number)
      attempt = invocation.drawCount
    }
    let entity = EntityAddress.combine(base, partners[partner].entity)
    var call = PartnerCall(
      partner: Int32(partner), function: Int32(invocation.function), root: root, message: message,
      status: 200,
      isLastPart: part == parts, isAdmitted: false, begun: now)
    let latency: SimDuration
    partners[partner].record.calls += 1
    metrics.record(partners[partner].calls, 1, at: now)
    let decision = partners[partner].gate.callArrived(now: now)
    metrics.set(gauge: partners[partner].inFlight, to: Double(partners[partner].gate.inFlight), at: now)
    switch decision {
    case .admitted:
      call.isAdmitted = true
      let u = draws.uniform(.partnerLatency, entity: entity, attempt: attempt, index: part)
      let mayFail = partners[partner].errorRate > 0 || partners[partner].collapse != nil
      let v = mayFail ? draws.uniform(.partnerFailure, entity: entity, attempt: attempt, index: part) : 1
      (call.status, latency) = partners[partner].service(
        u, v, transfer: transferTime(replyBytes, from: partner))
    case .waits(let most, let status):
      call.isWaiting = true
      call.status = Int16(status)
      latency = most
      partners[partner].record.queued += 1
    case .overLimit(let status, let after):
      call.status = Int16(status)
      latency = after
      partners[partner].record.overLimit += 1
      metrics.record(partners[partner].overLimit, 1, at: now)
    case .suspended(let status, let after):
      call.status = Int16(status)
      latency = after
      partners[partner].record.suspendedReplies += 1
    }
    if let root, spans.isTraced(root) {
      call.span = beginSpan(
        root, in: invocation.function, resource: spec.partners[partner].name, kind: "call", attempt)
    }
    if !call.isAdmitted { noteSuspension(partner) }
    let slot = operations.insert(.partner(call), caller)
    if call.isWaiting {
      partners[partner].line.append(
        WaitingCall(
          operation: slot, generation: operations.generation(of: slot),
          latencyDraw: draws.uniform(.partnerLatency, entity: entity, attempt: attempt, index: part),
          failureDraw: draws.uniform(.partnerFailure, entity: entity, attempt: attempt, index: part),
          transfer: transferTime(replyBytes, from: partner)))
      schedule(.init(.partnerWaitEnds, slot, operations.generation(of: slot)), at: now + latency)
    } else {
      operationEnds(slot, after: latency)
    }
    if let timeout, timeout < latency || call.isWaiting {
      schedule(.init(.operationTimeout, slot, operations.generation(of: slot)), at: now + timeout)
    }
  }

  private func transferTime(_ bytes: Int, from partner: Int) -> SimDuration {
    guard bytes > 0, let bandwidth = partners[partner].bandwidth else { return .zero }
    return SimDuration(nearest: Double(bytes) / bandwidth * 1e9)
  }

  /// Writes down a suspension that the last call has brought about.
  private mutating func noteSuspension(_ partner: Int) {
    guard partners[partner].gate.suspensions > partners[partner].record.suspensions else { return }
    partners[partner].record.suspensions = partners[partner].gate.suspensions
    metrics.record(partners[partner].suspended, 1, at: now)
  }

  /// Places are free: the calls that have waited longest get them.
  ///
  /// A call whose caller has given up is served like any other; the partner does not know.
  mutating func serveWaiting(_ partner: Int) {
    while partners[partner].gate.hasPlace, let next = partners[partner].line.popFirst() {
      guard operations.isDue(next.operation, generation: next.generation),
        case .partner(var call) = operations.work(of: next.operation), call.isWaiting
      else { continue }
      partners[partner].gate.placeTaken()
      let served = partners[partner].service(next.latencyDraw, next.failureDraw, transfer: next.transfer)
      call.isWaiting = false
      call.isAdmitted = true
      call.status = served.status
      operations[next.operation].work = .partner(call)
      operationEnds(next.operation, after: served.time)
    }
  }

  /// A call has waited for its place as long as the partner lets it.
  mutating func partnerWaitEnds(_ slot: Int, generation: UInt32) {
    guard operations.isDue(slot, generation: generation), case .partner(var call) = operations.work(of: slot),
      call.isWaiting
    else { return }
    call.isWaiting = false
    partners[Int(call.partner)].record.overLimit += 1
    metrics.record(partners[Int(call.partner)].overLimit, 1, at: now)
    operations[slot].work = .partner(call)
    partnerCallDue(slot, call)
  }

  /// The partner has answered: whatever it did is done, whether or not the caller still lives.
  mutating func partnerCallDue(_ slot: Int, _ call: PartnerCall) {
    let partner = Int(call.partner)
    partners[partner].gate.callEnded(begun: call.begun, wasAdmitted: call.isAdmitted, now: now)
    metrics.set(gauge: partners[partner].inFlight, to: Double(partners[partner].gate.inFlight), at: now)
    if call.isAdmitted {
      partners[partner].record.latency.record(now - call.begun)
      metrics.record(partners[partner].latency, (now - call.begun).seconds * 1000, at: call.begun)
    }
    if call.status == 200 {
      partners[partner].record.succeeded += 1
      if call.isLastPart, let root = call.root { countEffect(partner, root, call.message) }
    } else if call.isAdmitted {
      partners[partner].record.errors += 1
      if call.status == 503 { partners[partner].record.overloaded += 1 }
      metrics.record(partners[partner].errors, 1, at: now)
    }
    if !partners[partner].line.isEmpty { serveWaiting(partner) }
    if call.span != .none {
      let isLimited = !call.isAdmitted
      spans.end(
        call.span, at: now, status: call.status == 200 ? "ok" : isLimited ? "throttled" : "error",
        detail: call.status == 200 ? "" : "\(call.status)")
    }
    guard isAlive(operations.caller(of: slot)) else { return finish(slot, .done) }
    if call.status == 200, let rule = raisedRule(call) {
      finish(slot, .clientFault(name: rule.name))
    } else {
      finish(slot, .partner(status: Int(call.status)))
    }
  }

  private mutating func countEffect(_ partner: Int, _ root: MessageRoot, _ message: MessageReference?) {
    let (workload, index) = (Int(root.workload), Int(root.index))
    if partners[partner].gate.spec.dedupe,
      partners[partner].effects.count(workload: workload, index: index) > 0
    {
      partners[partner].record.deduplicated += 1
      return
    }
    let count = partners[partner].effects.add(workload: workload, index: index)
    if count > 1, let message, slab.isOpen(message) { slab[message].isDuplicated = true }
  }

  /// The rule by which this partner's client library throws for this message instead of returning.
  private func raisedRule(_ call: PartnerCall) -> ErrorRule? {
    let rules = functions[Int(call.function)].errors
    guard !rules.isEmpty else { return nil }
    return rules.first { rule in
      rule.partner == Int(call.partner) && rule.isRaised
        && holds(rule.when, for: call.message, item: nil, callFailed: false)
    }
  }
}
