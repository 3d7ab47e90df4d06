import Kernel
import Services

extension Compilation {
  /// What can change while the clock runs, for messages.
  private static let changeable =
    "errors of a function (raise, catch, when), services, outages of buckets and queues, "
    + "ReservedConcurrentExecutions, ShardCount, Enabled and State"

  /// One change at one instant; `id` ties a revert to what it takes back.
  private struct Change {
    var time: SimTime
    var path: String
    var target: Target
    var value: Node?
    var reverts: Int?
    var note: String?
  }
  private enum Target {
    case partner(Int, key: String)
    case errorRule(function: Int, rule: Int, key: String)
    case reserved(Int)
    case enabled(Switch, isState: Bool)
    case outage(bucket: Int)
    case queueOutage(Int)
    case shardCount(Int)
  }

  /// `Simulation.timeline`: every entry becomes changes in order of time; `for` adds the change back.
  mutating func compileTimeline() {
    var changes: [Change] = []
    for (index, entry) in (simulation["timeline"]?.elements ?? []).enumerated() {
      guard let at = seconds(entry["at"]) else { continue }
      let time = SimTime.zero + SimDuration(seconds: at)
      for item in entry["set"]?.entries ?? [] {
        let path = "Simulation.timeline.\(index).set"
        for (target, name, value) in targets(item, path: path) {
          changes.append(
            Change(time: time, path: name, target: target, value: value, note: entry["note"]?.text))
          guard let length = duration(entry["for"]) else { continue }
          changes.append(
            Change(
              time: time + length, path: name, target: target, reverts: changes.count - 1,
              note: entry["note"].flatMap(\.text).map { "end of: \($0)" }))
        }
      }
      if let at = entry["at"], time > SimTime.zero + spec.run.duration + spec.run.drain {
        report(
          "A606", at, "this is after the end of the run", path: "Simulation.timeline.\(index).at",
          severity: .warning)
      }
    }
    // Changes of one instant: what ends comes before what begins, then the order of the file.
    let order = changes.indices.sorted { a, b in
      if changes[a].time != changes[b].time { return changes[a].time < changes[b].time }
      if (changes[a].reverts == nil) != (changes[b].reverts == nil) { return changes[a].reverts != nil }
      return a < b
    }
    apply(order.map { ($0, changes[$0]) })
  }

  private mutating func apply(_ changes: [(Int, Change)]) {
    var partners = partnerNodes
    var rules = errorNodes
    var reserved = spec.functions.map(\.reservedConcurrentExecutions)
    var mappings = spec.mappings.map(\.enabled)
    var schedules = spec.schedules.map(\.enabled)
    var queueMappings = spec.queueMappings.map(\.enabled)
    var queueOutages = spec.queues.map { _ in false }
    var shardCounts = ShardCountHistory(spec.streams.map(\.shardCount))
    /// What a change replaced, by its position in the file.
    var replaced: [Int: Node?] = [:]
    var replacedNumbers: [Int: Int?] = [:]
    var replacedStates: [Int: Bool] = [:]
    var outages = spec.buckets.map { _ in false }
    for (id, change) in changes {
      let compiled: TimelineEntry.Change
      switch change.target {
      case .partner(let index, let key):
        replaced[id] = partners[index][key]
        let value = change.reverts.map { replaced[$0] ?? nil } ?? change.value
        partners[index] = partners[index].setting(key, to: value)
        compiled = .partner(index, changedPartner(index, partners[index], path: change.path))
      case .errorRule(let function, let rule, let key):
        replaced[id] = rules[function][rule][key]
        let value = change.reverts.map { replaced[$0] ?? nil } ?? change.value
        rules[function][rule] = rules[function][rule].setting(key, to: value)
        guard let made = errorRule(rules[function][rule], path: change.path) else { continue }
        compiled = .errorRule(function: function, rule: rule, made)
      case .reserved(let function):
        replacedNumbers[id] = .some(reserved[function])
        reserved[function] = change.reverts.map { replacedNumbers[$0] ?? nil } ?? integer(change.value)
        compiled = .reservedConcurrency(function: function, reserved[function])
      case .outage(let bucket):
        replacedStates[id] = outages[bucket]
        outages[bucket] = change.reverts.flatMap { replacedStates[$0] } ?? boolean(change.value) ?? true
        compiled = .bucketAvailable(bucket, !outages[bucket])
      case .queueOutage(let queue):
        replacedStates[id] = queueOutages[queue]
        queueOutages[queue] = change.reverts.flatMap { replacedStates[$0] } ?? boolean(change.value) ?? true
        compiled = .queueOutage(queue, queueOutages[queue])
      case .shardCount(let stream):
        replacedNumbers[id] = shardCounts.current[stream]
        let wanted = change.reverts.map { replacedNumbers[$0] ?? nil } ?? integer(change.value)
        guard let wanted else { continue }
        let source = change.reverts.flatMap { id in changes.first { $0.0 == id }?.1.value } ?? change.value!
        update(stream, to: wanted, at: change.time, source, path: change.path, &shardCounts)
        compiled = .shardCount(stream: stream, wanted)
      case .enabled(let which, let isState):
        let wanted = change.value.map { isState ? $0.text == "ENABLED" : boolean($0) ?? true }
        switch which {
        case .mapping(let index):
          replacedStates[id] = mappings[index]
          mappings[index] = change.reverts.flatMap { replacedStates[$0] } ?? wanted ?? true
          compiled = .mappingEnabled(index, mappings[index])
        case .queueMapping(let index):
          replacedStates[id] = queueMappings[index]
          queueMappings[index] = change.reverts.flatMap { replacedStates[$0] } ?? wanted ?? true
          compiled = .queueMappingEnabled(index, queueMappings[index])
        case .schedule(let index):
          replacedStates[id] = schedules[index]
          schedules[index] = change.reverts.flatMap { replacedStates[$0] } ?? wanted ?? true
          compiled = .scheduleEnabled(index, schedules[index])
        }
      }
      spec.timeline.append(TimelineEntry(time: change.time, change: compiled, note: change.note))
    }
  }

  /// A service with some of its keys changed; mistakes of the others have been reported where it is declared.
  private mutating func changedPartner(_ index: Int, _ node: Node, path: String) -> PartnerSpec {
    let known = diagnostics
    let changed = partner(spec.partners[index].name, node, path: path)
    let found = diagnostics[known.count...]
    diagnostics = known
    diagnostics += found.filter { new in
      !known.contains { $0.code == new.code && $0.position == new.position && $0.message == new.message }
    }
    return changed
  }

  /// The things that one `path: value` changes: several when the value is a mapping of keys of a service or a rule.
  private mutating func targets(_ item: Node.Entry, path: String) -> [(Target, String, Node)] {
    let parts = item.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count >= 3, parts[0] == "Simulation", parts[1] == "services" {
      return serviceTargets(parts, item, path: path)
    }
    if parts.count >= 5, parts[0] == "Simulation", parts[1] == "functions", parts[3] == "errors" {
      return ruleTargets(parts, item, path: path)
    }
    if parts.count == 3, parts[0] == "Simulation", parts[1] == "outages" {
      return outageTarget(parts[2], item, path: path)
    }
    if parts.count >= 4, parts[0] == "Resources" { return resourceTargets(parts, item, path: path) }
    cannotChange(item, path: path)
    return []
  }

  private mutating func cannotChange(_ item: Node.Entry, path: String) {
    report(
      "S310", at: item.keyPosition, length: item.key.count,
      "'\(item.key)' cannot change while the clock runs; what can: \(Self.changeable)", path: path)
  }

  private mutating func serviceTargets(
    _ parts: [String], _ item: Node.Entry, path: String
  ) -> [(Target, String, Node)] {
    guard let index = names.partners[parts[2]] else {
      let nearest = NearestName.of(parts[2], in: names.partnerNames)
      report(
        "S310", at: item.keyPosition, length: item.key.count,
        names.stores[parts[2]] != nil
          ? "'\(parts[2])' is a store: nothing of it can change"
          : "no service is named '\(parts[2])'",
        hint: nearest.map { "did you mean '\($0)'?" }, path: path)
      return []
    }
    let known = [
      "latency", "maxConcurrent", "maxRate", "overLimit", "errorRate", "dedupe", "rateWindow", "underLoad",
      "collapse",
      "bandwidth",
    ]
    guard parts.count > 3 else {
      return checked(item.value, as: "services.\(parts[2])", path: path).compactMap { entry in
        known.contains(entry.key)
          ? (.partner(index, key: entry.key), "\(item.key).\(entry.key)", entry.value) : nil
      }
    }
    // `overLimit.after`: one key inside a mapping replaces it by a copy with that key changed.
    guard known.contains(parts[3]), parts.count == 4 || (parts.count == 5 && parts[3] == "overLimit") else {
      unknownKey(parts[3], among: known, item, path: path)
      return []
    }
    var value = item.value
    if parts.count == 5 {
      let base = partnerNodes[index]["overLimit"] ?? Node(.mapping([]), at: item.value.position)
      value = base.setting(parts[4], to: item.value)
    }
    let whole = Node(
      .mapping([.init(key: parts[3], keyPosition: item.keyPosition, value: value)]), at: value.position)
    return checked(whole, as: "services.\(parts[2])", path: path).map {
      (.partner(index, key: $0.key), item.key, $0.value)
    }
  }

  /// `Simulation.outages.Bucket: true`: requests to the bucket or queue are answered with 503.
  private mutating func outageTarget(
    _ name: String, _ item: Node.Entry, path: String
  ) -> [(Target, String, Node)] {
    guard names.buckets[name] != nil || names.queues[name] != nil else {
      let nearest = NearestName.of(name, in: names.bucketNames + names.queueNames)
      report(
        "S310", at: item.keyPosition, length: item.key.count,
        "no bucket or queue is named '\(name)'; services outside AWS change under Simulation.services",
        hint: nearest.map { "did you mean '\($0)'?" }, path: path)
      return []
    }
    guard boolean(item.value) != nil else {
      report("S302", item.value, "an outage is true or false", path: path)
      return []
    }
    if let queue = names.queues[name] { return [(.queueOutage(queue), item.key, item.value)] }
    return [(.outage(bucket: names.buckets[name]!), item.key, item.value)]
  }

  private mutating func ruleTargets(
    _ parts: [String], _ item: Node.Entry, path: String
  ) -> [(Target, String, Node)] {
    guard let function = names.functions[parts[2]] else {
      let nearest = NearestName.of(parts[2], in: names.functionNames)
      report(
        "S310", at: item.keyPosition, length: item.key.count, "no function is named '\(parts[2])'",
        hint: nearest.map { "did you mean '\($0)'?" }, path: path)
      return []
    }
    guard let rule = Int(parts[4]), errorNodes[function].indices.contains(rule) else {
      let count = errorNodes[function].count
      report(
        "S310", at: item.keyPosition, length: item.key.count,
        "\(parts[2]) has no error rule '\(parts[4])'; it has "
          + (count == 0 ? "none" : count == 1 ? "one, number 0" : "\(count), numbers 0 to \(count - 1)"),
        path: path)
      return []
    }
    let known = ["raise", "catch", "when"]
    guard parts.count == 6, known.contains(parts[5]) else {
      if parts.count == 6 {
        unknownKey(parts[5], among: known, item, path: path)
      } else {
        cannotChange(item, path: path)
      }
      return []
    }
    let whole = Node(
      .mapping([.init(key: parts[5], keyPosition: item.keyPosition, value: item.value)]),
      at: item.value.position)
    return checked(whole, as: "errors.\(rule)", path: path).map {
      (.errorRule(function: function, rule: rule, key: $0.key), item.key, $0.value)
    }
  }

  private mutating func resourceTargets(
    _ parts: [String], _ item: Node.Entry, path: String
  ) -> [(Target, String, Node)] {
    guard template.resource(parts[1]) != nil else {
      let nearest = NearestName.of(parts[1], in: template.resources.map(\.logicalID))
      report(
        "S310", at: item.keyPosition, length: item.key.count,
        "'\(parts[1])' is not a resource of this template",
        hint: nearest.map { "did you mean '\($0)'?" }, path: path)
      return []
    }
    let isState = parts.last == "State"
    if let which = switches[item.key] {
      let fits = isState ? ["ENABLED", "DISABLED"].contains(item.value.text) : boolean(item.value) != nil
      guard fits else {
        report(
          "S302", item.value,
          "\(parts.last!) is '\(item.value.text ?? "")'; expected \(isState ? "ENABLED or DISABLED" : "true or false")",
          path: path)
        return []
      }
      return [(.enabled(which, isState: isState), item.key, item.value)]
    }
    if parts.count == 4, parts[3] == "ReservedConcurrentExecutions", let function = names.functions[parts[1]]
    {
      guard let value = integer(item.value), value >= 0 else {
        report("S302", item.value, "ReservedConcurrentExecutions is an integer from 0", path: path)
        return []
      }
      guard era.has(.reservedConcurrency) else {
        diagnostics.append(
          SchemaValidator.missing(
            .reservedConcurrency, "ReservedConcurrentExecutions", era: era, at: item.keyPosition, path: path))
        return []
      }
      return [(.reserved(function), item.key, item.value)]
    }
    if parts.count == 4, parts[3] == "ShardCount", let stream = names.streams[parts[1]],
      !spec.streams[stream].isOnDemand
    {
      guard let value = integer(item.value), value >= 1 else {
        report("S302", item.value, "ShardCount is an integer from 1", path: path)
        return []
      }
      return [(.shardCount(stream), item.key, item.value)]
    }
    cannotChange(item, path: path)
    return []
  }

  private mutating func unknownKey(_ key: String, among known: [String], _ item: Node.Entry, path: String) {
    let nearest = NearestName.of(key, in: known)
    report(
      "S310", at: item.keyPosition, length: item.key.count,
      "'\(key)' cannot change while the clock runs; what can: \(known.joined(separator: ", "))",
      hint: nearest.map { "did you mean '\($0)'?" }, path: path)
  }

  /// The entries of a partial block, checked against the schema of the whole one.
  private mutating func checked(_ node: Node, as block: String, path: String) -> [Node.Entry] {
    var validator = SchemaValidator(.simulation, era: era)
    var properties = block.hasPrefix("services") ? SchemaTable.service : SchemaTable.errorRule
    for index in properties.indices { properties[index].isRequired = false }
    validator.check(node, properties: properties, owner: block, path: path)
    diagnostics += validator.diagnostics
    return validator.diagnostics.contains { $0.severity == .error } ? [] : node.entries ?? []
  }
}

extension Node {
  /// The mapping with one key replaced, added or, for nil, removed.
  func setting(_ key: String, to value: Node?) -> Node {
    var entries = entries ?? []
    if let index = entries.firstIndex(where: { $0.key == key }) {
      if let value { entries[index].value = value } else { entries.remove(at: index) }
    } else if let value {
      entries.append(.init(key: key, keyPosition: value.position, value: value))
    }
    return Node(.mapping(entries), at: position)
  }
}
