import Kernel
import Records

/// Builds the initial state of every service from the compiled system, and registers its metrics.
///
/// All numbers of the platform pass through here once: what runs afterwards holds typed values.
struct SystemBuilder {
  let spec: SystemSpec
  let draws: Draws
  var metrics = MetricRegistry()
  var names = NameTable()
  var limits: Limits { spec.limits }

  init(spec: SystemSpec, draws: Draws) {
    self.spec = spec
    self.draws = draws
  }

  func seconds(_ name: LimitName) -> SimDuration { SimDuration(seconds: limits.required(name)) }
  func integer(_ name: LimitName) -> Int { Int(limits.required(name)) }

  /// A law by its median and 99 % quantile; a constant where both are the same.
  private func lognormal(_ p50: LimitName, _ p99: LimitName) -> Distribution {
    let (median, high) = (limits.required(p50), limits.required(p99))
    return median > 0 && high > median ? .lognormal(p50: median, p99: high) : .constant(median)
  }

  mutating func name(_ text: String) -> ResourceName { ResourceName(rawValue: names.intern(text)) }

  mutating func stores() -> [StoreState] {
    spec.stores.map {
      StoreState(name: name($0.name), depth: metrics.addGauge("Simulation", $0.name, "Backlog"))
    }
  }

  mutating func partners() -> [PartnerState] {
    spec.partners.map { PartnerState($0, name: name($0.name), metrics: &metrics) }
  }

  mutating func topics() -> [TopicState] {
    spec.topics.enumerated().map { index, topic in
      let id = topic.logicalID
      return TopicState(
        name: name(id),
        subscriptions: spec.subscriptions.filter { $0.topic == index }.map {
          SubscriptionState(
            endpoint: $0.endpoint, filter: $0.filter, deadLetterQueue: $0.deadLetterQueue,
            entity: EntityAddress.name($0.logicalID))
        },
        deliveryLatency: .piecewise(
          PiecewiseQuantiles([
            .init(p: 0.1, value: limits.required(.snsDeliveryP10Seconds)),
            .init(p: 0.5, value: limits.required(.snsDeliveryP50Seconds)),
            .init(p: 0.9, value: limits.required(.snsDeliveryP90Seconds)),
            .init(p: 0.99, value: limits.required(.snsDeliveryP99Seconds)),
          ])),
        metrics: TopicState.Metrics(
          published: metrics.add("AWS/SNS", id, "NumberOfMessagesPublished"),
          publishSize: metrics.add("AWS/SNS", id, "PublishSize", unit: "Bytes"),
          delivered: metrics.add("AWS/SNS", id, "NumberOfNotificationsDelivered"),
          failed: metrics.add("AWS/SNS", id, "NumberOfNotificationsFailed"),
          filteredOut: metrics.add("AWS/SNS", id, "NumberOfNotificationsFilteredOut"),
          redriven: metrics.add("AWS/SNS", id, "NumberOfNotificationsRedrivenToDlq")),
        unitBytes: integer(.priceSnsPublishUnitBytes))
    }
  }

  mutating func streams() -> [StreamState] {
    spec.streams.enumerated().map { index, stream in
      let id = stream.logicalID
      let open = OpenShards(shardCount: stream.shardCount)
      return StreamState(
        name: name(id), open: open, retention: stream.retention,
        propagation: seconds(.kinesisPropagationSeconds), putUnitBytes: integer(.priceKinesisPutUnitBytes),
        incomingRecords: metrics.add("AWS/Kinesis", id, "IncomingRecords"),
        incomingBytes: metrics.add("AWS/Kinesis", id, "IncomingBytes", unit: "Bytes"),
        writeThrottled: metrics.add("AWS/Kinesis", id, "WriteProvisionedThroughputExceeded"),
        readThrottled: metrics.add("AWS/Kinesis", id, "ReadProvisionedThroughputExceeded"),
        iteratorAge: metrics.add(
          "AWS/Kinesis", id, "GetRecords.IteratorAgeMilliseconds", unit: "Milliseconds"),
        getRecordsSuccess: metrics.add("AWS/Kinesis", id, "GetRecords.Success"),
        getRecordsBytes: metrics.add("AWS/Kinesis", id, "GetRecords.Bytes", unit: "Bytes"),
        getRecordsRecords: metrics.add("AWS/Kinesis", id, "GetRecords.Records"),
        depth: metrics.addGauge("Simulation", id, "Backlog"),
        hasLanes: spec.mappings.contains { $0.stream == index && $0.parallelizationFactor > 1 },
        shards: (0..<open.count).map { ShardState(range: open.range(at: $0), limits: limits) },
        shardTime: ShardTime(count: open.count),
        onDemand: stream.isOnDemand ? OnDemandScaling(limits: limits) : nil)
    }
  }

  mutating func consumers() -> [ConsumerState] {
    guard !spec.consumers.isEmpty else { return [] }
    let delay = PiecewiseQuantiles([
      .init(p: 0, value: 0), .init(p: 0.1, value: limits.required(.kinesisFanOutP10Seconds)),
      .init(p: 0.5, value: limits.required(.kinesisFanOutP50Seconds)),
      .init(p: 0.9, value: limits.required(.kinesisFanOutP90Seconds)),
      .init(p: 0.99, value: limits.required(.kinesisFanOutP99Seconds)),
    ])
    return spec.consumers.map { consumer in
      ConsumerState(
        delay: .piecewise(delay), bytesPerSecond: limits.required(.kinesisFanOutBytesPerSecond),
        millisBehindLatest: metrics.add(
          "AWS/Kinesis", consumer.logicalID, "SubscribeToShardEvent.MillisBehindLatest",
          unit: "Milliseconds"))
    }
  }

  mutating func mappings() -> [MappingState] {
    let pace = PollPace(
      poll: seconds(.mappingPollSeconds), jitter: limits.required(.mappingPollJitter),
      backoff: .init(
        base: seconds(.mappingReadBackoffBaseSeconds), max: seconds(.mappingReadBackoffMaxSeconds)))
    // A delivery stream reads its source as a mapping does; it comes behind all mappings and invokes nothing.
    let deliveries = spec.deliveryStreams.enumerated().compactMap { index, delivery in
      delivery.source.map { source in
        (
          StreamMappingSpec(
            logicalID: delivery.logicalID, stream: source, function: -1,
            batchSize: integer(.kinesisGetRecordsMaxRecords)), Optional(index)
        )
      }
    }
    return (spec.mappings.map { ($0, nil) } + deliveries).map { mapping, deliveryStream in
      let getRecordsMax = integer(.kinesisGetRecordsMaxRecords)
      let readsBatchSizeOnly = limits[.mappingReadsBatchSizeOnly] == 1
      return MappingState(
        spec: mapping, name: name(mapping.logicalID), function: mapping.function,
        deliveryStream: deliveryStream, batchSize: mapping.batchSize,
        readLimit: readsBatchSizeOnly ? min(mapping.batchSize, getRecordsMax) : getRecordsMax,
        bufferMaxBytes: min(integer(.mappingBufferMaxBytes), integer(.kinesisGetRecordsMaxBytes)),
        payloadMaxBytes: integer(.mappingPayloadMaxBytes),
        recordOverheadBytes: integer(.mappingRecordOverheadBytes), pace: pace,
        consumer: mapping.consumer,
        windowStateMaxBytes: mapping.tumblingWindow == nil ? 0 : integer(.mappingWindowStateMaxBytes),
        checkpointLoss: limits[.mappingCheckpointLoss] ?? 0,
        eventCounts: mapping.countsEvents ? EventCountMetrics(of: mapping.logicalID, &metrics) : nil,
        isEnabled: mapping.enabled)
    }
  }

  /// A reader for every shard of every mapping, with a poll phase of its own.
  func readers(mappings: [MappingState]) -> [ShardReader] {
    var readers: [ShardReader] = []
    var laneCount = 0
    for (index, mapping) in mappings.enumerated() {
      for shard in 0..<spec.streams[mapping.spec.stream].shardCount {
        let address = ShardReader.address(of: mapping.spec.logicalID, shard: shard)
        let phase = draws.uniform(.pollPhase, entity: address) * limits.required(.mappingPollSeconds)
        readers.append(
          ShardReader(
            mapping: index, stream: mapping.spec.stream, shard: shard, entity: address,
            isFanOut: mapping.consumer != nil,
            lanes: laneCount..<laneCount + mapping.spec.parallelizationFactor,
            phase: mapping.isEnabled ? .idle : .disabled, nextPoll: .zero + SimDuration(seconds: phase)))
        laneCount += mapping.spec.parallelizationFactor
      }
    }
    return readers
  }

  mutating func tables() -> [TableState] {
    spec.tables.map { table in
      let id = table.logicalID
      return TableState(
        name: name(id), entity: EntityAddress.name(id),
        throughput: TableThroughput(capacity: table.capacity, limits: limits),
        latencies: (
          .lognormal(
            p50: limits.required(.dynamodbGetP50Seconds), p99: limits.required(.dynamodbGetP99Seconds)),
          .lognormal(
            p50: limits.required(.dynamodbPutP50Seconds), p99: limits.required(.dynamodbPutP99Seconds))
        ),
        pageLatency: limits.required(.dynamodbQueryPageSeconds),
        pageBytesMax: integer(.dynamodbQueryPageMaxBytes), itemBytesMax: integer(.dynamodbItemMaxBytes),
        metrics: { metrics.add("AWS/DynamoDB", id, $0) },
        latencyMetric: metrics.add("AWS/DynamoDB", id, "SuccessfulRequestLatency", unit: "Milliseconds"))
    }
  }

  mutating func deliveryStreams() -> [DeliveryStreamState] {
    spec.deliveryStreams.map { stream in
      let id = stream.logicalID
      let name = name(id)
      return DeliveryStreamState(
        stream, name: name, limits: limits,
        metrics: .init(
          incomingRecords: metrics.add("AWS/Firehose", id, "IncomingRecords"),
          incomingBytes: metrics.add("AWS/Firehose", id, "IncomingBytes", unit: "Bytes"),
          throttled: metrics.add("AWS/Firehose", id, "ThrottledRecords"),
          delivered: metrics.add("AWS/Firehose", id, "DeliveryToS3.Records"),
          success: metrics.add("AWS/Firehose", id, "DeliveryToS3.Success"),
          freshness: metrics.add("AWS/Firehose", id, "DeliveryToS3.DataFreshness", unit: "Seconds")))
    }
  }

  mutating func buckets() -> [BucketState] {
    spec.buckets.map { bucket in
      let id = bucket.logicalID
      let name = name(id)
      return BucketState(
        bucket, name: name, limits: limits,
        metrics: .init(
          puts: metrics.add("AWS/S3", id, "PutRequests"), gets: metrics.add("AWS/S3", id, "GetRequests"),
          lists: metrics.add("AWS/S3", id, "ListRequests"),
          deletes: metrics.add("AWS/S3", id, "DeleteRequests"),
          uploaded: metrics.add("AWS/S3", id, "BytesUploaded", unit: "Bytes"),
          downloaded: metrics.add("AWS/S3", id, "BytesDownloaded", unit: "Bytes"),
          serverErrors: metrics.add("AWS/S3", id, "5xxErrors"),
          clientErrors: metrics.add("AWS/S3", id, "4xxErrors"),
          latency: metrics.add("AWS/S3", id, "TotalRequestLatency", unit: "Milliseconds")))
    }
  }

  mutating func functions() -> [FunctionState] {
    let isScaledPerFunction = limits[.lambdaFunctionBurst] != nil
    let accountConcurrency = limits.required(.lambdaAccountConcurrency)
    return spec.functions.map { function in
      let id = function.logicalID
      let body: FunctionState.Body =
        switch function.handler {
        case .immediate: .immediate
        case .steps(let program): .steps(StepCode(program))
        case .swift: .swift
        }
      let requestRate = limits[.lambdaRequestsPerConcurrency].map { factor in
        let rate = factor * (function.reservedConcurrentExecutions.map(Double.init) ?? accountConcurrency)
        return TokenBucket(ratePerSecond: rate, capacity: rate)
      }
      return FunctionState(
        spec: function, name: name(id), entity: EntityAddress.name(id), metrics: functionMetrics(id),
        body: body,
        errors: function.errors, reserved: function.reservedConcurrentExecutions,
        pool: EnvironmentPool(limits: limits),
        scaling: isScaledPerFunction ? ScalingRate(limits: limits) : nil,
        requestRate: requestRate,
        latencies: Array(repeating: FunctionRecord.Book(), count: spec.ledgerCuts.count))
    }
  }

  private mutating func functionMetrics(_ id: String) -> FunctionState.Metrics {
    FunctionState.Metrics(
      invocations: metrics.add("AWS/Lambda", id, "Invocations"),
      errors: metrics.add("AWS/Lambda", id, "Errors"), throttles: metrics.add("AWS/Lambda", id, "Throttles"),
      duration: metrics.add("AWS/Lambda", id, "Duration", unit: "Milliseconds", keepsQuantiles: true),
      iteratorAge: metrics.add("AWS/Lambda", id, "IteratorAge", unit: "Milliseconds", keepsQuantiles: true),
      asyncReceived: metrics.add("AWS/Lambda", id, "AsyncEventsReceived"),
      asyncAge: metrics.add("AWS/Lambda", id, "AsyncEventAge", unit: "Milliseconds", keepsQuantiles: true),
      asyncDropped: metrics.add("AWS/Lambda", id, "AsyncEventsDropped"),
      deliveryLatency: latency(id, "DeliveryLatency"), completionLatency: latency(id, "CompletionLatency"),
      deadLetterErrors: metrics.add("AWS/Lambda", id, "DeadLetterErrors"),
      destinationFailures: metrics.add("AWS/Lambda", id, "DestinationDeliveryFailures"),
      concurrency: metrics.addGauge("AWS/Lambda", id, "ConcurrentExecutions"))
  }

  private mutating func latency(_ id: String, _ metric: String) -> MetricID {
    metrics.add("Simulation", id, metric, unit: "Milliseconds", keepsQuantiles: true, isInTimeOrder: true)
  }

  func account() -> AccountState {
    AccountState(
      concurrencyLimit: integer(.lambdaAccountConcurrency),
      scaling: limits[.lambdaFunctionBurst] == nil ? ScalingRate(limits: limits) : nil,
      reservedTotal: spec.functions.reduce(0) { $0 + ($1.reservedConcurrentExecutions ?? 0) },
      sdk: SDKRetry(limits: limits), dynamodbSDK: SDKRetry(dynamodb: limits),
      resendFirst: seconds(.sdkResendFirstSeconds), resendMax: seconds(.sdkResendMaxSeconds),
      mappingBackoff: .init(
        base: seconds(.mappingBackoffBaseSeconds), max: seconds(.mappingBackoffMaxSeconds),
        jitter: limits.required(.mappingBackoffJitter)),
      asyncRetry: AsyncRetry(limits: limits),
      idleLife: .uniform(
        min: limits.required(.lambdaIdleMinSeconds), max: limits.required(.lambdaIdleMaxSeconds)),
      invokeOverhead: seconds(.lambdaInvokeOverheadSeconds),
      fullCPUMemory: limits.required(.lambdaFullCPUMemoryMB), billing: LambdaBilling(limits: limits),
      getRecordsTime: lognormal(.kinesisGetRecordsP50Seconds, .kinesisGetRecordsP99Seconds),
      getRecordsTimeMax: limits.required(.kinesisGetRecordsP99Seconds),
      putRecordsMax: integer(.kinesisPutRecordsMaxRecords),
      putRecordsMaxBytes: integer(.kinesisPutRecordsMaxBytes),
      recordMaxBytes: integer(.kinesisRecordMaxBytes), reshardTime: seconds(.kinesisReshardStepSeconds),
      putTime: seconds(.kinesisPutSeconds), publishTime: seconds(.snsPublishSeconds),
      queueCallTime: seconds(.sqsCallSeconds), queueBatchMax: max(1, integer(.sqsBatchMax)),
      publishMaxBytes: integer(.snsMessageMaxBytes),
      asyncPayloadMaxBytes: integer(.lambdaAsyncPayloadMaxBytes),
      publishRate: TokenBucket(
        ratePerSecond: limits.required(.snsPublishPerSecond),
        capacity: limits.required(.snsPublishPerSecond)),
      deliverySchedule: DeliverySchedule(limits: limits),
      failureRecordBytes: integer(.lambdaFailureRecordBytes))
  }

  func schedules() -> [ScheduleState] {
    spec.schedules.map { schedule in
      let entity = EntityAddress.name(schedule.logicalID)
      let phase: SimDuration
      if case .rate = schedule.expression {
        phase = SimDuration(
          seconds: draws.uniform(.schedulePhase, entity: entity) * limits.required(.scheduleRatePhaseSeconds))
      } else {
        phase = .zero
      }
      return ScheduleState(
        spec: schedule, entity: entity,
        clock: ScheduleClock(schedule.expression, startEpochMinutes: spec.run.startEpochMinutes),
        phase: phase,
        cronDelay: limits.required(.scheduleCronDelaySeconds), isEnabled: schedule.enabled)
    }
  }

  func alarms() -> [AlarmState] {
    spec.alarms.map { alarm in
      AlarmState(
        evaluator: AlarmEvaluator(spec: alarm, limits: limits),
        location: metrics.find(alarm.namespace, alarm.resource, alarm.metricName),
        entity: EntityAddress.name(alarm.logicalID),
        publication: .uniform(
          min: limits.required(.cloudwatchPublicationMinSeconds),
          max: limits.required(.cloudwatchPublicationMaxSeconds)))
    }
  }
}
