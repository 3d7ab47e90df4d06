import Services

extension EraPreset {
  /// Source: fact sheet §5.
  static let messagingNumbers: [PresetNumber] = [
    .init(.snsMessageMaxBytes, "B", 262_144, 262_144, "5.2", .documented, "[API]", "bytes of one message"),
    .init(
      .snsPublishPerSecond, "messages/s", 30_000, 30_000, "5.2", .documented, "[N5]; 2017 folklore",
      "messages published to standard topics of the account in us-east-1"),
    .init(
      .snsPublishBatchMax, "messages", 1, 10, "5.2", .documented, "[N5]",
      "messages of one publish call; batches came after 2017"),
    .init(
      .snsPublishSeconds, "s", 0.015, 0.015, "5.2", .assumption, "assumption: same order as an SQS send, §6",
      "time of one publish call"),
    .init(
      .snsDeliveryP10Seconds, "s", 0.037, 0.037, "5.2", .measured, "[B2] less the warm invocation",
      "10 % quantile from publish until the function is invoked"),
    .init(
      .snsDeliveryP50Seconds, "s", 0.048, 0.048, "5.2", .measured, "[B2] less the warm invocation",
      "median from publish until the function is invoked"),
    .init(
      .snsDeliveryP90Seconds, "s", 0.1, 0.1, "5.2", .measured, "[B2] less the warm invocation",
      "90 % quantile from publish until the function is invoked"),
    .init(
      .snsDeliveryP99Seconds, "s", 0.2, 0.2, "5.2", .measured, "[B2] less the warm invocation",
      "99 % quantile from publish until the function is invoked"),
  ]

  /// Source: fact sheet §7.
  static let dynamodbNumbers: [PresetNumber] = [
    .init(
      .dynamodbPartitionReadUnits, "RCU/s", 3000, 3000, "7.2", .documented, "[D4][D5]",
      "read units of one partition at most"),
    .init(
      .dynamodbPartitionWriteUnits, "WCU/s", 1000, 1000, "7.2", .documented, "[D4][D5]",
      "write units of one partition at most"),
    .init(
      .dynamodbBurstSeconds, "s", 300, 300, "7.2", .documented, "[D4][D5]",
      "unused provisioned capacity is kept this long"),
    .init(
      .dynamodbInstantAdaptive, "", 0, 1, "7.2", .documented, "[D5][D6]",
      "1: a hot partition may use what the others leave, at once"),
    .init(.dynamodbItemMaxBytes, "B", 409_600, 409_600, "7.1", .documented, "[D1][D3]", "bytes of one item"),
    .init(.dynamodbGetP50Seconds, "s", 0.0035, 0.0035, "7.9", .assumption, "model", "median time of a get"),
    .init(.dynamodbGetP99Seconds, "s", 0.012, 0.012, "7.9", .assumption, "model", "99 % quantile of a get"),
    .init(.dynamodbPutP50Seconds, "s", 0.005, 0.005, "7.9", .assumption, "model", "median time of a write"),
    .init(.dynamodbPutP99Seconds, "s", 0.018, 0.018, "7.9", .assumption, "model", "99 % quantile of a write"),
    .init(
      .dynamodbQueryPageSeconds, "s", 0.001, 0.001, "7.9", .assumption, "model",
      "time that a page of a query or scan takes beyond a get"),
    .init(
      .dynamodbQueryPageMaxBytes, "B", 1_048_576, 1_048_576, "7.1", .documented, "[D3]",
      "bytes of one page of a query or scan"),
    .init(
      .dynamodbOnDemandInitialWriteUnits, "WRU/s", nil, 4000, "7.4", .documented, "[D9]",
      "write units that a new on-demand table sustains"),
    .init(
      .dynamodbOnDemandInitialReadUnits, "RRU/s", nil, 12_000, "7.4", .documented, "[D9]",
      "read units that a new on-demand table sustains"),
  ]

  /// Prices of us-east-1 before the free tier. Source: fact sheet §16.
  static let priceNumbers: [PresetNumber] = [
    .init(.priceMonthHours, "h", 730, 730, "16", .documented, "[$I]", "hours of a month on a bill"),
    .init(.priceLambdaMillionRequests, "USD", 0.20, 0.20, "4.9", .documented, "[$L]", "a million requests"),
    .init(
      .priceLambdaGBSecond, "USD", 0.00001667, 0.0000166667, "4.9", .documented, "[$L][$I]",
      "a gigabyte-second on x86"),
    .init(
      .priceLambdaArmGBSecond, "USD", nil, 0.0000133334, "4.9", .documented, "[$L][$I]",
      "a gigabyte-second on Arm"),
    .init(.priceKinesisShardHour, "USD", 0.015, 0.015, "16", .documented, "[$K][$I]", "a shard for an hour"),
    .init(
      .priceKinesisMillionPutUnits, "USD", 0.014, 0.014, "16", .documented, "[$K][$I]", "a million PUT units"),
    .init(.priceKinesisPutUnitBytes, "B", 25_600, 25_600, "17", .documented, "[$K]", "bytes of one PUT unit"),
    .init(
      .priceKinesisExtendedRetentionShardHour, "USD", 0.020, 0.020, "16", .documented, "[$K][$I]",
      "a shard for an hour with a retention over 24 h, up to 7 days"),
    .init(
      .priceKinesisLongRetentionGBMonth, "USD", nil, 0.023, "16", .documented, "[$I]",
      "a gigabyte kept for a month beyond 7 days"),
    .init(
      .priceKinesisOnDemandStreamHour, "USD", nil, 0.04, "16", .documented, "[$I]",
      "an on-demand stream for an hour"),
    .init(
      .priceKinesisOnDemandInGB, "USD", nil, 0.08, "16", .documented, "[$I]",
      "a gigabyte written to an on-demand stream, each record in whole kilobytes"),
    .init(
      .priceKinesisOnDemandOutGB, "USD", nil, 0.04, "16", .documented, "[$I]",
      "a gigabyte read from an on-demand stream"),
    .init(
      .priceKinesisOnDemandFanOutGB, "USD", nil, 0.05, "16", .documented, "[$I]",
      "a gigabyte pushed from an on-demand stream by enhanced fan-out"),
    .init(
      .priceKinesisOnDemandRetentionGBMonth, "USD", nil, 0.10, "16", .documented, "[$K][$I]",
      "a gigabyte of an on-demand stream kept for a month beyond 24 h"),
    .init(
      .priceKinesisConsumerShardHour, "USD", nil, 0.015, "16", .documented, "[$I]",
      "a consumer with enhanced fan-out on one shard for an hour"),
    .init(
      .priceKinesisConsumerGB, "USD", nil, 0.013, "16", .documented, "[$I]",
      "a gigabyte pushed to consumers with enhanced fan-out"),
    .init(
      .priceSnsMillionPublishes, "USD", 0.50, 0.50, "16", .documented, "[$N][$I]", "a million publish units"),
    .init(
      .priceSnsPublishUnitBytes, "B", 65_536, 65_536, "16", .documented, "[$N][$I]",
      "bytes of one publish unit"),
    .init(
      .priceSqsMillionRequests, "USD", 0.40, 0.40, "16", .documented, "[$Q][$I]",
      "a million requests to standard queues, first tier"),
    .init(
      .priceSqsRequestUnitBytes, "B", 65_536, 65_536, "16", .documented, "[$Q][$I]",
      "bytes of one billed request"),
    .init(
      .priceSqsPollerHour, "USD", nil, 0.00925, "16", .folklore, "[$L]",
      "a provisioned poller of a queue's mapping for an hour"),
    .init(
      .priceDynamodbWriteUnitHour, "USD", 0.00065, 0.00065, "16", .documented, "[$D][$I]",
      "a provisioned write unit for an hour"),
    .init(
      .priceDynamodbReadUnitHour, "USD", 0.00013, 0.00013, "16", .documented, "[$D][$I]",
      "a provisioned read unit for an hour"),
    .init(
      .priceDynamodbMillionWriteRequestUnits, "USD", nil, 0.625, "16", .documented, "[$D][$I]",
      "a million on-demand write units"),
    .init(
      .priceDynamodbMillionReadRequestUnits, "USD", nil, 0.125, "16", .documented, "[$D][$I]",
      "a million on-demand read units"),
    .init(
      .priceFirehoseGB, "USD", 0.029, 0.029, "16", .documented, "[$F]; 2017 folklore, 0.035 before",
      "a gigabyte put into a delivery stream, first 500 TB"),
    .init(
      .priceFirehoseRecordUnitBytes, "B", 5120, 5120, "16", .documented, "[$F]",
      "each record is rounded up to a multiple of this"),
    .init(
      .priceS3MillionWrites, "USD", 5, 5, "16", .documented, "[$S][$I]", "a million PUT or LIST requests"),
    .init(.priceS3MillionReads, "USD", 0.4, 0.4, "16", .documented, "[$S][$I]", "a million GET requests"),
    .init(
      .priceS3GBMonth, "USD", 0.023, 0.023, "16", .documented, "[$S][$I]",
      "a gigabyte of standard storage for a month"),
    .init(
      .priceCloudwatchAlarmMonth, "USD", 0.10, 0.10, "16", .documented, "[$C][$I]",
      "a standard alarm for a month"),
  ]
}
