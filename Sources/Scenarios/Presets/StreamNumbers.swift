import Services

extension EraPreset {
  /// Source: fact sheet §1.
  static let kinesisNumbers: [PresetNumber] = [
    .init(
      .kinesisWriteRecordsPerSecond, "records/s", 1000, 1000, "1.1", .documented, "[K1][K2]",
      "records that one shard accepts"),
    .init(
      .kinesisWriteBytesPerSecond, "B/s", 1_048_576, 1_048_576, "1.1", .documented, "[K1][K2]",
      "bytes that one shard accepts, partition keys included"),
    .init(
      .kinesisReadCallsPerSecond, "calls/s", 5, 5, "1.1", .documented, "[K1][K2]",
      "GetRecords calls on one shard, all polling consumers together"),
    .init(
      .kinesisReadBytesPerSecond, "B/s", 2_097_152, 2_097_152, "1.1", .documented, "[K1][K2]",
      "bytes read from one shard, all polling consumers together"),
    .init(
      .kinesisGetRecordsMaxRecords, "records", 10_000, 10_000, "1.1", .documented, "[K1][K3]",
      "records in one GetRecords reply"),
    .init(
      .kinesisGetRecordsMaxBytes, "B", 10_485_760, 10_485_760, "1.1", .documented, "[K1][K3]",
      "bytes in one GetRecords reply"),
    .init(
      .kinesisPutRecordsMaxRecords, "records", 500, 500, "1.1", .documented, "[K3]",
      "records in one PutRecords call"),
    .init(
      .kinesisPutRecordsMaxBytes, "B", 5_242_880, 10_485_760, "1.1", .documented, "[K3]",
      "bytes in one PutRecords call"),
    .init(
      .kinesisRecordMaxBytes, "B", 1_048_576, 1_048_576, "1.1", .documented, "[K3]",
      "bytes of one record; a setting of the stream today, this is its default"),
    .init(
      .kinesisPropagationSeconds, "s", 0.09, 0.09, "1.4", .assumption, "[B2]",
      "from an accepted put until a poll can see the record: the measured 125 ms less the call and the invocation"
    ),
    .init(
      .kinesisGetRecordsP50Seconds, "s", 0.01, 0.01, "1.4", .assumption, "fitted to the quantiles of [B2]",
      "median time of a GetRecords call that returns records"),
    .init(
      .kinesisGetRecordsP99Seconds, "s", 0.01, 0.8, "1.4", .assumption, "fitted to the quantiles of [B2]",
      "99 % quantile of that time and its longest; a poll a second alone cannot give the measured p99 of 1.58 s"
    ),
    .init(
      .kinesisFanOutP10Seconds, "s", nil, 0.004, "1.4", .measured, "[B2] less the warm invocation",
      "10 % quantile from an accepted put until enhanced fan-out has pushed the record"),
    .init(
      .kinesisFanOutP50Seconds, "s", nil, 0.024, "1.4", .measured, "[B2] less the warm invocation",
      "median from an accepted put until enhanced fan-out has pushed the record"),
    .init(
      .kinesisFanOutP90Seconds, "s", nil, 0.043, "1.4", .measured, "[B2] less the warm invocation",
      "90 % quantile from an accepted put until enhanced fan-out has pushed the record"),
    .init(
      .kinesisFanOutP99Seconds, "s", nil, 0.084, "1.4", .measured, "[B2] less the warm invocation",
      "99 % quantile from an accepted put until enhanced fan-out has pushed the record"),
    .init(
      .kinesisFanOutBytesPerSecond, "B/s", nil, 2_097_152, "1.1", .documented, "[K3]",
      "bytes that one shard pushes to each consumer with enhanced fan-out"),
    .init(
      .kinesisConsumersPerStream, "consumers", nil, 20, "1.1", .documented, "[K3]",
      "consumers with enhanced fan-out of one stream"),
    .init(
      .kinesisPutSeconds, "s", 0.012, 0.012, "1.3", .assumption, "assumption: same order as an SQS send, §6",
      "time of one PutRecord or PutRecords call"),
    .init(
      .kinesisRetentionMaxHours, "h", 168, 8760, "1.1", .documented, "[K1][K3]",
      "longest retention of a stream"),
    .init(
      .kinesisShardQuota, "shards", 500, 20_000, "1.1", .documented, "[K1][K2]",
      "shards of an account in the region"),
    .init(
      .kinesisOnDemandWriteBytesPerSecond, "B/s", nil, 4_194_304, "1.1", .documented, "[K2]",
      "bytes that a new on-demand stream accepts"),
    .init(
      .kinesisOnDemandMaxBytesPerSecond, "B/s", nil, 10_737_418_240, "1.1", .documented, "[K2]",
      "bytes that an on-demand stream grows to in us-east-1; 200 MB/s in most other regions"),
    .init(
      .kinesisOnDemandSplitBytesPerSecond, "B/s", nil, 512_000, "1.7", .documented, "[K2][K6]",
      "traffic above which a shard of an on-demand stream is split"),
    .init(
      .kinesisOnDemandSplitSeconds, "s", nil, 900, "1.7", .documented, "[K6], the longest it takes",
      "from that traffic until the children are open"),
    .init(
      .kinesisReshardStepSeconds, "s", 30, 30, "1.6", .assumption, "measured serially; waves are a model",
      "time of one wave of splits or merges"),
    .init(
      .kinesisShardCountUpdatesPerDay, "calls", 2, 10, "1.1", .documented, "[K1][K3]",
      "UpdateShardCount calls in 24 hours; in 2017 for the region, now for each stream"),
  ]

  /// Source: fact sheet §2.
  static let mappingNumbers: [PresetNumber] = [
    .init(
      .mappingPollSeconds, "s", 1, 1, "1.4", .documented, "[L2][L3], measured [B1]",
      "time between two polls of a mapping on a shard"),
    .init(
      .mappingPollJitter, "", 0.05, 0.05, "1.5", .assumption, "model",
      "share by which the time between two polls varies either way"),
    .init(
      .mappingReadsBatchSizeOnly, "", 1, 0, "2.2", .documented, "[L5]; now measured [B1]",
      "1: a poll asks for BatchSize records; 0: it asks for as many as a reply holds and buffers them"),
    .init(
      .mappingBufferMaxBytes, "B", 6_291_456, 6_291_456, "2.2", .measured, "[B1]",
      "bytes that a mapping holds ready of one shard"),
    .init(
      .mappingPayloadMaxBytes, "B", 6_291_456, 6_291_456, "2.2", .documented, "[L8]",
      "bytes of the event of one invocation"),
    .init(
      .mappingRecordOverheadBytes, "B", 555, 555, "2.2", .documented, "event example in the docs",
      "metadata of one record in the event, before base64 of its data"),
    .init(
      .mappingBackoffBaseSeconds, "s", 1, 1, "2.3", .assumption, "model; compare [I1]",
      "first pause before a failed batch is tried again"),
    .init(
      .mappingBackoffMaxSeconds, "s", 60, 60, "2.3", .assumption, "model",
      "longest pause before a failed batch is tried again"),
    .init(
      .mappingBackoffJitter, "", 0.2, 0.2, "2.3", .assumption, "model",
      "share by which that pause varies either way"),
    .init(
      .mappingReadBackoffBaseSeconds, "s", 1, 1, "1.5", .assumption, "model",
      "first pause after a GetRecords call that the stream throttled"),
    .init(
      .mappingReadBackoffMaxSeconds, "s", 10, 10, "1.5", .assumption, "model",
      "longest pause after GetRecords calls that the stream throttled"),
    .init(
      .mappingBatchSizeMax, "records", 10_000, 10_000, "2.1", .documented, "[L5][API]",
      "largest BatchSize of a mapping from a stream"),
    .init(
      .mappingWindowStateMaxBytes, "B", nil, 1_048_576, "2.4", .documented, "[L12]",
      "state that a function carries through a tumbling window"),
    .init(
      .mappingCheckpointLoss, "", 0, 0, "2.2", .assumption, "model",
      "share of handled batches of a stream that come again because their checkpoint was lost"),
  ]

  /// Source: fact sheet §11, §12.
  static let clockNumbers: [PresetNumber] = [
    .init(
      .scheduleRatePhaseSeconds, "s", 60, 60, "12", .assumption, "model",
      "a rate() rule fires this much after the whole minute at most, by a phase of its own"),
    .init(
      .scheduleCronDelaySeconds, "s", 5, 5, "12", .assumption, "model",
      "a cron() rule fires this much after the whole minute at most"),
    .init(
      .cloudwatchEvaluationRangeExtraPeriods, "periods", 2, 2, "11.3", .assumption,
      "[C1] example N = 3, R = 5",
      "periods that an alarm looks back beyond EvaluationPeriods"),
    .init(
      .cloudwatchPublicationMinSeconds, "s", 60, 60, "11.1", .assumption, "model",
      "earliest publication of a service metric after its minute"),
    .init(
      .cloudwatchPublicationMaxSeconds, "s", 120, 120, "11.1", .assumption, "model",
      "latest publication of a service metric after its minute"),
  ]
}
