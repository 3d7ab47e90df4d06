import Kernel
import Services

extension Compilation {
  /// `Simulation.services`: partners and stores, in the order of the file.
  mutating func compileServices() {
    for entry in simulation["services"]?.entries ?? [] where entry.value.entries != nil {
      let path = "Simulation.services.\(entry.key)"
      if template.resource(entry.key) != nil {
        report(
          "S317", at: entry.keyPosition, length: entry.key.count,
          "'\(entry.key)' is already the name of a resource", path: path)
        continue
      }
      if entry.value["kind"]?.text == "store" {
        for key in entry.value.entries! where key.key != "kind" && !key.value.isNull {
          report(
            "S301", at: key.keyPosition, length: key.key.count,
            "'\(key.key)' says nothing about a store: it only holds messages", path: "\(path).\(key.key)")
        }
        names.stores[entry.key] = spec.stores.count
        names.storeNames.append(entry.key)
        spec.stores.append(StoreSpec(name: entry.key))
      } else {
        names.partners[entry.key] = spec.partners.count
        names.partnerNames.append(entry.key)
        partnerNodes.append(entry.value)
        spec.partners.append(partner(entry.key, entry.value, path: path))
      }
    }
  }

  /// A partner from its block.
  mutating func partner(_ name: String, _ node: Node, path: String) -> PartnerSpec {
    var partner = PartnerSpec(
      name: name, latency: distribution(node["latency"], .duration, path: "\(path).latency") ?? .constant(0))
    partner.maxConcurrent = integer(node["maxConcurrent"])
    if let rate = perSecond(node["maxRate"]) {
      // A bucket of one second's worth, at least one call, so that a slow rate lets something through.
      partner.maxRate = (rate, max(1, rate))
    }
    partner.rateWindow = duration(node["rateWindow"])
    loadBehaviour(of: &partner, node, path: path)
    partner.errorRate = share(node["errorRate"]) ?? 0
    partner.dedupe = boolean(node["dedupe"]) ?? false
    if let rule = node["overLimit"] { partner.overLimit = overLimit(rule, path: "\(path).overLimit") }
    if case .queue = partner.overLimit, partner.maxConcurrent == nil {
      report(
        "S308", node["overLimit"]!, "\(name) has no maxConcurrent: there is no place to wait for",
        path: "\(path).overLimit")
    } else if node["overLimit"] != nil, node["maxConcurrent"] == nil, node["maxRate"] == nil {
      report(
        "A604", node["overLimit"]!, "\(name) has no maxConcurrent and no maxRate: overLimit never applies",
        path: "\(path).overLimit", severity: .warning)
    }
    return partner
  }

  /// How the service behaves when many calls are with it at once. Source: fact sheet §15.3, §15.4.
  private mutating func loadBehaviour(of partner: inout PartnerSpec, _ node: Node, path: String) {
    if let window = node["rateWindow"], let length = partner.rateWindow {
      if partner.maxRate == nil {
        report(
          "S308", window, "'rateWindow' needs 'maxRate': the calls of a window", path: "\(path).rateWindow")
      }
      if length <= .zero {
        report("S305", window, "a window is longer than nothing", path: "\(path).rateWindow")
        partner.rateWindow = nil
      }
    }
    if let rate = node["bandwidth"], let value = perSecond(rate) {
      if rate.text?.prefix(while: { $0 != "/" }).contains("B") != true || value <= 0 {
        report(
          "S304", rate, "bandwidth is bytes of one connection in a time: write 10MB/s",
          path: "\(path).bandwidth")
      } else {
        partner.bandwidth = value
      }
    }
    if let load = node["underLoad"], load.entries != nil {
      partner.underLoad = .init(
        knee: integer(load["knee"]) ?? 0, contention: share(load["contention"]) ?? 0,
        coherency: share(load["coherency"]) ?? 0)
    }
    if let collapse = node["collapse"], let from = integer(collapse["from"]),
      let dead = integer(collapse["dead"])
    {
      if dead <= from {
        report(
          "S305", collapse["dead"]!, "dead is \(dead); expected more than from, which is \(from)",
          path: "\(path).collapse.dead")
      } else {
        partner.collapse = .init(
          from: from, dead: dead, timeout: duration(collapse["timeout"]) ?? .seconds(30))
      }
    }
  }

  private mutating func overLimit(_ node: Node, path: String) -> PartnerSpec.OverLimit {
    if let suspend = duration(node["suspend"]) {
      for key in ["reply", "after", "queue"] where node[key] != nil {
        report(
          "S308", node[key]!,
          key == "queue"
            ? "overLimit either suspends or lets calls wait"
            : "overLimit either replies or suspends, '\(key)' belongs to a reply", path: path)
      }
      return .suspend(duration: suspend, tolerate: integer(node["tolerate"]) ?? 0)
    }
    if let tolerate = node["tolerate"] {
      report("S308", tolerate, "'tolerate' belongs to 'suspend'", path: path)
    }
    if let wait = duration(node["queue"]) {
      if let after = node["after"] {
        report(
          "S308", after, "'after' belongs to a reply; a call that waits is answered after 'queue'", path: path
        )
      }
      return .queue(wait: wait, status: integer(node["reply"]) ?? 503)
    }
    return .reply(status: integer(node["reply"]) ?? 429, after: duration(node["after"]) ?? .milliseconds(10))
  }
}
