import Kernel
import Scenarios
import Services

extension StationBuilder {
  /// A partner's places and its rate. Source: fact sheet §15.
  func partner(_ index: Int) -> StationAnalysis {
    let spec = system.partners[index]
    let visits = perWorkload { $0.effects.calls[index] }
    let latency = spec.latency.mean
    var forms: [[Double]] = []
    var texts: [String] = []
    if let limit = spec.maxConcurrent {
      let best = places(of: spec, limit: limit, latency: latency)
      forms.append(scaled(visits, by: best.seconds / Double(max(1, best.count))))
      texts.append("\(QuantityText.count(limit)) calls at once / \(QuantityText.duration(best.seconds))")
    }
    if let rate = spec.maxRate {
      forms.append(scaled(visits, by: 1 / rate.perSecond))
      texts.append("\(QuantityText.plain(rate.perSecond)) calls/s")
    }
    var station = station(
      spec.name, spec.name, .partner, unit: "calls", visits: visits, forms: forms,
      text: texts.isEmpty
        ? "no limit, \(QuantityText.duration(latency)) a call" : texts.joined(separator: ", "))
    station.servers = spec.maxConcurrent.map(Double.init)
    if let rate = spec.maxRate {
      // A window that has just begun is as good as a full bucket.
      station.burstSeconds = max(rate.burst / rate.perSecond, spec.rateWindow?.seconds ?? 0)
    }
    station.serviceSeconds = latency
    let square = LatinCells.scv(of: spec.latency)
    station.serviceScv = square
    let callers = callersMax(of: index)
    if callers > 0 { station.visitorsMax = callers }
    if let limit = spec.maxConcurrent, callers > 0 {
      station.isShielded = callers <= Double(limit) && spec.maxRate == nil
      station.notes.append(
        callers <= Double(limit)
          ? "its callers have at most \(QuantityText.count(callers)) calls under way, which it allows"
          : "its callers can have \(QuantityText.count(callers)) calls under way, more than the \(limit) it allows"
      )
    }
    // A handler that goes on after a refused call is done without the calls that the partner has room for.
    let isCaught = system.functions.indices.contains { function in
      isCalled(index, by: function) && system.functions[function].errors.contains { $0.isCaught }
    }
    if isCaught, mayRefuse(index) || spec.errorRate > 0 { station.isBound = false }
    if spec.underLoad != nil {
      station.notes.append("its latency grows with the calls in service; the time is that of one alone")
    }
    return station
  }

  /// The number of calls at once, within the limit, at which most are answered a second.
  private func places(of spec: PartnerSpec, limit: Int, latency: Double) -> (count: Int, seconds: Double) {
    guard let load = spec.underLoad else { return (limit, latency) }
    var best = (count: 1, seconds: latency * load.factor(1))
    for count in stride(from: 1, through: limit, by: 1) {
      let seconds = latency * load.factor(count)
      if Double(count) / seconds > Double(best.count) / best.seconds { best = (count, seconds) }
    }
    return best
  }

  /// Publishing to all topics shares one rate of the account. Source: fact sheet §5.1.
  func topics() -> StationAnalysis {
    let rate = required(.snsPublishPerSecond)
    let visits = perWorkload { $0.topics.reduce(0, +) }
    let names = system.topics.map(\.logicalID)
    let resource = names.count == 1 ? names[0] : "topics"
    return station(
      resource, resource, .topic, unit: "messages", visits: visits, forms: [scaled(visits, by: 1 / rate)],
      text: "\(QuantityText.count(rate)) publishes/s of the account")
  }

  /// Capacity units of a table. Source: fact sheet §7.
  func tableStations(_ index: Int) -> [StationAnalysis] {
    let spec = system.tables[index]
    let reads = perWorkload { $0.effects.readUnits[index] }
    let writes = perWorkload { $0.effects.writeUnits[index] }
    func station(
      _ name: String, _ kind: StationAnalysis.Kind, _ visits: [Double], _ units: Int?, _ unit: String
    ) -> StationAnalysis {
      var result = self.station(
        "\(spec.logicalID) \(name)", spec.logicalID, kind, unit: unit, visits: visits,
        forms: units.map { [scaled(visits, by: 1 / Double(max(1, $0)))] } ?? [],
        text: units.map { "\(QuantityText.count($0)) \(unit)/s" } ?? "on demand")
      if units != nil {
        let burst = QuantityText.duration(required(.dynamodbBurstSeconds))
        result.notes.append(
          "bursts of up to \(burst) worth of unused capacity are not counted, nor are hot keys")
      }
      return result
    }
    switch spec.capacity {
    case .provisioned(let readUnits, let writeUnits):
      return [
        station("reads", .tableReads, reads, readUnits, "RCU"),
        station("writes", .tableWrites, writes, writeUnits, "WCU"),
      ]
    case .onDemand:
      return [
        station("reads", .tableReads, reads, nil, "RCU"), station("writes", .tableWrites, writes, nil, "WCU"),
      ]
    }
  }

  /// Quotas of direct puts. Source: fact sheet §9.
  func deliveryStream(_ index: Int) -> StationAnalysis? {
    let spec = system.deliveryStreams[index]
    guard spec.source == nil else { return nil }
    let visits = perWorkload { $0.deliveryStreams[index] }
    let records = required(.firehoseRecordsPerSecond)
    let bytes = required(.firehoseBytesPerSecond)
    let sizes = system.workloads.map { SampleMessage.meanSize(of: $0) }
    let calls = flows.map { flow in
      flow.effects.sendings.filter { $0.destination == .deliveryStream(index) }.reduce(0) { $0 + $1.calls }
    }
    return station(
      spec.logicalID, spec.logicalID, .deliveryStream, unit: "records", visits: visits,
      forms: [
        scaled(visits, by: 1 / records), zip(visits, sizes).map { $0 * $1 / bytes },
        scaled(calls, by: 1 / required(.firehosePutCallsPerSecond)),
      ], text: "\(QuantityText.count(records)) records/s, \(QuantityText.bytes(bytes))/s")
  }

  /// Requests a second of a prefix; keys without a slash share one. Source: fact sheet §8.
  func bucketStations(_ index: Int) -> [StationAnalysis] {
    let name = system.buckets[index].logicalID
    let writes = required(.s3WritesPerSecond)
    let reads = required(.s3ReadsPerSecond)
    let written = perWorkload { $0.effects.objectWrites[index] }
    let read = perWorkload { $0.effects.objectReads[index] }
    return [
      station(
        "\(name) writes", name, .bucketWrites, unit: "objects", visits: written,
        forms: [scaled(written, by: 1 / writes)], text: "\(QuantityText.count(writes)) writes/s a prefix"),
      station(
        "\(name) reads", name, .bucketReads, unit: "objects", visits: read,
        forms: [scaled(read, by: 1 / reads)], text: "\(QuantityText.count(reads)) reads/s a prefix"),
    ]
  }
}

extension LatinCells {
  /// Mean of a law whose values are cut off.
  static func mean(of law: Distribution, atMost highest: Double) -> Double {
    (0..<count).reduce(0) { $0 + min(highest, law.sample((Double($1) + 0.5) / Double(count))) }
      / Double(count)
  }

  /// Squared coefficient of variation of a law.
  static func scv(of law: Distribution) -> Double {
    var sum = 0.0
    var squares = 0.0
    for cell in 0..<count {
      let value = law.sample((Double(cell) + 0.5) / Double(count))
      sum += value
      squares += value * value
    }
    let mean = sum / Double(count)
    return mean > 0 ? max(0, squares / Double(count) / (mean * mean) - 1) : 0
  }
}
