package import Services

/// The system as chains of stations from a workload to the last service.
///
/// `orders ▸ OrdersDb ▸ FetchOrders (every 5m) ▸ OrderStream ×5 ▸ SendZip ▸ ZipUrlApi×3, EmailApi, OrdersTable`
package struct SystemPicture: Sendable, Hashable {
  package struct Edge: Sendable, Hashable {
    package var from: String
    package var to: String
    package init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }
  /// One line for each way from a workload, in scenario order.
  package var lines: [String] = []
  /// Every hand-over and call once, in the order in which the lines meet them.
  package var edges: [Edge] = []

  package init(_ system: SystemSpec) {
    var painter = Painter(system: system)
    for workload in system.workloads {
      painter.follow(workload.destination, from: workload.name, line: [workload.name], visited: [])
    }
    lines = painter.lines
    edges = painter.edges
  }
}

private struct Painter {
  let system: SystemSpec
  var lines: [String] = []
  var edges: [SystemPicture.Edge] = []

  mutating func follow(_ destination: Destination, from: String, line: [String], visited: Set<Destination>) {
    let name = system.name(of: destination)
    connect(from, name)
    guard !visited.contains(destination) else {
      lines.append((line + [name + " (again)"]).joined(separator: " ▸ "))
      return
    }
    let visited = visited.union([destination])
    switch destination {
    case .store(let store):
      fanOut(takers(of: store), from: name, line: line + [name], visited: visited)
    case .topic(let topic):
      let endpoints = system.subscriptions.filter { $0.topic == topic }.map(\.endpoint)
      if endpoints.isEmpty { lines.append((line + [name]).joined(separator: " ▸ ")) }
      for endpoint in endpoints {
        let next: Destination =
          switch endpoint {
          case .function(let function): .function(function)
          case .queue(let queue): .queue(queue)
          }
        follow(next, from: name, line: line + [name], visited: visited)
      }
    case .queue(let queue):
      let mapped = system.queueMappings.filter { $0.queue == queue }.map(\.function)
      let receivers = system.functions.indices.filter { system.uses(of: $0).receives.contains(queue) }
      fanOut(mapped + receivers, from: name, line: line + [name], visited: visited)
    case .stream(let stream):
      let functions = system.mappings.filter { $0.stream == stream }.map(\.function)
      let label = "\(name) ×\(system.streams[stream].shardCount)"
      let deliveries = system.deliveryStreams.indices.filter { system.deliveryStreams[$0].source == stream }
      if !functions.isEmpty || deliveries.isEmpty {
        fanOut(functions, from: name, line: line + [label], visited: visited)
      }
      for delivery in deliveries {
        follow(.deliveryStream(delivery), from: name, line: line + [label], visited: visited)
      }
    case .deliveryStream(let stream):
      let bucket = Destination.bucket(system.deliveryStreams[stream].bucket)
      follow(bucket, from: name, line: line + [name], visited: visited)
    case .bucket(let bucket):
      let targets = system.buckets[bucket].notifications.map(\.target)
      if targets.isEmpty { lines.append((line + [name]).joined(separator: " ▸ ")) }
      for target in targets { follow(target, from: name, line: line + [name], visited: visited) }
    case .function(let function): followFunction(function, line: line, visited: visited)
    }
  }

  private mutating func fanOut(_ functions: [Int], from: String, line: [String], visited: Set<Destination>) {
    if functions.isEmpty { lines.append(line.joined(separator: " ▸ ")) }
    for function in functions { follow(.function(function), from: from, line: line, visited: visited) }
  }

  private mutating func followFunction(_ function: Int, line: [String], visited: Set<Destination>) {
    let uses = system.uses(of: function)
    var name = system.functions[function].logicalID
    if let rule = system.schedules.first(where: { $0.function == function }) {
      name += " (\(rule.expression.label))"
    }
    for call in uses.calls { connect(system.functions[function].logicalID, call.name) }
    let calls = uses.calls.map { $0.times > 1 ? "\($0.name)×\($0.times)" : $0.name }.joined(separator: ", ")
    if uses.destinations.isEmpty {
      lines.append((line + [name] + (calls.isEmpty ? [] : [calls])).joined(separator: " ▸ "))
    }
    for destination in uses.destinations {
      let stop = calls.isEmpty ? name : "\(name) [\(calls)]"
      follow(destination, from: system.functions[function].logicalID, line: line + [stop], visited: visited)
    }
  }

  private func takers(of store: Int) -> [Int] {
    system.functions.indices.filter { system.uses(of: $0).takes.contains(store) }
  }

  private mutating func connect(_ from: String, _ to: String) {
    let edge = SystemPicture.Edge(from: from, to: to)
    if !edges.contains(edge) { edges.append(edge) }
  }
}

/// What a handler touches.
struct FunctionUses {
  /// Services and tables in order of first use, with the calls in a row.
  var calls: [(name: String, times: Int)] = []
  var destinations: [Destination] = []
  var takes: [Int] = []
  /// Queues that steps take from.
  var receives: [Int] = []
}

extension SystemSpec {
  package func name(of destination: Destination) -> String {
    switch destination {
    case .store(let index): stores[index].name
    case .topic(let index): topics[index].logicalID
    case .queue(let index): queues[index].logicalID
    case .stream(let index): streams[index].logicalID
    case .function(let index): functions[index].logicalID
    case .bucket(let index): buckets[index].logicalID
    case .deliveryStream(let index): deliveryStreams[index].logicalID
    }
  }

  /// What a function's steps touch; for a Swift handler, what the texts of its `config` name.
  func uses(of function: Int) -> FunctionUses {
    var uses = FunctionUses()
    switch functions[function].handler {
    case .immediate: break
    case .steps(let program): program.steps.forEach { collect($0, &uses) }
    case .swift(_, let config):
      // A text may name several resources, with commas between them.
      let texts = config.flatMap { entry -> [String] in
        guard case .text(let text) = entry.value else { return [] }
        return text.split(separator: ",").map { String($0.drop { $0 == " " }) }
      }
      for text in texts {
        if let index = partners.firstIndex(where: { $0.name == text }) { uses.add(partners[index].name, 1) }
        if tables.contains(where: { $0.logicalID == text }) { uses.add(text, 1) }
        if let index = buckets.firstIndex(where: { $0.logicalID == text }) { add(bucket: index, &uses) }
        if let index = deliveryStreams.firstIndex(where: { $0.logicalID == text }) {
          uses.add(.deliveryStream(index))
        }
        if let index = stores.firstIndex(where: { $0.name == text }) { uses.takes.append(index) }
        if let index = topics.firstIndex(where: { $0.logicalID == text }) { uses.add(.topic(index)) }
        if let index = streams.firstIndex(where: { $0.logicalID == text }) { uses.add(.stream(index)) }
        if let index = queues.firstIndex(where: { $0.logicalID == text }) { uses.add(.queue(index)) }
        if let index = functions.firstIndex(where: { $0.logicalID == text }) { uses.add(.function(index)) }
      }
    }
    return uses
  }

  /// A bucket that tells somebody is a stop on the way; any other one is only written to.
  private func add(bucket: Int, _ uses: inout FunctionUses) {
    if buckets[bucket].notifications.isEmpty {
      uses.add(buckets[bucket].logicalID, 1)
    } else {
      uses.add(.bucket(bucket))
    }
  }

  private func collect(_ step: Step, _ uses: inout FunctionUses) {
    switch step {
    case .call(let call): uses.add(partners[call.partner].name, call.times)
    case .send(let send): uses.add(send.destination)
    case .take(let store, _): if !uses.takes.contains(store) { uses.takes.append(store) }
    case .receive(let queue, _): if !uses.receives.contains(queue) { uses.receives.append(queue) }
    case .read(let read): uses.add(tables[read.table].logicalID, 1)
    case .write(let write): uses.add(tables[write.table].logicalID, 1)
    case .putObject(let put): add(bucket: put.bucket, &uses)
    case .getObject(let bucket): uses.add(buckets[bucket].logicalID, 1)
    case .invoke(let function, _): uses.add(.function(function))
    case .parallelEach(let steps): steps.forEach { collect($0, &uses) }
    case .parallelBranches(let branches): branches.joined().forEach { collect($0, &uses) }
    case .conditional(_, let then, let otherwise): (then + otherwise).forEach { collect($0, &uses) }
    case .compute, .sleep, .fieldTime, .fail: break
    }
  }
}

extension FunctionUses {
  mutating func add(_ name: String, _ times: Int) {
    if !calls.contains(where: { $0.name == name }) { calls.append((name, times)) }
  }
  mutating func add(_ destination: Destination) {
    if !destinations.contains(destination) { destinations.append(destination) }
  }
}

extension ScheduleExpression {
  /// `every 5m`, or the cron expression.
  var label: String {
    switch self {
    case .rate(let minutes): "every \(DurationText.short(Double(minutes) * 60))"
    case .cron(let cron): "cron \(cron.text)"
    }
  }
}
