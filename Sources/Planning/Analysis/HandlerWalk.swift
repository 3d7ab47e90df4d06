import Kernel
import Services

/// Goes through the steps of a function for a sample of messages, outside any simulation, and averages what happens.
///
/// Each draw is a dimension of a Latin hypercube, so that means come out nearly exact. What depends on other messages is
/// left out: nothing waits, no limit refuses anything, each message is handled for the first time and at once. The time
/// is therefore a lower bound of the time in the system, unless refused calls end a handler early.
struct HandlerWalk {
  let system: SystemSpec
  let function: Int
  let workload: WorkloadSpec
  /// Messages of the invocation.
  let batch: Double
  /// Messages that a `take` or `receive` step finds.
  let found: Double
  /// How deep in functions that invoke functions.
  let depth: Int
  private let times: ServiceTimes
  private var effects: Effects
  private var width = 1.0
  /// Times of the body of a `parallelEach`, ascending, by place of the step.
  private var bodies: [UInt64: [Double]] = [:]

  private static let depthMax = 6

  init(_ system: SystemSpec, function: Int, workload: Int, batch: Double, found: Double = 1, depth: Int = 0) {
    self.system = system
    self.function = function
    self.workload = system.workloads[workload]
    self.batch = max(1, batch)
    self.found = found
    self.depth = depth
    times = ServiceTimes(system.limits)
    effects = Effects(system)
  }

  /// What the steps work on at the moment.
  private struct Strand {
    var cell: Int
    var message: SampleMessage?
    var held: Double
    var hasTaken = false
    /// The item last read, and the items as the steps have left them, by table.
    var item: [(name: String, value: FieldValue)]?
    var items: [Int: Item] = [:]
    var time = 0.0
  }
  private struct Item {
    var sizeBytes: Int
    var attributes: [(name: String, value: FieldValue)] = []
  }
  private enum Ending { case goesOn, leavesMessage, fails }

  /// Means over the sample; nil for a handler in Swift, which only a run can measure.
  static func demand(
    _ system: SystemSpec, function: Int, workload: Int, batch: Double, found: Double = 1, depth: Int = 0
  ) -> HandlerDemand? {
    switch system.functions[function].handler {
    case .swift: return nil
    case .immediate:
      return HandlerDemand(
        batch: max(1, batch), seconds: 0, variance: 0, effects: Effects(system), failureShare: 0, width: 0)
    case .steps(let program):
      var walk = HandlerWalk(
        system, function: function, workload: workload, batch: batch, found: found, depth: depth)
      return walk.run(program)
    }
  }

  private mutating func run(_ program: StepProgram) -> HandlerDemand {
    let isPerMessage = program.scope == .perMessage
    let single = isPerMessage || batch == 1
    let timeout = system.functions[function].timeout.seconds
    var sum = 0.0
    var squares = 0.0
    var failures = 0
    for cell in 0..<LatinCells.count {
      var strand = Strand(
        cell: cell, message: single ? SampleMessage(workload: workload, cell: cell) : nil,
        held: isPerMessage ? 1 : batch)
      if walk(program.steps, site: EntityAddress.name(system.functions[function].logicalID), &strand)
        == .fails
      {
        failures += 1
      }
      let time = min(strand.time, timeout)
      sum += time
      squares += time * time
    }
    let count = Double(LatinCells.count)
    let mean = sum / count
    let variance = max(0, squares / count - mean * mean)
    // Messages handled one after the other are independent of each other.
    let copies = isPerMessage ? batch : 1
    return HandlerDemand(
      batch: batch, seconds: min(timeout, mean * copies), variance: variance * copies,
      effects: effects.scaled(by: copies / count), failureShare: Double(failures) / count, width: width)
  }

  // MARK: Steps

  private mutating func walk(_ steps: [Step], site: UInt64, _ strand: inout Strand) -> Ending {
    for (position, step) in steps.enumerated() {
      let ending = walk(step, site: EntityAddress.combine(site, UInt64(position)), &strand)
      if ending != .goesOn { return ending }
    }
    return .goesOn
  }

  private mutating func walk(_ step: Step, site: UInt64, _ strand: inout Strand) -> Ending {
    func draw(_ law: Distribution, _ index: UInt64 = 0) -> Double {
      max(0, law.sample(LatinCells.uniform(strand.cell, dimension: EntityAddress.combine(site, index))))
    }
    switch step {
    case .call(let call): return walk(call, site: site, &strand)
    case .send(let send):
      let messages = send.each ? strand.held : strand.message != nil || strand.hasTaken ? 1 : 0
      let calls = (messages / Double(max(1, send.batch))).rounded(.up)
      strand.time += calls * draw(send.time)
      effects.send(to: send.destination, messages: messages, calls: calls, isNew: !send.each)
    case .take(_, let most):
      strand.held = min(found, most.map(Double.init) ?? .infinity)
      strand.hasTaken = true
    case .receive(_, let most):
      strand.time += times.queueCall
      strand.held = min(found, most.map(Double.init) ?? .infinity)
      strand.hasTaken = true
    case .read(let read):
      strand.time += draw(times.tableRead)
      let item = strand.items[read.table]
      effects.readUnits[read.table] += CapacityUnits.read(
        itemBytes: item?.sizeBytes, isConsistent: read.consistent)
      strand.item = item?.attributes
    case .write(let write):
      strand.time += draw(times.tableWrite)
      let size = Int(max(1, draw(write.size, 1).rounded()))
      var item = strand.items[write.table] ?? Item(sizeBytes: 0)
      effects.writeUnits[write.table] += CapacityUnits.write(before: item.sizeBytes, after: size)
      item.sizeBytes = size
      item.attributes =
        item.attributes.filter { old in !write.set.contains { $0.name == old.name } } + write.set
      strand.items[write.table] = item
    case .putObject(let put):
      strand.time += draw(times.objectWrite) + bytes(put.size, site: site, strand) / times.bucketBandwidth
      effects.objectWrites[put.bucket] += 1
      effects.send(to: .bucket(put.bucket), messages: 1, calls: 0, isNew: true)
    case .getObject(let bucket):
      strand.time += draw(times.objectRead)
      effects.objectReads[bucket] += 1
    case .invoke(let target, let isAsync):
      strand.time += times.invokeOverhead
      effects.send(to: .function(target), messages: strand.held, calls: 1)
      if !isAsync, depth < Self.depthMax,
        let position = system.workloads.firstIndex(where: { $0.name == workload.name })
      {
        strand.time +=
          Self.demand(system, function: target, workload: position, batch: strand.held, depth: depth + 1)?
          .seconds ?? 0
      }
    case .compute(let law):
      let memory = Double(system.functions[function].memorySize)
      strand.time += draw(law) / min(1, memory / times.fullCPUMemory)
    case .sleep(let law): strand.time += draw(law)
    case .fieldTime(let time):
      let seconds = max(0, number(time.field, strand) ?? 0) / time.perSecond
      let memory = Double(system.functions[function].memorySize)
      strand.time += time.isCompute ? seconds / min(1, memory / times.fullCPUMemory) : seconds
    case .parallelEach(let body): parallelEach(body, site: site, &strand)
    case .parallelBranches(let branches): return parallel(branches, site: site, &strand)
    case .conditional(let when, let then, let otherwise):
      let isMet = holds(when, strand, callFailed: false)
      return walk(
        isMet ? then : otherwise, site: EntityAddress.combine(site, isMet ? 1 : 2), &strand)
    case .fail(let rate, let when, _):
      guard holds(when, strand, callFailed: false) else { break }
      let u = LatinCells.uniform(strand.cell, dimension: EntityAddress.combine(site, 0))
      if rate >= 1 || u < rate { return failing(strand, partner: nil, callFailed: false) }
    }
    return .goesOn
  }

  private mutating func walk(_ call: CallStep, site: UInt64, _ strand: inout Strand) -> Ending {
    let partner = system.partners[call.partner]
    var failedAttempts = 0
    var done = 0
    var draws: UInt64 = 0
    while done < call.times {
      draws += 3
      func uniform(_ lane: UInt64) -> Double {
        LatinCells.uniform(strand.cell, dimension: EntityAddress.combine(site, draws + lane))
      }
      effects.calls[call.partner] += 1
      var time = max(0, partner.latency.sample(uniform(0)))
      // Alone at the partner: the least contention there is.
      if let load = partner.underLoad { time *= load.factor(1) }
      if let reply = call.reply, let bandwidth = partner.bandwidth {
        time += bytes(reply, site: EntityAddress.combine(site, draws), strand) / bandwidth
      }
      let isLate = call.timeout.map { $0.seconds < time } ?? false
      strand.time += isLate ? call.timeout!.seconds : time
      if !isLate, uniform(1) >= partner.errorRate {
        done += 1
        let rules = system.functions[function].errors
        if let rule = rules.first(where: {
          $0.partner == call.partner && $0.isRaised && holds($0.when, strand, callFailed: false)
        }) {
          return rule.isCaught ? .leavesMessage : .fails
        }
        continue
      }
      failedAttempts += 1
      if let retries = call.retries, failedAttempts <= retries.max {
        strand.time += retries.backoff.seconds
        continue
      }
      return failing(strand, partner: call.partner, callFailed: true)
    }
    return .goesOn
  }

  private func failing(_ strand: Strand, partner: Int?, callFailed: Bool) -> Ending {
    let isCaught = system.functions[function].errors.contains { rule in
      rule.isCaught && rule.isRaised && (rule.partner == nil || rule.partner == partner)
        && holds(rule.when, strand, callFailed: callFailed)
    }
    return isCaught ? .leavesMessage : .fails
  }

  // MARK: At the same time

  /// The slowest of the batch decides: its time is a quantile of the longest of so many times.
  private mutating func parallelEach(_ body: [Step], site: UInt64, _ strand: inout Strand) {
    width = max(width, batch)
    let sorted = bodies[site] ?? bodyTimes(body, site: site)
    bodies[site] = sorted
    let u = LatinCells.uniform(strand.cell, dimension: EntityAddress.combine(site, 0))
    let level = PortableMath.pow(u, 1 / batch)
    strand.time += sorted[min(sorted.count - 1, Int(level * Double(sorted.count)))]
  }

  /// Times of one message's body, ascending; its effects count for the whole batch of every invocation.
  private mutating func bodyTimes(_ body: [Step], site: UInt64) -> [Double] {
    let outside = effects
    effects = Effects(system)
    let sorted = (0..<LatinCells.count).map { cell in
      var strand = Strand(cell: cell, message: SampleMessage(workload: workload, cell: cell), held: 1)
      _ = walk(body, site: EntityAddress.combine(site, 1), &strand)
      return strand.time
    }.sorted()
    let inside = effects
    effects = outside
    effects.add(inside, times: batch)
    return sorted
  }

  private mutating func parallel(_ branches: [[Step]], site: UInt64, _ strand: inout Strand) -> Ending {
    width = max(width, Double(branches.count))
    var slowest = 0.0
    var worst = Ending.goesOn
    for (number, branch) in branches.enumerated() {
      var copy = strand
      copy.time = 0
      let ending = walk(branch, site: EntityAddress.combine(site, UInt64(number) + 1), &copy)
      if ending == .fails || worst == .goesOn { worst = ending }
      slowest = max(slowest, copy.time)
    }
    strand.time += slowest
    return worst
  }

  // MARK: Values

  private func bytes(_ size: ByteSize, site: UInt64, _ strand: Strand) -> Double {
    switch size {
    case .law(let law):
      let u = LatinCells.uniform(strand.cell, dimension: EntityAddress.combine(site, 3))
      return max(1, law.sample(u).rounded())
    case .field(let name):
      return max(1, (number(name, strand) ?? 1).rounded())
    }
  }

  /// A numeric field of the message, or of one that stands for it; nil where it has none of this name.
  private func number(_ field: String, _ strand: Strand) -> Double? {
    let message = strand.message ?? SampleMessage(workload: workload, cell: strand.cell)
    guard case .number(let value) = message.field(field) else { return nil }
    return value
  }

  private func holds(_ condition: Condition, _ strand: Strand, callFailed: Bool) -> Bool {
    condition.holds { operand in
      switch operand {
      case .number(let number): .number(number)
      case .text(let text): .text(text)
      case .boolean(let flag): .text(flag ? "true" : "false")
      case .callFailed: .text(callFailed ? "true" : "false")
      case .item(let name): strand.item?.first { $0.name == name }?.value
      case .field(let name): strand.message?.field(name)
      // The first delivery, at once.
      case .attempt: strand.message.map { _ in .number(1) }
      case .age: strand.message.map { _ in .number(0) }
      }
    }
  }
}
