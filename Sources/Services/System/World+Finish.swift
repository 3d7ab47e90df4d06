import Kernel
import Records

extension World {
  /// Closes all books and makes the records of the run.
  mutating func finish() -> RunRecords {
    settleIdlePolls()
    for mapping in queueMappings.indices { noteEmptyReceives(mapping, minute: lastMinute) }
    spans.close(at: now)
    let emptied = ledger.populations.map(\.emptiedAt)
    for message in slab.openReferences { closeOpen(message) }
    let checks = ledger.close(at: now, names: (resourceNames, reasonNames))
    var records = RunRecords(
      replication: replication, end: now, ending: ending!, traceHash: traceHash.value, eventCount: eventCount)
    records.workloads = ledger.populations
    // Closing what was open at the end is bookkeeping, not an end of the backlog.
    for index in emptied.indices { records.workloads[index].emptiedAt = emptied[index] }
    records.workloadChecks = checks
    records.stations = stations()
    records.metrics = metrics.finish(at: now)
    records.partners = partners.map { partnerRecord($0) }
    records.functions = functions.map { function in
      var record = FunctionRecord(name: function.spec.logicalID, cutCount: 0)
      record.books = function.latencies
      return record
    }
    records.alarms = alarms.flatMap(\.transitions).sorted { ($0.time, $0.alarm) < ($1.time, $1.alarm) }
    records.usage = bill()
    records.messages = ledger.kept
    records.spans = spans.spans
    records.notes = notes.sorted
    return records
  }

  /// The minute that the run ends in; an end on the full minute belongs to the one before.
  private var lastMinute: Int { now == .zero ? 0 : (now - SimDuration(nanoseconds: 1)).minute }

  private mutating func closeOpen(_ reference: MessageReference) {
    slab[reference].outcome = .open
    let message = slab[reference]
    ledger.ended(message, outcome: .open, at: now)
    keepIfWanted(message)
    slab.remove(reference)
  }

  private func partnerRecord(_ partner: PartnerState) -> PartnerRecord {
    var record = partner.record
    record.suspensions = partner.gate.suspensions
    record.suspendedAt = partner.gate.suspendedAt
    record.effects = partner.effects.total
    record.messagesWithEffect = partner.effects.messagesWithEffect
    record.messagesWithSeveralEffects = partner.effects.messagesWithSeveral
    record.inFlightPeak = partner.gate.inFlightPeak
    record.inFlightPeakAt = partner.gate.inFlightPeakAt
    record.inFlightIntegral = partner.gate.inFlightIntegral(now: now)
    return record
  }

  // MARK: Stations

  private func stations() -> [StationRecord] {
    stores.indices.map { storeStation($0) } + topics.indices.map { topicStation($0) }
      + streams.indices.map { streamStation($0) } + queues.indices.map { queueStation($0) }
      + functions.indices.map { functionStation($0) } + partners.indices.map { partnerStation($0) }
      + tables.indices.map { tableStation($0) } + buckets.map { bucketStation($0) }
      + deliveryStreams.map { deliveryStation($0) }
  }

  private func storeStation(_ index: Int) -> StationRecord {
    var station = StationRecord(
      name: spec.stores[index].name, kind: .store, capacity: nil, capacityLabel: "store")
    station.peak = metrics.peak(ofGauge: stores[index].depth)
    station.peakLabel = "\(Int(station.peak)) waiting"
    return station
  }

  private func topicStation(_ index: Int) -> StationRecord {
    var station = StationRecord(
      name: spec.topics[index].logicalID, kind: .topic, capacity: nil,
      capacityLabel: topics[index].subscriptions.count == 1
        ? "1 subscription" : "\(topics[index].subscriptions.count) subscriptions")
    let busiest = metrics.series(topics[index].metrics.published).map(\.sum).max() ?? 0
    station.peak = busiest
    station.peakLabel = "\(Int(busiest)) published/min"
    return station
  }

  /// Load of a stream: the larger of records and bytes written against what its shards take.
  private func streamStation(_ index: Int) -> StationRecord {
    let shards = streams[index].shardTime
    let shardCounts = shards.averages(until: now)
    let recordCapacity = spec.limits.required(.kinesisWriteRecordsPerSecond) * 60
    let byteCapacity = spec.limits.required(.kinesisWriteBytesPerSecond) * 60
    let range = shards.lowest == shards.peak ? "\(shards.peak)" : "\(shards.lowest)–\(shards.peak)"
    var station = StationRecord(
      name: spec.streams[index].logicalID, kind: .stream, capacity: Double(shards.count),
      capacityLabel: "\(range) shard\(shards.peak == 1 ? "" : "s")")
    station.loadByMinute = Array(repeating: 0, count: now.minute + 1)
    for point in metrics.series(streams[index].incomingRecords) where point.minute <= now.minute {
      station.loadByMinute[point.minute] = point.sum / (shardCounts[point.minute] * recordCapacity)
    }
    for point in metrics.series(streams[index].incomingBytes) where point.minute <= now.minute {
      let load = point.sum / (shardCounts[point.minute] * byteCapacity)
      station.loadByMinute[point.minute] = max(station.loadByMinute[point.minute], load)
    }
    station.peak = metrics.peak(ofGauge: streams[index].depth)
    station.peakLabel = "\(Int(station.peak)) unread"
    station.throttled = streams[index].writeThrottledCount + streams[index].readThrottledCount
    return station
  }

  private func queueStation(_ index: Int) -> StationRecord {
    let hours = Int((queues[index].spec.retention.seconds / 3600).rounded())
    var station = StationRecord(
      name: spec.queues[index].logicalID, kind: .queue, capacity: nil,
      capacityLabel: hours < 48 ? "keeps \(hours) h" : "keeps \(hours / 24) d")
    station.peak = metrics.peak(ofGauge: queues[index].metrics.visible)
    station.peakLabel = "\(Int(station.peak)) visible"
    return station
  }

  /// Load of a function: concurrency against the tightest of its limits.
  private func functionStation(_ index: Int) -> StationRecord {
    let capacity = concurrencyCapacity(of: index)
    var station = StationRecord(
      name: spec.functions[index].logicalID, kind: .function, capacity: Double(capacity),
      capacityLabel: "conc \(capacity)")
    station.loadByMinute = metrics.averages(ofGauge: functions[index].metrics.concurrency, until: now)
      .map { $0 / Double(max(1, capacity)) }
    station.peak = metrics.peak(ofGauge: functions[index].metrics.concurrency)
    station.peakLabel = "\(Int(station.peak)) concurrent"
    station.throttled = functions[index].throttleCount
    let ages = invocations.reduce(Int128(0)) { sum, invocation in
      guard invocation.isActive, invocation.function == index else { return sum }
      return sum + Int128((now - invocation.admitted).nanoseconds)
    }
    station.little = functions[index].load.closed(at: now, ages: ages)
    return station
  }

  /// Reserved concurrency or the account's, and no more than the lanes of its shards when streams alone invoke it.
  private func concurrencyCapacity(of index: Int) -> Int {
    let account = account.concurrencyLimit - account.reservedTotal
    let limit = spec.functions[index].reservedConcurrentExecutions ?? account
    let mapped = spec.mappings.filter { $0.function == index }
    let isInvokedOtherwise =
      spec.subscriptions.contains { $0.function == index } || spec.schedules.contains { $0.function == index }
      || spec.workloads.contains { $0.destination == .function(index) }
    let fromQueues = spec.queueMappings.filter { $0.function == index }
    if mapped.isEmpty, !isInvokedOtherwise, !fromQueues.isEmpty {
      // MaximumConcurrency, where every mapping has one: no more than that is received.
      let maxima = fromQueues.compactMap(\.maximumConcurrency)
      return maxima.count == fromQueues.count ? min(limit, maxima.reduce(0, +)) : limit
    }
    guard !mapped.isEmpty, !isInvokedOtherwise, fromQueues.isEmpty else { return limit }
    return min(
      limit, mapped.reduce(0) { $0 + streams[$1.stream].shardTime.peak * $1.parallelizationFactor })
  }

  private func partnerStation(_ index: Int) -> StationRecord {
    let partner = partners[index].gate
    let limit = partner.spec.maxConcurrent
    var station = StationRecord(
      name: spec.partners[index].name, kind: .partner, capacity: limit.map(Double.init),
      capacityLabel: limit.map { "limit \($0)" } ?? "no limit")
    if let limit {
      station.loadByMinute = metrics.averages(ofGauge: partners[index].inFlight, until: now)
        .map { $0 / Double(max(1, limit)) }
    }
    station.peak = Double(partner.inFlightPeak)
    station.peakLabel = "\(partner.inFlightPeak) in flight"
    station.throttled = partners[index].record.overLimit + partners[index].record.suspendedReplies
    let ages = operations.openPartnerCalls.reduce(Int128(0)) { sum, call in
      Int(call.partner) == index ? sum + Int128((now - call.begun).nanoseconds) : sum
    }
    station.little = partner.load.closed(at: now, ages: ages)
    return station
  }

  private func tableStation(_ index: Int) -> StationRecord {
    var station = StationRecord(
      name: spec.tables[index].logicalID, kind: .table, capacity: nil, capacityLabel: "on demand")
    let writes = metrics.series(tables[index].consumedWrite)
    station.peak = (writes.map(\.sum).max() ?? 0) / 60
    station.peakLabel = "\(Int(station.peak.rounded(.up))) WCU"
    station.throttled = tables[index].throttleCount
    guard case .provisioned(let readUnits, let writeUnits) = spec.tables[index].capacity else {
      return station
    }
    station.capacity = Double(writeUnits)
    station.capacityLabel = "\(readUnits) RCU, \(writeUnits) WCU"
    station.loadByMinute = Array(repeating: 0, count: now.minute + 1)
    for (series, units) in [(writes, writeUnits), (metrics.series(tables[index].consumedRead), readUnits)] {
      for point in series where point.minute <= now.minute {
        let load = point.sum / 60 / Double(max(1, units))
        station.loadByMinute[point.minute] = max(station.loadByMinute[point.minute], load)
      }
    }
    return station
  }

  /// Load of a delivery stream: records against its quota of direct puts.
  private func deliveryStation(_ stream: DeliveryStreamState) -> StationRecord {
    let incoming = metrics.series(stream.metrics.incomingRecords)
    var station = StationRecord(
      name: stream.spec.logicalID, kind: .deliveryStream, capacity: nil, capacityLabel: "Firehose")
    if stream.spec.source == nil {
      let quota = spec.limits.required(.firehoseRecordsPerSecond)
      station.capacity = quota
      station.capacityLabel = "\(Int(quota)) records/s"
      station.loadByMinute = Array(repeating: 0, count: now.minute + 1)
      for point in incoming where point.minute <= now.minute {
        station.loadByMinute[point.minute] = point.sum / 60 / max(1, quota)
      }
    }
    station.peak = incoming.map(\.sum).max() ?? 0
    station.peakLabel = "\(Int(station.peak)) records/min"
    station.throttled = stream.throttledCount
    return station
  }

  private func bucketStation(_ bucket: BucketState) -> StationRecord {
    var station = StationRecord(
      name: bucket.spec.logicalID, kind: .bucket, capacity: nil, capacityLabel: "bucket")
    station.peak = metrics.series(bucket.metrics.puts).map(\.sum).max() ?? 0
    station.peakLabel = "\(Int(station.peak)) puts/min"
    station.throttled = bucket.refusedCount
    return station
  }

  // MARK: Bill

  /// What the simulated time costs: a stream's shards and a table's capacity for its length, calls by the piece.
  private mutating func bill() -> [UsageItem] {
    var bill = Bill(limits: spec.limits)
    let hours = now.seconds / 3600
    for function in functions {
      bill.addFunction(
        function.spec.logicalID, requests: function.usage.requests,
        gigabyteSeconds: function.usage.gigabyteSeconds(memoryMB: function.spec.memorySize),
        isArm: function.spec.isArm)
    }
    for (spec, stream) in zip(spec.streams, streams) {
      addStream(spec, stream, to: &bill, hours: hours)
    }
    for (spec, consumer) in zip(spec.consumers, consumers) where streams[spec.stream].onDemand == nil {
      bill.addConsumer(
        spec.logicalID, shardHours: streams[spec.stream].shardTime.hours(until: now),
        pushedBytes: consumer.pushedBytes)
    }
    for (spec, topic) in zip(spec.topics, topics) {
      bill.addTopic(spec.logicalID, publishUnits: topic.publishedUnits)
    }
    for queue in queues { bill.addQueue(queue.spec.logicalID, requests: queue.requestCount) }
    for mapping in queueMappings.indices where queueMappings[mapping].spec.pollers != nil {
      let each = spec.limits.required(.sqsProvisionedPollerConcurrency)
      let seconds = queueMappings[mapping].scaling.concurrencySeconds(until: now) / each
      bill.addPollers(queueMappings[mapping].spec.logicalID, hours: seconds / 3600)
    }
    for (spec, table) in zip(spec.tables, tables) {
      switch spec.capacity {
      case .provisioned(let readUnits, let writeUnits):
        bill.addProvisionedTable(spec.logicalID, readUnits: readUnits, writeUnits: writeUnits, hours: hours)
      case .onDemand:
        bill.addOnDemandTable(spec.logicalID, readUnits: table.readUnits, writeUnits: table.writeUnits)
      }
    }
    for stream in deliveryStreams {
      bill.addDeliveryStream(stream.spec.logicalID, billedBytes: stream.billedBytes)
    }
    for bucket in buckets {
      bill.addBucket(
        bucket.spec.logicalID, writeRequests: bucket.writeRequests, readRequests: bucket.readRequests,
        gigabyteHours: bucket.gigabyteHours(until: now))
    }
    for alarm in spec.alarms { bill.addAlarm(alarm.logicalID, hours: hours) }
    return bill.sorted()
  }

  private func addStream(
    _ stream: StreamSpec, _ state: StreamState, to bill: inout Bill, hours: Double
  ) {
    let retentionHours = stream.retention.seconds / 3600
    if state.onDemand == nil {
      bill.addStream(
        stream.logicalID, shardHours: state.shardTime.hours(until: now), putUnits: state.putUnits,
        retentionHours: retentionHours, writtenBytes: state.writtenBytes)
    } else {
      let pushed = zip(spec.consumers, consumers).reduce(0) {
        spec.streams[$1.0.stream].logicalID == stream.logicalID ? $0 + $1.1.pushedBytes : $0
      }
      bill.addOnDemandStream(
        stream.logicalID, hours: hours, writtenKibibytes: state.writtenKibibytes,
        readBytes: state.readBytes, pushedBytes: pushed, retentionHours: retentionHours)
    }
  }
}
