import Kernel
import Records
import Services

/// Something that lost or delayed messages, with its size in the mean run.
package struct Cause: Sendable, Hashable {
  package enum Kind: Int, Sendable, Hashable {
    /// In order of how much they explain.
    case lost, failing, overLimit, throttled, waiting
  }
  package var kind: Kind
  /// The resource to look at.
  package var resource: String
  /// Messages, calls or requests in the mean run.
  package var count: Double
  /// A clause: `1,204 orders expired at OrderStream (…)`.
  package var text: String
  /// When it began in the first run, where the records say so. [minutes]
  package var firstMinute: Int?
}

/// Finds causes in the records of the replications; counts are means, times are of the first run.
struct CauseFinder {
  let system: SystemSpec
  let runs: [RunRecords]

  /// The gravest kind first, within a kind the largest count, then the order of the records.
  func causes() -> [Cause] {
    let all = losses() + failures() + overloads() + overLimits() + throttles()
    return all.enumerated().sorted { a, b in
      if a.element.kind != b.element.kind { return a.element.kind.rawValue < b.element.kind.rawValue }
      if a.element.count != b.element.count { return a.element.count > b.element.count }
      return a.offset < b.offset
    }.map(\.element)
  }

  private func mean(_ value: (RunRecords) -> Double) -> Double {
    runs.reduce(0) { $0 + value($1) } / Double(runs.count)
  }

  private func losses() -> [Cause] {
    var found: [Cause] = []
    for name in runs[0].workloads.map(\.name) {
      let reasons = { (run: RunRecords) in run.workloads.first { $0.name == name }?.reasons ?? [] }
      var seen: [ReasonCount] = []
      for run in runs {
        for reason in reasons(run)
        where reason.count > 0
          && (reason.outcome.isLost || reason.outcome == .deadLettered || reason.outcome == .open)
        {
          let key = ReasonCount(
            outcome: reason.outcome, resource: reason.resource, reason: reason.reason, count: 0)
          if !seen.contains(key) { seen.append(key) }
        }
      }
      for key in seen {
        let count = mean { run in
          reasons(run).reduce(0) {
            $1.outcome == key.outcome && $1.resource == key.resource && $1.reason == key.reason
              ? $0 + Double($1.count) : $0
          }
        }
        let verb = key.outcome == .open ? "were still open" : "were \(key.outcome.verb)"
        let place = key.resource.isEmpty ? "" : " at \(key.resource)"
        let why = key.reason.isEmpty ? "" : " (\(key.reason))"
        found.append(
          Cause(
            kind: .lost, resource: key.resource, count: count,
            text: "\(QuantityText.count(count.rounded())) \(name) \(verb)\(place)\(why)"))
      }
    }
    return found
  }

  private func failures() -> [Cause] {
    system.functions.indices.compactMap { index in
      let name = system.functions[index].logicalID
      let count = mean {
        $0.series("AWS/Lambda", name, "Errors").map { $0.datapoints.reduce(0) { $0 + $1.sum } } ?? 0
      }
      // A mean over replications that rounds to nothing is no cause.
      guard count >= 0.5 else { return nil }
      var text = "\(name) failed \(QuantityText.count(count.rounded())) times"
      let span = Self.span(runs[0].series("AWS/Lambda", name, "Errors"))
      if let span {
        text +=
          " from \(QuantityText.clock(minute: span.first)) to \(QuantityText.clock(minute: span.last + 1))"
      }
      if let note = commonestNote(of: name) { text += " (\(note))" }
      if let mapping = SystemPaths(system: system).mapping(of: index) {
        let stream = system.streams[mapping.stream].logicalID
        let blocked = mapping.parallelizationFactor == 1 ? "its shard" : "its lane of a shard"
        text +=
          mapping.maximumRetryAttempts == nil
          ? "; each failing record blocks \(blocked) of \(stream) until it succeeds or expires"
          : "; each failing record blocks \(blocked) of \(stream) while it is retried"
      }
      return Cause(kind: .failing, resource: name, count: count, text: text, firstMinute: span?.first)
    }
  }

  /// Partners whose calls failed because too many were with them at once.
  private func overloads() -> [Cause] {
    runs[0].partners.indices.compactMap { index in
      let record = runs[0].partners[index]
      let count = mean { Double($0.partners[index].overloaded) }
      guard count >= 0.5 else { return nil }
      let calls = mean { Double($0.partners[index].calls) }
      let peak = runs.map { $0.partners[index].inFlightPeak }.max() ?? 0
      var text = "\(record.name) collapsed under load: \(QuantityText.count(count.rounded())) of "
      text += "\(QuantityText.count(calls.rounded())) calls held a place and failed"
      text += " (peak \(QuantityText.count(peak)) in flight)"
      return Cause(kind: .failing, resource: record.name, count: count, text: text)
    }
  }

  private func overLimits() -> [Cause] {
    runs[0].partners.indices.compactMap { index in
      let record = runs[0].partners[index]
      let count = mean { Double($0.partners[index].overLimit) }
      let suspended = mean { Double($0.partners[index].suspendedReplies) }
      guard count + suspended > 0 else { return nil }
      let calls = mean { Double($0.partners[index].calls) }
      let peak = runs.map { $0.partners[index].inFlightPeak }.max() ?? 0
      var text = "\(record.name) answered \(QuantityText.count(count.rounded())) of "
      text += "\(QuantityText.count(calls.rounded())) calls over its limit"
      let spec = system.partners.first { $0.name == record.name }
      if let limit = spec?.maxConcurrent { text += " of \(limit) at once" }
      text += " (peak \(QuantityText.count(peak)) in flight)"
      if suspended > 0 {
        let instant = runs[0].partners[index].suspendedAt
        let at = instant.map { " at \(QuantityText.clock(minute: $0.minute))" } ?? ""
        text += " and suspended the account\(at): \(QuantityText.count(suspended.rounded())) calls refused"
      }
      return Cause(kind: .overLimit, resource: record.name, count: count + suspended, text: text)
    }
  }

  private func throttles() -> [Cause] {
    runs[0].stations.indices.compactMap { index in
      let station = runs[0].stations[index]
      // A partner's refusals are told above.
      guard station.kind != .partner else { return nil }
      let count = mean { $0.stations.indices.contains(index) ? Double($0.stations[index].throttled) : 0 }
      // Less than one in two runs is no cause; its count would be shown as 0.
      guard count.rounded() > 0 else { return nil }
      let limit = station.capacityLabel.isEmpty ? "" : " (\(station.capacityLabel))"
      if let text = readContention(at: station.name, throttled: count) {
        return Cause(kind: .throttled, resource: station.name, count: count, text: text)
      }
      return Cause(
        kind: .throttled, resource: station.name, count: count,
        text: "\(station.name)\(limit) throttled \(QuantityText.count(count.rounded())) requests")
    }
  }

  /// Says so when most refusals of a stream are reads: pollers share the calls of each shard, and shards do not help.
  ///
  /// Source: fact sheet §1.4, §1.5.
  private func readContention(at name: String, throttled count: Double) -> String? {
    guard let stream = system.streams.firstIndex(where: { $0.logicalID == name }) else { return nil }
    let reads = mean { run in
      run.series("AWS/Kinesis", name, "ReadProvisionedThroughputExceeded")
        .map { $0.datapoints.reduce(0) { $0 + $1.sum } } ?? 0
    }
    guard reads > count / 2 else { return nil }
    let pollers = system.pollers(ofStream: stream)
    let calls = system.limits.required(.kinesisReadCallsPerSecond)
    let limit = "\(QuantityText.plain(calls)) calls a second on each shard"
    let text = "\(QuantityText.count(reads.rounded())) GetRecords calls on \(name) were throttled"
    // One call a second each; below the limit only catch-up reads go over it, now and then.
    guard Double(pollers) >= calls else { return "\(text): catch-up reads go over \(limit) at times" }
    return "\(text): \(pollers) pollers share \(limit), so more shards give more throttles;"
      + " fewer pollers help, or readers with a throughput of their own"
  }

  private func commonestNote(of resource: String) -> String? {
    var best: NoteCount?
    for note in runs[0].notes where note.resource == resource && note.count > best?.count ?? 0 { best = note }
    return best?.text
  }

  /// First and last minute in which a count metric counted.
  static func span(_ series: MetricSeries?) -> (first: Int, last: Int)? {
    let minutes = series?.datapoints.filter { $0.sum > 0 }.map(\.minute) ?? []
    guard let first = minutes.first, let last = minutes.last else { return nil }
    return (first, last)
  }
}

extension Outcome {
  /// Completes "messages were …".
  var verb: String {
    switch self {
    case .completed: "completed"
    case .deadLettered: "dead-lettered"
    case .expired: "lost by expiry"
    case .dropped: "dropped"
    case .discarded: "discarded"
    case .filtered: "filtered out"
    case .open: "left open"
    }
  }
}
