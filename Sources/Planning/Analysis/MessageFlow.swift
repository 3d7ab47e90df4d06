import Services

/// How often one message of a workload reaches each place of a system, on its first way through and without retries.
///
/// Every field is per message of the workload. Source: visit ratios of an open network, methods §7.7.
struct MessageFlow {
  var stores: [Double]
  var topics: [Double]
  var streams: [Double]
  var queues: [Double]
  var deliveryStreams: [Double]
  /// Messages handed to a function, and the invocations that take them.
  var functionMessages: [Double]
  var functionInvocations: [Double]
  /// Messages that a mapping delivers, after its filter.
  var mappings: [Double]
  var queueMappings: [Double]
  /// What handlers ask of other services.
  var effects: Effects
  /// A handler in Swift is on the way: what comes after it only a run can tell.
  var meetsSwift = false
  /// Handlers on the way make messages of their own, whose visits are counted here, too.
  var makesMessages = false
  /// Handlers whose first attempt may fail, with the share of failing messages.
  var failing: [(function: Int, share: Double)] = []

  init(_ system: SystemSpec) {
    func zeros(_ count: Int) -> [Double] { Array(repeating: 0, count: count) }
    stores = zeros(system.stores.count)
    topics = zeros(system.topics.count)
    streams = zeros(system.streams.count)
    queues = zeros(system.queues.count)
    deliveryStreams = zeros(system.deliveryStreams.count)
    functionMessages = zeros(system.functions.count)
    functionInvocations = functionMessages
    mappings = zeros(system.mappings.count)
    queueMappings = zeros(system.queueMappings.count)
    effects = Effects(system)
  }
}

/// Follows one message of a workload through the system.
struct FlowTracer {
  let system: SystemSpec
  let demands: DemandBook
  let workload: Int
  private let isAlone: Bool
  private var flow: MessageFlow
  private var open: [(destination: Destination, amount: Double)] = []

  /// Ways shorter than this share of a message are not followed any more, so that loops come to an end.
  private static let amountMin = 1e-9
  private static let stepsMax = 20_000

  /// - Parameter isAlone: Leaves out the messages that handlers make about the first one.
  static func flow(
    of workload: Int, in system: SystemSpec, demands: DemandBook, isAlone: Bool = false
  ) -> MessageFlow {
    var tracer = FlowTracer(
      system: system, demands: demands, workload: workload, isAlone: isAlone, flow: MessageFlow(system))
    tracer.open = [(system.workloads[workload].destination, 1)]
    var steps = 0
    while let next = tracer.open.popLast(), steps < stepsMax {
      steps += 1
      if next.amount > amountMin { tracer.arrive(next.destination, next.amount) }
    }
    return tracer.flow
  }

  private init(
    system: SystemSpec, demands: DemandBook, workload: Int, isAlone: Bool, flow: MessageFlow
  ) {
    self.system = system
    self.demands = demands
    self.workload = workload
    self.isAlone = isAlone
    self.flow = flow
  }

  private func share(passing filter: FilterPattern?) -> Double {
    SampleMessage.share(of: system.workloads[workload], passing: filter)
  }

  private mutating func arrive(_ destination: Destination, _ amount: Double) {
    switch destination {
    case .store(let store):
      flow.stores[store] += amount
      collected(by: demands.takers(ofStore: store), amount)
    case .topic(let topic):
      flow.topics[topic] += amount
      for subscription in system.subscriptions where subscription.topic == topic {
        let passing = amount * share(passing: subscription.filter)
        switch subscription.endpoint {
        case .function(let function): handle(function, passing, batch: 1)
        case .queue(let queue): open.append((.queue(queue), passing))
        }
      }
    case .stream(let stream):
      flow.streams[stream] += amount
      for index in system.mappings.indices where system.mappings[index].stream == stream {
        let passing = amount * share(passing: system.mappings[index].filter)
        flow.mappings[index] += passing
        handle(system.mappings[index].function, passing, batch: demands.batch(ofMapping: index))
      }
      for index in system.deliveryStreams.indices where system.deliveryStreams[index].source == stream {
        open.append((.deliveryStream(index), amount))
      }
    case .queue(let queue):
      flow.queues[queue] += amount
      let readers = system.queueMappings.indices.filter { system.queueMappings[$0].queue == queue }
      // Several mappings of one queue compete for its messages.
      for index in readers {
        let passing = amount / Double(readers.count) * share(passing: system.queueMappings[index].filter)
        flow.queueMappings[index] += passing
        handle(system.queueMappings[index].function, passing, batch: demands.batch(ofQueueMapping: index))
      }
      if readers.isEmpty { collected(by: demands.takers(ofQueue: queue), amount) }
    case .bucket(let bucket):
      let prefix = system.workloads[workload].name
      for notification in system.buckets[bucket].notifications
      where notification.event == .created && notification.suffix.isEmpty
        && (prefix.hasPrefix(notification.prefix) || notification.prefix.isEmpty)
      {
        open.append((notification.target, amount))
      }
      if case .bucket(bucket) = system.workloads[workload].destination {
        flow.effects.objectWrites[bucket] += amount
      }
    case .deliveryStream(let stream): flow.deliveryStreams[stream] += amount
    case .function(let function): handle(function, amount, batch: 1)
    }
  }

  /// Functions that run by a schedule take what has come since.
  private mutating func collected(by takers: [Int], _ amount: Double) {
    for function in takers {
      let found = demands.found(by: function)
      handle(function, amount / Double(takers.count), batch: 1, found: found)
    }
  }

  private mutating func handle(_ function: Int, _ messages: Double, batch: Double, found: Double? = nil) {
    let size = found ?? batch
    flow.functionMessages[function] += messages
    flow.functionInvocations[function] += messages / size
    guard let demand = demands.demand(of: function, workload: workload, batch: batch, found: found) else {
      flow.meetsSwift = true
      return
    }
    if demand.failureShare > 0, !flow.failing.contains(where: { $0.function == function }) {
      flow.failing.append((function, demand.failureShare))
    }
    let factor = messages / size
    flow.effects.add(demand.effects, times: factor)
    for sending in demand.effects.sendings {
      if sending.isNew {
        flow.makesMessages = true
        if isAlone { continue }
      }
      open.append((sending.destination, sending.messages * factor))
    }
  }
}
