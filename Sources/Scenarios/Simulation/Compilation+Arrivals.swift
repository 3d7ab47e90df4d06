import Kernel
import Services

/// When the messages of a workload come.
extension Compilation {
  /// Keys that each process understands; the first ones are needed.
  private static let arrivalKeys: [String: (needed: [String], optional: [String])] = [
    "constant": (["rate"], ["scale"]), "poisson": ([], ["rate", "startRate", "stages", "scale"]),
    "mmpp": (["states"], ["scale"]), "backlog": (["count"], ["sendRate", "scale"]),
    "trace": (["file"], TraceKeys.all + ["sort"]),
    "counts": (["file"], TraceKeys.all + ["period", "within", "scale"]),
    "schedule": (["expression", "count"], ["scale"]),
  ]

  mutating func arrivals(_ node: Node?, fields: inout [FieldSpec], path: String) -> ArrivalProcess? {
    guard let node, let entries = node.entries, let process = node["process"]?.text,
      let keys = Self.arrivalKeys[process]
    else { return nil }
    for entry in entries where entry.key != "process" && !entry.value.isNull {
      guard !keys.needed.contains(entry.key), !keys.optional.contains(entry.key) else { continue }
      guard Self.arrivalKeys.values.contains(where: { ($0.needed + $0.optional).contains(entry.key) }) else {
        continue
      }
      report(
        "S308", at: entry.keyPosition, length: entry.key.count,
        "'\(entry.key)' does not belong to a \(process) process; it has \((keys.needed + keys.optional).joined(separator: ", "))",
        path: "\(path).\(entry.key)")
    }
    let missing = keys.needed.filter { node[$0] == nil || node[$0]!.isNull }
    for key in missing {
      report("S303", at: node.position, length: 1, "a \(process) process needs '\(key)'", path: path)
    }
    guard missing.isEmpty else { return nil }
    let arrivals = self.process(process, of: node, fields: &fields, path: path)
    // Counts and traces have keys of their own.
    guard let arrivals, process != "counts", process != "trace", let scale = node["scale"] else {
      return arrivals
    }
    return scaled(arrivals, scale, path: "\(path).scale")
  }

  /// The process with all its rates multiplied; what has no rate cannot be.
  private mutating func scaled(_ process: ArrivalProcess, _ node: Node, path: String) -> ArrivalProcess {
    guard let factor = node.text.flatMap(Literal.number), factor >= 0 else { return process }
    if let scaled = process.scaled(by: factor) { return scaled }
    report(
      "S308", node, "this process has no rate that could be multiplied: its messages come as they are given",
      path: path)
    return process
  }

  // MARK: How many

  /// Refuses what no run could simulate, at the value that makes it so many.
  mutating func checkCount(of process: ArrivalProcess, _ node: Node?, path: String) {
    let duration = spec.run.duration.seconds
    let count = process.count(within: duration, startEpochMinutes: spec.run.startEpochMinutes)
    let most = ArrivalProcess.messagesMax
    guard count > Double(most), let node else { return }
    let (cause, key) = Self.decisive(node)
    let number =
      count.isFinite ? "about \(SignificantDigits.scientific(count, digits: 2))" : "endlessly many"
    report(
      "S338", cause,
      "this makes \(number) messages in run.duration \(DurationText.short(duration)); a run has at most "
        + "\(SignificantDigits.scientific(Double(most), digits: 1)) of a workload",
      path: key.isEmpty ? path : "\(path).\(key)")
  }

  /// The value of a process that says most about how many messages come, and its key.
  private static func decisive(_ node: Node) -> (Node, key: String) {
    // A factor below 1 is not what makes them many.
    if let scale = node["scale"], let factor = scale.text.flatMap(Literal.number), factor > 1 {
      return (scale, "scale")
    }
    var rates: [(node: Node, key: String)] = ["rate", "startRate"].compactMap { key in
      node[key].map { ($0, key) }
    }
    for (list, key) in [("stages", "target"), ("states", "rate")] {
      for (index, entry) in (node[list]?.elements ?? []).enumerated() {
        if let rate = entry[key] { rates.append((rate, "\(list).\(index).\(key)")) }
      }
    }
    let values = rates.map { $0.node.text.flatMap { try? Literal.read($0, as: .rate) } ?? 0 }
    if let highest = values.max(), let index = values.firstIndex(of: highest) { return rates[index] }
    for key in ["count", "file"] {
      if let value = node[key] { return (value, key) }
    }
    return (node, "")
  }

  private mutating func process(
    _ name: String, of node: Node, fields: inout [FieldSpec], path: String
  ) -> ArrivalProcess? {
    switch name {
    case "constant": return perSecond(node["rate"]).map { .constant(rate: $0) }
    case "poisson": return poisson(node, path: path)
    case "mmpp": return mmpp(node, path: path)
    case "backlog":
      return integer(node["count"]).map { .backlog(count: $0, sendRate: perSecond(node["sendRate"])) }
    case "trace": return trace(node, fields: &fields, path: path)
    case "counts": return counts(node, path: path)
    default:
      guard let expression = schedule(node["expression"]!, code: "S304", path: "\(path).expression"),
        let count = integer(node["count"])
      else { return nil }
      return .schedule(expression, count: count)
    }
  }

  private mutating func poisson(_ node: Node, path: String) -> ArrivalProcess? {
    if let rate = node["rate"] {
      for key in ["startRate", "stages"] where node[key] != nil {
        report(
          "S308", node[key]!, "'rate' is constant: write either rate or startRate and stages",
          path: "\(path).\(key)")
      }
      return perSecond(rate).map { .poisson([RateKnot(time: 0, rate: $0)]) }
    }
    guard node["stages"] != nil || node["startRate"] != nil else {
      report(
        "S303", at: node.position, length: 1, "a poisson process needs 'rate', or 'startRate' and 'stages'",
        path: path)
      return nil
    }
    var knots = [RateKnot(time: 0, rate: perSecond(node["startRate"]) ?? 0)]
    var time = 0.0
    for stage in node["stages"]?.elements ?? [] {
      guard let length = seconds(stage["duration"]), let target = perSecond(stage["target"]) else {
        return nil
      }
      time += length
      knots.append(RateKnot(time: time, rate: target))
    }
    let end = spec.run.duration.seconds
    if time > end, let stages = node["stages"] {
      report(
        "A606", stages,
        "the stages last \(DurationText.short(time)), longer than run.duration \(DurationText.short(end)): the rest is cut off",
        path: "\(path).stages", severity: .warning)
    }
    return .poisson(knots)
  }

  private mutating func mmpp(_ node: Node, path: String) -> ArrivalProcess? {
    var states: [(rate: Double, stay: Double)] = []
    for (index, state) in (node["states"]?.elements ?? []).enumerated() {
      guard let rate = perSecond(state["rate"]), let stay = seconds(state["stay"]) else { return nil }
      if stay <= 0 {
        report(
          "S305", state["stay"]!, "the stay in a state is above zero", path: "\(path).states.\(index).stay")
        return nil
      }
      states.append((rate, stay))
    }
    guard states.count >= 2 else {
      report("S308", node["states"]!, "an mmpp process has at least two states", path: "\(path).states")
      return nil
    }
    return .mmpp(states)
  }
}
