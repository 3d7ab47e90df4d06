import Services

extension EraPreset {
  /// Source: fact sheet §4.
  static let lambdaNumbers: [PresetNumber] = [
    .init(
      .lambdaAccountConcurrency, "environments", 1000, 1000, "4.1", .documented, "[L1][L10]",
      "concurrent executions of the account in the region"),
    .init(
      .lambdaUnreservedMinimum, "environments", 100, 100, "4.1", .documented, "[L10]",
      "part of the account's concurrency that no function may reserve"),
    .init(
      .lambdaTimeoutMaxSeconds, "s", 300, 900, "4.1", .documented, "[L1][L19]",
      "longest Timeout of a function"),
    .init(
      .lambdaMemoryMaxMB, "MB", 3008, 10_240, "4.1", .documented, "[L1][L19]",
      "largest MemorySize of a function; 1,536 until November 2017"),
    .init(
      .lambdaMemoryStepMB, "MB", 64, 1, "4.1", .documented, "[L1][L19]", "MemorySize is a multiple of this"),
    .init(
      .lambdaFullCPUMemoryMB, "MB", 1792, 1769, "4.1", .documented, "[L1]; 2017 folklore",
      "memory size that comes with one whole CPU"),
    .init(
      .lambdaRegionBurst, "environments", 3000, nil, "4.3", .documented, "[L21]",
      "environments that a region starts at once: 3,000, 1,000 or 500 by region"),
    .init(
      .lambdaRegionBurstPerMinute, "environments/min", 500, nil, "4.3", .documented, "[L21]",
      "environments that a region adds each minute after the burst"),
    .init(
      .lambdaFunctionBurst, "environments", nil, 1000, "4.3", .documented, "[L22]",
      "environments that one function starts at once"),
    .init(
      .lambdaFunctionBurstPerSecond, "environments/s", nil, 100, "4.3", .documented, "[L22]",
      "refill of a function's burst"),
    .init(
      .lambdaRequestsPerConcurrency, "1/s", nil, 10, "4.1", .documented, "[L1]",
      "requests a second for each unit of the concurrency limit"),
    .init(
      .lambdaIdleMinSeconds, "s", 1500, 300, "4.7", .measured, "[B7][B8][P1]",
      "shortest life of an idle environment"),
    .init(
      .lambdaIdleMaxSeconds, "s", 3600, 420, "4.7", .measured, "[B7][B8][P1]",
      "longest life of an idle environment"),
    .init(
      .lambdaEnvironmentMaxLifetimeSeconds, "s", 21_600, 7200, "4.7", .measured, "[L24][P1]",
      "an environment is not used again after this"),
    .init(
      .lambdaInvokeOverheadSeconds, "s", 0.025, 0.025, "4.7", .measured, "[P1]",
      "from a request until the handler of a warm environment runs"),
    .init(
      .lambdaColdStartP50Seconds, "s", 0.21, 0.264, "4.7", .measured, "[P1]; now [B8] JavaScript",
      "median of the time that a cold start adds, unless the scenario gives its own"),
    .init(
      .lambdaColdStartP99Seconds, "s", 0.551, 0.693, "4.7", .assumption,
      "the spread of [B8] JavaScript (0.264 s to 0.595 s at 97.5 %) read as lognormal",
      "99 % quantile of the time that a cold start adds, unless the scenario gives its own"),
    .init(
      .lambdaAsyncRetryFirstSeconds, "s", 60, 60, "4.5", .documented, "[L11]",
      "pause before the first retry of an asynchronous event whose handler failed"),
    .init(
      .lambdaAsyncRetrySecondSeconds, "s", 120, 120, "4.5", .documented, "[L11]",
      "pause before the second retry of an asynchronous event whose handler failed"),
    .init(
      .lambdaAsyncMaxRetryAttempts, "retries", 2, 2, "4.5", .documented, "[L9][L11]",
      "retries of an asynchronous event whose handler failed"),
    .init(
      .lambdaAsyncMaxEventAgeSeconds, "s", 21_600, 21_600, "4.5", .documented, "[L11]",
      "longest wait of an asynchronous event"),
    .init(
      .lambdaAsyncThrottleBaseSeconds, "s", 1, 1, "4.5", .documented, "[L11]",
      "first pause of a throttled asynchronous event"),
    .init(
      .lambdaAsyncThrottleMaxSeconds, "s", 300, 300, "4.5", .documented, "[L11]",
      "longest pause of a throttled asynchronous event"),
    .init(
      .lambdaAsyncThrottleJitter, "", 0.1, 0.1, "4.5", .assumption, "model",
      "share by which that pause varies either way"),
    .init(
      .lambdaFailureRecordBytes, "B", 1024, 1024, "2.3", .assumption, "model",
      "bytes of a record that describes a failed message and leaves it out"),
    .init(
      .lambdaAsyncPayloadMaxBytes, "B", 131_072, 1_048_576, "4.1", .documented, "[L1][L19]",
      "bytes of an asynchronous event"),
    .init(
      .lambdaBillingStepMilliseconds, "ms", 100, 1, "4.9", .documented, "[L14][L13]",
      "billed duration is rounded up to a multiple of this"),
    .init(.lambdaBillsInit, "", 0, 1, "4.9", .documented, "[B9]", "1: the cold start is billed as well"),
  ]

  /// Source: fact sheet §14.
  static let sdkNumbers: [PresetNumber] = [
    .init(
      .sdkMaxAttempts, "attempts", 4, 3, "14", .documented, "[J1]; now [J2] standard mode",
      "attempts of one API call, the first included"),
    .init(
      .sdkBackoffBaseSeconds, "s", 0.1, 1, "14", .documented, "[J1]; now [J2] standard mode",
      "pause before a retry is random up to this, doubled with each attempt"),
    .init(
      .sdkBackoffMaxSeconds, "s", nil, 20, "14", .documented, "[J1] has none; now [J2] standard mode",
      "cap of that pause"),
    .init(
      .sdkDynamodbMaxAttempts, "attempts", 11, 3, "14", .documented, "[J1]; now [J2] standard mode",
      "attempts of one DynamoDB call, the first included"),
    .init(
      .sdkDynamodbBackoffBaseSeconds, "s", 0.05, 1, "14", .documented, "[J1]; now [J2] standard mode",
      "as sdk.backoffBaseSeconds, for DynamoDB"),
    .init(
      .sdkResendFirstSeconds, "s", 0.1, 0.1, "1.3", .assumption,
      "assumption: the producer's own loop, no SDK does it",
      "first pause before rejected entries of a batch call are sent again"),
    .init(
      .sdkResendMaxSeconds, "s", 5, 5, "1.3", .assumption,
      "assumption: the producer's own loop, no SDK does it",
      "longest pause before rejected entries of a batch call are sent again"),
  ]
}
