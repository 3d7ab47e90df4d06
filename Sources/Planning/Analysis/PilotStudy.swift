import Kernel
package import Records
package import Services

/// Short runs that measure what handlers in Swift do, since nobody can read it off the scenario.
///
/// For each workload alone: 240 messages spread over 20 minutes, so that nothing waits, and the same number at once, so
/// that batches are full. One replication of the scenario's seed each; the same scenario gives the same figures.
package struct PilotStudy: Sendable {
  /// Messages of a pilot run. Source: assumption; a mean of times with a coefficient of variation of 0.5 is then known to
  /// 3 % (one standard deviation).
  static let messages = 240
  static let minutes: Int64 = 20

  /// Relative error that a measured mean may have: two standard deviations for a coefficient of variation of 0.8.
  package static let accuracy = 0.1

  /// What one message of a workload leads to, and what the Swift functions take.
  package struct Measurement: Sendable {
    var workload: Int
    var gentle: RunRecords
    /// nil where no Swift function handles batches.
    var burst: RunRecords?
  }
  package private(set) var measurements: [Measurement] = []
  /// Function errors, refused calls or throttles were seen: the figures hold retries.
  package var sawTrouble: Bool {
    measurements.contains { measurement in
      measurement.gentle.stations.contains { $0.throttled > 0 }
        || measurement.gentle.metrics.contains {
          $0.metric == "Errors" && $0.datapoints.contains { $0.sum > 0 }
        }
    }
  }

  /// A sentence about what was measured.
  func note(about handlers: [String]) -> String {
    var text =
      "\(handlers.joined(separator: ", ")): a handler in Swift, measured by a pilot run of \(Self.messages) messages of each workload in \(Self.minutes) minutes; times are known to \(QuantityText.percent(Self.accuracy, digits: 0)), their spread is not known"
    if sawTrouble { text += "; the pilot saw errors or throttles, whose retries are in the figures" }
    return text
  }

  /// Whether a system has handlers that only a run can measure.
  package static func isNeeded(for system: SystemSpec) -> Bool { system.needsHost }

  /// - Parameter run: Runs replication 0 of a system.
  package init(_ system: SystemSpec, run: (SystemSpec) throws -> RunRecords) rethrows {
    let handlesBatches =
      system.mappings.contains { $0.batchSize > 1 } || system.queueMappings.contains { $0.batchSize > 1 }
    for index in system.workloads.indices {
      let rate = Double(Self.messages) / Double(Self.minutes * 60)
      let gentle = try run(Self.pilot(of: system, workload: index, rate: rate))
      let burst =
        handlesBatches
        ? try run(Self.pilot(of: system, workload: index, rate: Double(Self.messages) * 4)) : nil
      measurements.append(Measurement(workload: index, gentle: gentle, burst: burst))
    }
  }

  /// The system with an even trickle of one workload and nothing of the others, without changes while it runs.
  private static func pilot(of system: SystemSpec, workload: Int, rate: Double) -> SystemSpec {
    var pilot = system
    pilot.run.duration = .minutes(minutes)
    pilot.run.warmup = .zero
    pilot.run.drain = .hours(1)
    pilot.run.replications = 1
    pilot.run.eventBudget = 20_000_000
    pilot.ledgerCuts = [.zero]
    pilot.timeline = []
    pilot.alarms = []
    pilot.output.messages = .none
    pilot.output.traces = 0
    for index in pilot.workloads.indices {
      if index == workload {
        // Rows of a trace carry the fields: the first ones, at the pace of the pilot.
        if case .trace(let rows, _) = pilot.workloads[index].arrivals {
          pilot.workloads[index].arrivals = .trace(
            rows.prefix(messages).enumerated().map { position, row in
              var row = row
              row.time = .zero + SimDuration(seconds: Double(position + 1) / rate)
              return row
            })
        } else {
          // The rate of a burst would go on for the whole run.
          pilot.workloads[index].arrivals = .backlog(count: messages, sendRate: rate)
        }
      } else {
        pilot.workloads[index].arrivals = .constant(rate: 0)
      }
    }
    return pilot
  }
}

extension PilotStudy.Measurement {
  private func sum(_ namespace: String, _ resource: String, _ metric: String, in run: RunRecords) -> Double {
    run.series(namespace, resource, metric)?.datapoints.reduce(0) { $0 + $1.sum } ?? 0
  }

  private func handled(_ function: Int, in run: RunRecords) -> Double {
    Double(run.functions[function].books[0].completion.count)
  }

  /// The way of one message as the run has measured it.
  func flow(of workload: Int, in system: SystemSpec) -> MessageFlow {
    var flow = MessageFlow(system)
    flow.makesMessages = gentle.workloads.dropFirst(system.workloads.count).contains {
      $0.books[0].created > 0
    }
    let created = Double(max(1, gentle.workloads[workload].books[0].created))
    func perMessage(_ namespace: String, _ resource: String, _ metric: String) -> Double {
      sum(namespace, resource, metric, in: gentle) / created
    }
    if case .store(let store) = system.workloads[workload].destination { flow.stores[store] = 1 }
    for (index, topic) in system.topics.enumerated() {
      flow.topics[index] = perMessage("AWS/SNS", topic.logicalID, "NumberOfMessagesPublished")
    }
    for (index, stream) in system.streams.enumerated() {
      flow.streams[index] = perMessage("AWS/Kinesis", stream.logicalID, "IncomingRecords")
    }
    for (index, queue) in system.queues.enumerated() {
      flow.queues[index] = perMessage("AWS/SQS", queue.logicalID, "NumberOfMessagesSent")
    }
    for (index, stream) in system.deliveryStreams.enumerated() {
      flow.deliveryStreams[index] = perMessage("AWS/Firehose", stream.logicalID, "IncomingRecords")
    }
    for (index, table) in system.tables.enumerated() {
      flow.effects.readUnits[index] = perMessage("AWS/DynamoDB", table.logicalID, "ConsumedReadCapacityUnits")
      flow.effects.writeUnits[index] = perMessage(
        "AWS/DynamoDB", table.logicalID, "ConsumedWriteCapacityUnits")
    }
    for (index, bucket) in system.buckets.enumerated() {
      flow.effects.objectWrites[index] = perMessage("AWS/S3", bucket.logicalID, "PutRequests")
      flow.effects.objectReads[index] = perMessage("AWS/S3", bucket.logicalID, "GetRequests")
    }
    for index in system.partners.indices {
      flow.effects.calls[index] = Double(gentle.partners[index].calls) / created
    }
    for index in system.mappings.indices {
      let mapping = system.mappings[index]
      flow.mappings[index] =
        flow.streams[mapping.stream]
        * SampleMessage.share(of: system.workloads[workload], passing: mapping.filter)
    }
    for index in system.queueMappings.indices {
      let mapping = system.queueMappings[index]
      let readers = Double(system.queueMappings.count { $0.queue == mapping.queue })
      flow.queueMappings[index] =
        flow.queues[mapping.queue] / readers
        * SampleMessage.share(of: system.workloads[workload], passing: mapping.filter)
    }
    for (index, function) in system.functions.enumerated() {
      let isScheduled = system.schedules.contains { $0.function == index }
      let invocations = perMessage("AWS/Lambda", function.logicalID, "Invocations")
      flow.functionMessages[index] = handled(index, in: gentle) / created
      flow.functionInvocations[index] = isScheduled ? 0 : invocations
    }
    return flow
  }

  /// Time of an invocation against the messages it handles: α and β of α + βn. [s]
  func batchTime(of function: Int, in system: SystemSpec) -> (fixed: Double, perMessage: Double)? {
    func point(_ run: RunRecords) -> (messages: Double, seconds: Double)? {
      let name = system.functions[function].logicalID
      guard let durations = run.series("AWS/Lambda", name, "Duration")?.datapoints else { return nil }
      let count = durations.reduce(0) { $0 + Double($1.sampleCount) }
      guard count > 0 else { return nil }
      let seconds = durations.reduce(0) { $0 + $1.sum } / count / 1000
      return (max(1, handled(function, in: run) / count), seconds)
    }
    guard let small = point(gentle) else { return nil }
    guard let burst, let large = point(burst), large.messages > small.messages + 0.5 else {
      return (small.messages > 1 ? 0 : small.seconds, small.messages > 1 ? small.seconds / small.messages : 0)
    }
    let slope = max(0, (large.seconds - small.seconds) / (large.messages - small.messages))
    return (max(0, small.seconds - slope * small.messages), slope)
  }
}
