import Kernel
import Planning
import Records
import Services
import Testing

/// What has to hold in every run of a random scenario, from the records alone.
struct SwarmChecks {
  let run: RunRecords
  let system: SystemSpec
  /// How to see a failure again.
  let replay: Comment

  init(_ run: RunRecords, _ system: SystemSpec, seed: UInt64, _ what: String) {
    self.run = run
    self.system = system
    replay = Comment(
      rawValue: "seed \(seed), \(what): HIGHWATER_SWARM_SEED=\(seed) swift test --filter ConservationTests")
  }

  func verify() {
    books()
    limits()
    partners()
    topics()
    queues()
    streams()
    functions()
  }

  // MARK: Books

  private func books() {
    #expect(throws: Never.self, replay) { try RunChecks.verify(run) }
    #expect(run.ending == .settled || run.ending == .drainExpired, replay)
    #expect(run.workloadChecks.count == run.workloads.count, replay)
    for (workload, little) in zip(run.workloads, run.workloadChecks) {
      let book = workload.books[0]
      #expect(book.isBalanced, replay)
      #expect(little.holds, replay)
      #expect(little.arrivals == book.created, replay)
      #expect(little.departures == book.created && little.inside == 0, replay)
      #expect(run.ending == .drainExpired || book[.open] == 0, replay)
    }
    // Message by message: every created one has one record, and its outcome is in the book.
    for (index, workload) in run.workloads.enumerated() where index < system.workloads.count {
      let rows = run.messages.filter { $0.workload == index }
      #expect(rows.count == workload.books[0].created, replay)
      #expect(Set(rows.map(\.index)).count == rows.count, replay)
      for outcome in Outcome.allCases {
        #expect(rows.count { $0.outcome == outcome } == workload.books[0][outcome], replay)
      }
    }
    for station in run.stations {
      if let little = station.little { #expect(little.holds, replay) }
    }
  }

  // MARK: Limits

  private func limits() {
    for (index, function) in system.functions.enumerated() {
      let peak = run.stations.first { $0.name == function.logicalID && $0.kind == .function }?.peak ?? 0
      if let limit = function.reservedConcurrentExecutions {
        let most = max(limit, system.timeline.compactMap(Self.reserved).max() ?? 0)
        #expect(peak <= Double(most), replay)
      }
      if let most = mostLanes(of: index) { #expect(peak <= Double(most), replay) }
    }
  }

  /// Concurrency that a function's mappings allow, when nothing else invokes it.
  private func mostLanes(of function: Int) -> Int? {
    // The other functions have steps, events or workloads that invoke them, too.
    let name = system.functions[function].logicalID
    guard name.hasPrefix("Reader") || name.hasSuffix("Puller") || name == "Redeemer" else { return nil }
    let lanes = system.mappings.filter { $0.function == function }.map {
      mostShards(of: $0.stream) * $0.parallelizationFactor
    }
    let places = system.queueMappings.filter { $0.function == function }.compactMap(\.maximumConcurrency)
    let all = lanes + places
    return all.isEmpty ? nil : all.reduce(0, +)
  }

  /// Open shards at the most; a child is read when its parents have been.
  private func mostShards(of stream: Int) -> Int {
    system.timeline.reduce(system.streams[stream].shardCount) { most, entry in
      guard case .shardCount(stream, let count) = entry.change else { return most }
      return max(most, count)
    }
  }

  private static func reserved(_ entry: TimelineEntry) -> Int? {
    guard case .reservedConcurrency(_, let value) = entry.change else { return nil }
    return value
  }

  // MARK: Partners

  private func partners() {
    for (partner, spec) in zip(run.partners, system.partners) {
      // The span of a call that waits for its place is longer than the time in which it holds one.
      var isWaitedFor = false
      if case .queue = spec.overLimit { isWaitedFor = true }
      if let limit = spec.maxConcurrent, !isWaitedFor {
        #expect(mostHeld(by: spec.name) <= limit, replay)
      }
      let answered = partner.succeeded + partner.overLimit + partner.suspendedReplies + partner.errors
      #expect(answered <= partner.calls, replay)
      #expect(partner.messagesWithEffect <= partner.effects, replay)
      if spec.dedupe { #expect(partner.messagesWithSeveralEffects == 0, replay) }
    }
  }

  /// The most calls that a partner held at once, from the spans of its answers; refused calls are not held.
  private func mostHeld(by partner: String) -> Int {
    var changes: [(time: SimTime, change: Int)] = []
    for span in run.spans where span.kind == "call" && span.resource == partner {
      guard span.status == "ok" || span.detail == "500" else { continue }
      changes += [(span.start, 1), (span.end, -1)]
    }
    changes.sort { ($0.time, $0.change) < ($1.time, $1.change) }
    var (held, most) = (0, 0)
    for change in changes {
      held += change.change
      most = max(most, held)
    }
    return most
  }

  // MARK: Flow balance

  private func sum(_ resource: String, _ metric: String) -> Int {
    let series = run.metrics.first { $0.resource == resource && $0.metric == metric }
    return Int(series?.datapoints.reduce(0) { $0 + $1.sum } ?? 0)
  }

  /// Each published message is delivered, filtered out or failed, once for each subscription.
  private func topics() {
    guard run.ending == .settled else { return }
    for (index, topic) in system.topics.enumerated() {
      let name = topic.logicalID
      let ends =
        sum(name, "NumberOfNotificationsDelivered") + sum(name, "NumberOfNotificationsFailed")
        + sum(name, "NumberOfNotificationsFilteredOut")
      let subscriptions = system.subscriptions.count { $0.topic == index }
      #expect(ends == subscriptions * sum(name, "NumberOfMessagesPublished"), replay)
      #expect(
        sum(name, "NumberOfNotificationsRedrivenToDlq") <= sum(name, "NumberOfNotificationsFailed"), replay)
    }
  }

  /// What is sent to a queue is received and deleted, unless redrive or retention takes it.
  private func queues() {
    for (index, queue) in system.queues.enumerated() {
      let sent = sum(queue.logicalID, "NumberOfMessagesSent")
      let deleted = sum(queue.logicalID, "NumberOfMessagesDeleted")
      #expect(deleted <= sum(queue.logicalID, "NumberOfMessagesReceived"), replay)
      guard !system.queues.contains(where: { $0.redrive?.deadLetterQueue == index }) else { continue }
      #expect(deleted <= sent, replay)
      let isConsumed = system.queueMappings.contains { $0.queue == index }
      let nothingExpires = queue.retention > run.end - .zero
      if isConsumed, queue.redrive == nil, nothingExpires, run.ending == .settled {
        #expect(deleted == sent, replay)
      }
    }
  }

  /// No mapping takes more from a stream than was written, and what it takes is filtered out or handed over.
  private func streams() {
    for mapping in system.mappings {
      let stream = system.streams[mapping.stream]
      let written = sum(stream.logicalID, "IncomingRecords")
      let name = mapping.logicalID
      let polled = sum(name, "PolledEventCount")
      let filtered = sum(name, "FilteredOutEventCount")
      #expect(polled <= written, replay)
      #expect(filtered <= polled, replay)
      // A record can be too old before it is read, and a full buffer is never polled: dropped without being polled.
      let dropped = sum(name, "DroppedEventCount") + sum(name, "OnFailureDestinationDeliveredEventCount")
      #expect(filtered + dropped <= written, replay)
      if mapping.filter == nil { #expect(filtered == 0, replay) }
      let nothingExpires = stream.retention > run.end - .zero
      if nothingExpires, run.ending == .settled { #expect(polled == written, replay) }
    }
    for stream in system.deliveryStreams {
      let delivered = sum(stream.logicalID, "DeliveryToS3.Records")
      let incoming = sum(stream.logicalID, "IncomingRecords")
      #expect(delivered <= incoming, replay)
      if run.ending == .settled, run.end < SimTime.zero + .hours(24) {
        #expect(delivered == incoming, replay)
      }
    }
  }

  private func functions() {
    for function in system.functions {
      let invocations = sum(function.logicalID, "Invocations")
      #expect(sum(function.logicalID, "Errors") <= invocations, replay)
      let station = run.stations.first { $0.name == function.logicalID && $0.kind == .function }
      // Throttled invocations are not counted: what was admitted has begun.
      if run.ending == .settled, let little = station?.little {
        #expect(little.arrivals == invocations, replay)
      }
    }
  }
}
