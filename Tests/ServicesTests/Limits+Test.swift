import Services

extension Limits {
  /// A platform of round numbers and no randomness: times are zero, jitters are off, capacities are those of 2017.
  static var test: Limits {
    var limits = Limits()
    for name in LimitName.allCases { limits[name] = 0 }
    let values: [LimitName: Double] = [
      .kinesisWriteRecordsPerSecond: 1000, .kinesisWriteBytesPerSecond: 1_048_576,
      .kinesisReadCallsPerSecond: 5,
      .kinesisReadBytesPerSecond: 2_097_152, .kinesisGetRecordsMaxRecords: 10_000,
      .kinesisGetRecordsMaxBytes: 10_485_760, .kinesisPutRecordsMaxRecords: 500,
      .kinesisFanOutBytesPerSecond: 2_097_152, .kinesisReshardStepSeconds: 30,
      .kinesisPutRecordsMaxBytes: 5_242_880, .kinesisRecordMaxBytes: 1_048_576, .mappingPollSeconds: 1,
      .mappingBufferMaxBytes: 6_291_456, .mappingPayloadMaxBytes: 6_291_456,
      .mappingRecordOverheadBytes: 555, .mappingBackoffBaseSeconds: 1, .mappingBackoffMaxSeconds: 60,
      .mappingReadBackoffBaseSeconds: 1, .mappingReadBackoffMaxSeconds: 10,
      .lambdaAccountConcurrency: 10_000, .lambdaFullCPUMemoryMB: 1792, .lambdaRegionBurst: 3000,
      .lambdaRegionBurstPerMinute: 500, .lambdaIdleMinSeconds: 600, .lambdaIdleMaxSeconds: 600,
      .lambdaEnvironmentMaxLifetimeSeconds: 36_000, .lambdaAsyncRetryFirstSeconds: 60,
      .lambdaAsyncRetrySecondSeconds: 120, .lambdaAsyncThrottleBaseSeconds: 1,
      .lambdaAsyncThrottleMaxSeconds: 300,
      .lambdaBillingStepMilliseconds: 100, .snsDeliveryP10Seconds: 0.1, .snsDeliveryP50Seconds: 0.1,
      .snsDeliveryP90Seconds: 0.1, .snsDeliveryP99Seconds: 0.1,
      .dynamodbPartitionReadUnits: 3000, .dynamodbPartitionWriteUnits: 1000, .dynamodbBurstSeconds: 300,
      .dynamodbItemMaxBytes: 409_600, .dynamodbGetP50Seconds: 0.005, .dynamodbGetP99Seconds: 0.005,
      .dynamodbPutP50Seconds: 0.005, .dynamodbPutP99Seconds: 0.005, .dynamodbQueryPageMaxBytes: 1_048_576,
      .dynamodbOnDemandInitialWriteUnits: 4000, .dynamodbOnDemandInitialReadUnits: 12_000,
      .sdkMaxAttempts: 4, .sdkBackoffBaseSeconds: 0.1, .sdkDynamodbMaxAttempts: 11,
      .sdkDynamodbBackoffBaseSeconds: 0.05, .sdkResendFirstSeconds: 0.1, .sdkResendMaxSeconds: 1,
      .priceMonthHours: 730, .priceKinesisPutUnitBytes: 25_600, .priceSnsPublishUnitBytes: 65_536,
      .cloudwatchEvaluationRangeExtraPeriods: 2,
      .firehosePutCallsPerSecond: 2000, .firehoseRecordsPerSecond: 5000, .firehoseBytesPerSecond: 5_000_000,
      .firehoseRecordMaxBytes: 1_024_000, .firehoseBatchMaxRecords: 500, .firehoseRetryPauseSeconds: 30,
      .firehoseRetrySeconds: 86_400, .priceFirehoseRecordUnitBytes: 5120,
      .s3WritesPerSecond: 3500, .s3ReadsPerSecond: 5500, .s3ListPageMaxKeys: 1000,
      .s3ConnectionBytesPerSecond: 100_000_000, .s3PutP50Seconds: 0.01, .s3PutP99Seconds: 0.01,
      .s3GetP50Seconds: 0.02, .s3GetP99Seconds: 0.02, .s3ListP50Seconds: 0.05, .s3ListP99Seconds: 0.05,
      .s3EventP50Seconds: 1, .s3EventP99Seconds: 1,
      .snsMessageMaxBytes: 262_144, .snsPublishPerSecond: 30_000, .snsImmediateRetries: 3,
      .snsPreBackoffRetries: 2, .snsBackoffRetries: 10, .snsBackoffFirstSeconds: 1,
      .snsBackoffLastSeconds: 20, .snsPostBackoffRetries: 100_000, .lambdaAsyncPayloadMaxBytes: 131_072,
      .lambdaFailureRecordBytes: 1024, .sqsMessageMaxBytes: 262_144, .sqsBatchMax: 10,
      .sqsInFlightMax: 120_000, .sqsPollersStart: 5, .sqsPollersPerMinute: 60, .sqsPollersMax: 1000,
      .sqsProvisionedPollerConcurrency: 10, .sqsProvisionedPollersPerMinute: 1000, .sqsLongPollSeconds: 20,
      .sqsRecordOverheadBytes: 825, .sqsMappingVisibilityExtraSeconds: 30,
      .sqsThrottleBackoffBaseSeconds: 1, .sqsThrottleBackoffMaxSeconds: 30, .sqsThrottleBackoffJitter: 0.5,
      .priceSqsRequestUnitBytes: 65_536, .priceSqsMillionRequests: 0.4,
    ]
    for (name, value) in values { limits[name] = value }
    for absent in [
      LimitName.lambdaFunctionBurst, .lambdaFunctionBurstPerSecond, .lambdaRequestsPerConcurrency,
    ] {
      limits[absent] = nil
    }
    return limits
  }
}
