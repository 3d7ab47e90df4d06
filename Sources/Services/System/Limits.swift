/// The numbers of the platform for one era: limits, delays, prices.
///
/// Code holds none of them; the presets do, each with unit, source, evidence mark and section of the fact sheet.
/// A missing value means that the rule does not exist in the era.
package struct Limits: Sendable {
  private var values: [Double?]

  package init() { values = Array(repeating: nil, count: LimitName.allCases.count) }

  package subscript(_ name: LimitName) -> Double? {
    get { values[name.index] }
    set { values[name.index] = newValue }
  }

  /// A value that every era has.
  package func required(_ name: LimitName) -> Double {
    guard let value = values[name.index] else { preconditionFailure("preset without \(name.rawValue)") }
    return value
  }
}

extension LimitName {
  /// Position in declaration order.
  package var index: Int { Self.positions[self]! }
  private static let positions = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}

/// Names of all preset numbers, as scenarios write them under `limits`.
///
/// The unit is the last word where it is not a plain count; presets say the rest.
package enum LimitName: String, CaseIterable, Sendable, Hashable {
  // Kinesis, fact sheet §1
  case kinesisWriteRecordsPerSecond = "kinesis.writeRecordsPerSecond"
  case kinesisWriteBytesPerSecond = "kinesis.writeBytesPerSecond"
  case kinesisReadCallsPerSecond = "kinesis.readCallsPerSecond"
  case kinesisReadBytesPerSecond = "kinesis.readBytesPerSecond"
  case kinesisGetRecordsMaxRecords = "kinesis.getRecordsMaxRecords"
  case kinesisGetRecordsMaxBytes = "kinesis.getRecordsMaxBytes"
  case kinesisPutRecordsMaxRecords = "kinesis.putRecordsMaxRecords"
  case kinesisPutRecordsMaxBytes = "kinesis.putRecordsMaxBytes"
  case kinesisRecordMaxBytes = "kinesis.recordMaxBytes"
  case kinesisPropagationSeconds = "kinesis.propagationSeconds"
  case kinesisGetRecordsP50Seconds = "kinesis.getRecordsP50Seconds"
  case kinesisGetRecordsP99Seconds = "kinesis.getRecordsP99Seconds"
  case kinesisFanOutP10Seconds = "kinesis.fanOutP10Seconds"
  case kinesisFanOutP50Seconds = "kinesis.fanOutP50Seconds"
  case kinesisFanOutP90Seconds = "kinesis.fanOutP90Seconds"
  case kinesisFanOutP99Seconds = "kinesis.fanOutP99Seconds"
  case kinesisFanOutBytesPerSecond = "kinesis.fanOutBytesPerSecond"
  case kinesisConsumersPerStream = "kinesis.consumersPerStream"
  case kinesisPutSeconds = "kinesis.putSeconds"
  case kinesisRetentionMaxHours = "kinesis.retentionMaxHours"
  case kinesisShardQuota = "kinesis.shardQuota"
  case kinesisOnDemandWriteBytesPerSecond = "kinesis.onDemandWriteBytesPerSecond"
  case kinesisOnDemandMaxBytesPerSecond = "kinesis.onDemandMaxBytesPerSecond"
  case kinesisOnDemandSplitBytesPerSecond = "kinesis.onDemandSplitBytesPerSecond"
  case kinesisOnDemandSplitSeconds = "kinesis.onDemandSplitSeconds"
  case kinesisReshardStepSeconds = "kinesis.reshardStepSeconds"
  case kinesisShardCountUpdatesPerDay = "kinesis.shardCountUpdatesPerDay"
  // Event source mapping for streams, §2
  case mappingPollSeconds = "mapping.pollSeconds"
  case mappingPollJitter = "mapping.pollJitter"
  /// 1: GetRecords asks for BatchSize records only (2017 wording).
  case mappingReadsBatchSizeOnly = "mapping.readsBatchSizeOnly"
  case mappingBufferMaxBytes = "mapping.bufferMaxBytes"
  case mappingPayloadMaxBytes = "mapping.payloadMaxBytes"
  case mappingRecordOverheadBytes = "mapping.recordOverheadBytes"
  case mappingBackoffBaseSeconds = "mapping.backoffBaseSeconds"
  case mappingBackoffMaxSeconds = "mapping.backoffMaxSeconds"
  case mappingBackoffJitter = "mapping.backoffJitter"
  case mappingReadBackoffBaseSeconds = "mapping.readBackoffBaseSeconds"
  case mappingReadBackoffMaxSeconds = "mapping.readBackoffMaxSeconds"
  case mappingBatchSizeMax = "mapping.batchSizeMax"
  case mappingWindowStateMaxBytes = "mapping.windowStateMaxBytes"
  case mappingCheckpointLoss = "mapping.checkpointLoss"
  // Lambda, §4
  case lambdaAccountConcurrency = "lambda.accountConcurrency"
  case lambdaUnreservedMinimum = "lambda.unreservedMinimum"
  case lambdaTimeoutMaxSeconds = "lambda.timeoutMaxSeconds"
  case lambdaMemoryMaxMB = "lambda.memoryMaxMB"
  case lambdaMemoryStepMB = "lambda.memoryStepMB"
  case lambdaFullCPUMemoryMB = "lambda.fullCPUMemoryMB"
  case lambdaRegionBurst = "lambda.regionBurst"
  case lambdaRegionBurstPerMinute = "lambda.regionBurstPerMinute"
  case lambdaFunctionBurst = "lambda.functionBurst"
  case lambdaFunctionBurstPerSecond = "lambda.functionBurstPerSecond"
  case lambdaRequestsPerConcurrency = "lambda.requestsPerConcurrency"
  case lambdaIdleMinSeconds = "lambda.idleMinSeconds"
  case lambdaIdleMaxSeconds = "lambda.idleMaxSeconds"
  case lambdaEnvironmentMaxLifetimeSeconds = "lambda.environmentMaxLifetimeSeconds"
  case lambdaInvokeOverheadSeconds = "lambda.invokeOverheadSeconds"
  case lambdaColdStartP50Seconds = "lambda.coldStartP50Seconds"
  case lambdaColdStartP99Seconds = "lambda.coldStartP99Seconds"
  case lambdaAsyncRetryFirstSeconds = "lambda.asyncRetryFirstSeconds"
  case lambdaAsyncRetrySecondSeconds = "lambda.asyncRetrySecondSeconds"
  case lambdaAsyncMaxRetryAttempts = "lambda.asyncMaxRetryAttempts"
  case lambdaAsyncMaxEventAgeSeconds = "lambda.asyncMaxEventAgeSeconds"
  case lambdaAsyncThrottleBaseSeconds = "lambda.asyncThrottleBaseSeconds"
  case lambdaAsyncThrottleMaxSeconds = "lambda.asyncThrottleMaxSeconds"
  case lambdaAsyncThrottleJitter = "lambda.asyncThrottleJitter"
  case lambdaAsyncPayloadMaxBytes = "lambda.asyncPayloadMaxBytes"
  case lambdaFailureRecordBytes = "lambda.failureRecordBytes"
  case lambdaBillingStepMilliseconds = "lambda.billingStepMilliseconds"
  /// 1: the init phase is billed.
  case lambdaBillsInit = "lambda.billsInit"
  // SNS, §5
  case snsMessageMaxBytes = "sns.messageMaxBytes"
  case snsPublishPerSecond = "sns.publishPerSecond"
  case snsPublishBatchMax = "sns.publishBatchMax"
  case snsPublishSeconds = "sns.publishSeconds"
  case snsDeliveryP10Seconds = "sns.deliveryP10Seconds"
  case snsDeliveryP50Seconds = "sns.deliveryP50Seconds"
  case snsDeliveryP90Seconds = "sns.deliveryP90Seconds"
  case snsDeliveryP99Seconds = "sns.deliveryP99Seconds"
  case snsImmediateRetries = "sns.immediateRetries"
  case snsPreBackoffRetries = "sns.preBackoffRetries"
  case snsBackoffRetries = "sns.backoffRetries"
  case snsBackoffFirstSeconds = "sns.backoffFirstSeconds"
  case snsBackoffLastSeconds = "sns.backoffLastSeconds"
  case snsPostBackoffRetries = "sns.postBackoffRetries"
  // SQS, §6, and its event source mapping, §3
  case sqsMessageMaxBytes = "sqs.messageMaxBytes"
  case sqsBatchMax = "sqs.batchMax"
  case sqsInFlightMax = "sqs.inFlightMax"
  case sqsCallSeconds = "sqs.callSeconds"
  case sqsPollersStart = "sqs.pollersStart"
  case sqsPollersPerMinute = "sqs.pollersPerMinute"
  case sqsPollersMax = "sqs.pollersMax"
  case sqsProvisionedPollerConcurrency = "sqs.provisionedPollerConcurrency"
  case sqsProvisionedPollersPerMinute = "sqs.provisionedPollersPerMinute"
  case sqsLongPollSeconds = "sqs.longPollSeconds"
  case sqsDeliveryP10Seconds = "sqs.deliveryP10Seconds"
  case sqsDeliveryP50Seconds = "sqs.deliveryP50Seconds"
  case sqsDeliveryP90Seconds = "sqs.deliveryP90Seconds"
  case sqsDeliveryP99Seconds = "sqs.deliveryP99Seconds"
  case sqsRecordOverheadBytes = "sqs.recordOverheadBytes"
  case sqsMappingVisibilityExtraSeconds = "sqs.mappingVisibilityExtraSeconds"
  case sqsThrottleBackoffBaseSeconds = "sqs.throttleBackoffBaseSeconds"
  case sqsThrottleBackoffMaxSeconds = "sqs.throttleBackoffMaxSeconds"
  case sqsThrottleBackoffJitter = "sqs.throttleBackoffJitter"
  // DynamoDB, §7
  case dynamodbPartitionReadUnits = "dynamodb.partitionReadUnits"
  case dynamodbPartitionWriteUnits = "dynamodb.partitionWriteUnits"
  case dynamodbBurstSeconds = "dynamodb.burstSeconds"
  /// 1: a hot partition may use up to the partition ceiling at once while the table total allows.
  case dynamodbInstantAdaptive = "dynamodb.instantAdaptive"
  case dynamodbItemMaxBytes = "dynamodb.itemMaxBytes"
  case dynamodbGetP50Seconds = "dynamodb.getP50Seconds"
  case dynamodbGetP99Seconds = "dynamodb.getP99Seconds"
  case dynamodbPutP50Seconds = "dynamodb.putP50Seconds"
  case dynamodbPutP99Seconds = "dynamodb.putP99Seconds"
  case dynamodbQueryPageSeconds = "dynamodb.queryPageSeconds"
  case dynamodbQueryPageMaxBytes = "dynamodb.queryPageMaxBytes"
  case dynamodbOnDemandInitialWriteUnits = "dynamodb.onDemandInitialWriteUnits"
  case dynamodbOnDemandInitialReadUnits = "dynamodb.onDemandInitialReadUnits"
  // S3, §8
  case s3WritesPerSecond = "s3.writesPerSecond"
  case s3ReadsPerSecond = "s3.readsPerSecond"
  case s3ListPageMaxKeys = "s3.listPageMaxKeys"
  case s3PutP50Seconds = "s3.putP50Seconds"
  case s3PutP99Seconds = "s3.putP99Seconds"
  case s3GetP50Seconds = "s3.getP50Seconds"
  case s3GetP99Seconds = "s3.getP99Seconds"
  case s3ListP50Seconds = "s3.listP50Seconds"
  case s3ListP99Seconds = "s3.listP99Seconds"
  case s3ConnectionBytesPerSecond = "s3.connectionBytesPerSecond"
  case s3EventP50Seconds = "s3.eventP50Seconds"
  case s3EventP99Seconds = "s3.eventP99Seconds"
  // Firehose, §9
  case firehosePutCallsPerSecond = "firehose.putCallsPerSecond"
  case firehoseRecordsPerSecond = "firehose.recordsPerSecond"
  case firehoseBytesPerSecond = "firehose.bytesPerSecond"
  case firehoseRecordMaxBytes = "firehose.recordMaxBytes"
  case firehoseBatchMaxRecords = "firehose.batchMaxRecords"
  case firehoseBufferMinSeconds = "firehose.bufferMinSeconds"
  case firehosePutSeconds = "firehose.putSeconds"
  case firehoseRetryPauseSeconds = "firehose.retryPauseSeconds"
  case firehoseRetrySeconds = "firehose.retrySeconds"
  // Schedules, §12
  case scheduleRatePhaseSeconds = "schedule.ratePhaseSeconds"
  case scheduleCronDelaySeconds = "schedule.cronDelaySeconds"
  // CloudWatch, §11
  case cloudwatchEvaluationRangeExtraPeriods = "cloudwatch.evaluationRangeExtraPeriods"
  case cloudwatchPublicationMinSeconds = "cloudwatch.publicationMinSeconds"
  case cloudwatchPublicationMaxSeconds = "cloudwatch.publicationMaxSeconds"
  // SDK, §14
  case sdkMaxAttempts = "sdk.maxAttempts"
  case sdkBackoffBaseSeconds = "sdk.backoffBaseSeconds"
  case sdkBackoffMaxSeconds = "sdk.backoffMaxSeconds"
  case sdkDynamodbMaxAttempts = "sdk.dynamodbMaxAttempts"
  case sdkDynamodbBackoffBaseSeconds = "sdk.dynamodbBackoffBaseSeconds"
  case sdkResendFirstSeconds = "sdk.resendFirstSeconds"
  case sdkResendMaxSeconds = "sdk.resendMaxSeconds"
  // Prices in USD, §16
  case priceMonthHours = "price.monthHours"
  case priceLambdaMillionRequests = "price.lambdaMillionRequests"
  case priceLambdaGBSecond = "price.lambdaGBSecond"
  case priceLambdaArmGBSecond = "price.lambdaArmGBSecond"
  case priceKinesisShardHour = "price.kinesisShardHour"
  case priceKinesisMillionPutUnits = "price.kinesisMillionPutUnits"
  case priceKinesisPutUnitBytes = "price.kinesisPutUnitBytes"
  case priceKinesisExtendedRetentionShardHour = "price.kinesisExtendedRetentionShardHour"
  case priceKinesisLongRetentionGBMonth = "price.kinesisLongRetentionGBMonth"
  case priceKinesisOnDemandStreamHour = "price.kinesisOnDemandStreamHour"
  case priceKinesisOnDemandInGB = "price.kinesisOnDemandInGB"
  case priceKinesisOnDemandOutGB = "price.kinesisOnDemandOutGB"
  case priceKinesisOnDemandFanOutGB = "price.kinesisOnDemandFanOutGB"
  case priceKinesisOnDemandRetentionGBMonth = "price.kinesisOnDemandRetentionGBMonth"
  case priceKinesisConsumerShardHour = "price.kinesisConsumerShardHour"
  case priceKinesisConsumerGB = "price.kinesisConsumerGB"
  case priceSnsMillionPublishes = "price.snsMillionPublishes"
  case priceSnsPublishUnitBytes = "price.snsPublishUnitBytes"
  case priceSqsMillionRequests = "price.sqsMillionRequests"
  case priceSqsRequestUnitBytes = "price.sqsRequestUnitBytes"
  case priceSqsPollerHour = "price.sqsPollerHour"
  case priceDynamodbWriteUnitHour = "price.dynamodbWriteUnitHour"
  case priceDynamodbReadUnitHour = "price.dynamodbReadUnitHour"
  case priceDynamodbMillionWriteRequestUnits = "price.dynamodbMillionWriteRequestUnits"
  case priceDynamodbMillionReadRequestUnits = "price.dynamodbMillionReadRequestUnits"
  case priceFirehoseGB = "price.firehoseGB"
  case priceFirehoseRecordUnitBytes = "price.firehoseRecordUnitBytes"
  case priceS3MillionWrites = "price.s3MillionWrites"
  case priceS3MillionReads = "price.s3MillionReads"
  case priceS3GBMonth = "price.s3GBMonth"
  case priceCloudwatchAlarmMonth = "price.cloudwatchAlarmMonth"
}
