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
    partner.errorRate = share(node["errorRate"]) ?? 0
    partner.dedupe = boolean(node["dedupe"]) ?? false
    if let rule = node["overLimit"] { partner.overLimit = overLimit(rule, path: "\(path).overLimit") }
    if node["overLimit"] != nil, node["maxConcurrent"] == nil, node["maxRate"] == nil {
      report(
        "A604", node["overLimit"]!, "\(name) has no maxConcurrent and no maxRate: overLimit never applies",
        path: "\(path).overLimit", severity: .warning)
    }
    return partner
  }

  private mutating func overLimit(_ node: Node, path: String) -> PartnerSpec.OverLimit {
    if let suspend = duration(node["suspend"]) {
      for key in ["reply", "after"] where node[key] != nil {
        report(
          "S308", node[key]!, "overLimit either replies or suspends, '\(key)' belongs to a reply", path: path)
      }
      return .suspend(duration: suspend, tolerate: integer(node["tolerate"]) ?? 0)
    }
    if let tolerate = node["tolerate"] {
      report("S308", tolerate, "'tolerate' belongs to 'suspend'", path: path)
    }
    return .reply(status: integer(node["reply"]) ?? 429, after: duration(node["after"]) ?? .milliseconds(10))
  }
}
