import Services

extension EraPreset {
  /// Quotas of us-east-1. Source: fact sheet §9.
  static let firehoseNumbers: [PresetNumber] = [
    .init(
      .firehosePutCallsPerSecond, "1/s", 2000, 2000, "9", .documented, "[F1][F2]", "direct put calls a second"
    ),
    .init(
      .firehoseRecordsPerSecond, "1/s", 5000, 500_000, "9", .documented, "[F1][F2]",
      "records of direct puts a second"),
    .init(
      .firehoseBytesPerSecond, "B/s", 5_000_000, 5_242_880, "9", .documented, "[F1][F2]",
      "bytes of direct puts a second"),
    .init(
      .firehoseRecordMaxBytes, "B", 1_024_000, 1_024_000, "9", .documented, "[API]", "bytes of one record"),
    .init(
      .firehoseBatchMaxRecords, "records", 500, 500, "9", .documented, "[API]",
      "records of one PutRecordBatch call"),
    .init(
      .firehoseBufferMinSeconds, "s", 60, 0, "9", .documented, "[F1][F2]",
      "shortest interval of a buffer; zero since December 2023"),
    .init(
      .firehosePutSeconds, "s", 0.02, 0.02, "9", .assumption, "assumption: as a put into a stream",
      "time of one put call"),
    .init(
      .firehoseRetryPauseSeconds, "s", 30, 30, "9", .assumption, "model",
      "pause before a failed write to a bucket is tried again"),
    .init(
      .firehoseRetrySeconds, "s", 86_400, 86_400, "9", .documented, "[F1]",
      "a write to a bucket is tried this long, then its records are lost"),
  ]

  /// Source: fact sheet §8.
  static let s3Numbers: [PresetNumber] = [
    .init(
      .s3WritesPerSecond, "1/s", 300, 3500, "8", .documented, "[O1][O2]",
      "writes and lists of one prefix a second; 2017: what a bucket takes without a word to support"),
    .init(
      .s3ReadsPerSecond, "1/s", 800, 5500, "8", .documented, "[O1][O2]",
      "reads of one prefix a second; 2017: what a bucket takes without a word to support"),
    .init(.s3ListPageMaxKeys, "keys", 1000, 1000, "8", .documented, "[API]", "keys of one page of a listing"),
    .init(.s3PutP50Seconds, "s", 0.035, 0.035, "8", .assumption, "model", "median time of a small put"),
    .init(.s3PutP99Seconds, "s", 0.2, 0.2, "8", .assumption, "model", "99 % quantile of a small put"),
    .init(.s3GetP50Seconds, "s", 0.025, 0.025, "8", .assumption, "model", "median time of a small get"),
    .init(.s3GetP99Seconds, "s", 0.15, 0.15, "8", .assumption, "model", "99 % quantile of a small get"),
    .init(.s3ListP50Seconds, "s", 0.08, 0.08, "8", .assumption, "model", "median time of a list page"),
    .init(.s3ListP99Seconds, "s", 0.3, 0.3, "8", .assumption, "model", "99 % quantile of a list page"),
    .init(
      .s3ConnectionBytesPerSecond, "B/s", 87_500_000, 87_500_000, "8", .folklore, "85 to 90 MB/s",
      "bandwidth of one connection"),
    .init(
      .s3EventP50Seconds, "s", 1, 1, "8", .assumption, "model",
      "median from the write to the arrival of its event"),
    .init(
      .s3EventP99Seconds, "s", 8, 8, "8", .assumption, "model",
      "99 % quantile from the write to the arrival of its event"),
  ]
}
