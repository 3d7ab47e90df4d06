import Services

extension EraPreset {
  /// Queues and their event source mapping, which came in June 2018: its numbers of 2017 are those of its first years.
  ///
  /// Source: fact sheet §3, §6.
  static let queueNumbers: [PresetNumber] = [
    .init(
      .sqsMessageMaxBytes, "B", 262_144, 1_048_576, "6", .documented, "[API]",
      "bytes of one message, and of one batch call"),
    .init(.sqsBatchMax, "messages", 10, 10, "6", .documented, "[API]", "messages of one call"),
    .init(
      .sqsInFlightMax, "messages", 120_000, 120_000, "6", .documented, "[API]",
      "messages of a standard queue in flight"),
    .init(.sqsCallSeconds, "s", 0.010, 0.010, "6", .folklore, "6", "time of a send, receive or delete"),
    .init(
      .sqsPollersStart, "batches", 5, 5, "3.1", .documented, "[L16][L17]",
      "batches that a mapping handles at a time from the beginning, and its long polls while idle"),
    .init(
      .sqsPollersPerMinute, "batches/min", 60, 300, "3.1", .documented, "[L16][B4]; now [L17][B5]",
      "growth while messages wait; 300 from November 2023"),
    .init(
      .sqsPollersMax, "batches", 1000, 1250, "3.1", .documented, "[L16]; now [L17]",
      "batches that a mapping handles at a time at most"),
    .init(
      .sqsProvisionedPollerConcurrency, "batches", nil, 10, "3.1", .documented, "[L17]",
      "batches of one provisioned poller at a time"),
    .init(
      .sqsProvisionedPollersPerMinute, "batches/min", nil, 1000, "3.1", .documented, "[L17]",
      "growth in provisioned mode"),
    .init(
      .sqsLongPollSeconds, "s", 20, 20, "3.1", .documented, "[L16]", "an empty receive of a mapping lasts"),
    .init(
      .sqsDeliveryP10Seconds, "s", 0.0137, 0.0137, "3.3", .measured, "[B2]",
      "10 % quantile from a message in the queue to its handler"),
    .init(.sqsDeliveryP50Seconds, "s", 0.016, 0.016, "3.3", .measured, "[B2]", "median of the same"),
    .init(.sqsDeliveryP90Seconds, "s", 0.034, 0.034, "3.3", .measured, "[B2]", "90 % quantile of the same"),
    .init(.sqsDeliveryP99Seconds, "s", 0.105, 0.105, "3.3", .measured, "[B2]", "99 % quantile of the same"),
    .init(
      .sqsRecordOverheadBytes, "B", 825, 825, "3.2", .documented, "[L16]",
      "what a message adds to its body in the payload of an invocation"),
    .init(
      .sqsMappingVisibilityExtraSeconds, "s", 30, 30, "3.3", .documented, "[L16]",
      "visibility beyond window and timeout, where these do not fit into the queue's"),
    .init(
      .sqsThrottleBackoffBaseSeconds, "s", 1, 1, "3.3", .assumption, "model",
      "first pause of a throttled batch"),
    .init(
      .sqsThrottleBackoffMaxSeconds, "s", 30, 30, "3.3", .assumption, "model",
      "longest pause of a throttled batch"),
    .init(
      .sqsThrottleBackoffJitter, "", 0.5, 0.5, "3.3", .assumption, "model",
      "share of the pause that is random"),
  ]

  /// When topics try a delivery to a queue again. Source: fact sheet §5.1.
  static let deliveryNumbers: [PresetNumber] = [
    .init(
      .snsImmediateRetries, "retries", 10, 3, "5.1", .documented, "[N3]; now [N1]", "retries without a pause"),
    .init(
      .snsPreBackoffRetries, "retries", 0, 2, "5.1", .documented, "[N3]; now [N1]",
      "retries before the backoff, each after its first pause"),
    .init(
      .snsBackoffRetries, "retries", 0, 10, "5.1", .documented, "[N3]; now [N1]",
      "retries of the backoff, with exponential pauses"),
    .init(.snsBackoffFirstSeconds, "s", 1, 1, "5.1", .documented, "[N1]", "first pause of the backoff"),
    .init(
      .snsBackoffLastSeconds, "s", 20, 20, "5.1", .documented, "[N3]; now [N1]",
      "last pause of the backoff, and every one after it"),
    .init(
      .snsPostBackoffRetries, "retries", 100_000, 100_000, "5.1", .documented, "[N3]; now [N1]",
      "retries after the backoff"),
  ]
}
