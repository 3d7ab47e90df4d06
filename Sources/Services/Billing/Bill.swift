package import Records

/// Turns quantities into the lines of a bill, with the prices of the era.
///
/// Prices are before the free tier. Quantities are those of the run, in the unit that has the price; a month
/// is `price.monthHours` long. Lines of nothing are left out. Source: fact sheet §16.
package struct Bill: Sendable {
  package private(set) var items: [UsageItem] = []
  private let limits: Limits

  package init(limits: Limits) { self.limits = limits }

  /// - Parameter gigabyteSeconds: Billed. [GB·s]
  package mutating func addFunction(_ resource: String, requests: Int, gigabyteSeconds: Double, isArm: Bool) {
    add(
      resource, "Lambda", "requests", Double(requests) / 1e6, "1M requests", .priceLambdaMillionRequests)
    add(
      resource, "Lambda", isArm ? "duration (Arm)" : "duration", gigabyteSeconds, "GB-s",
      isArm ? .priceLambdaArmGBSecond : .priceLambdaGBSecond)
  }

  /// - Parameters:
  ///   - shardHours: Of open shards; closed ones cost nothing. [shard·h]
  ///   - retentionHours: How long records stay readable: beyond 24 hours by the shard, beyond 7 days by the data.
  ///   - writtenBytes: Each byte is billed for its whole stay, even where that goes beyond the run.
  package mutating func addStream(
    _ resource: String, shardHours: Double, putUnits: Int, retentionHours: Double, writtenBytes: Int
  ) {
    add(resource, "Kinesis", "shard hours", shardHours, "shard-hour", .priceKinesisShardHour)
    add(resource, "Kinesis", "put units", Double(putUnits) / 1e6, "1M units", .priceKinesisMillionPutUnits)
    if retentionHours > 24 {
      add(
        resource, "Kinesis", "extended retention", shardHours, "shard-hour",
        .priceKinesisExtendedRetentionShardHour)
    }
    if retentionHours > 168 {
      add(
        resource, "Kinesis", "long-term retention",
        gigabyteMonths(writtenBytes, hours: retentionHours - 168), "GB-month",
        .priceKinesisLongRetentionGBMonth)
    }
  }

  /// An on-demand stream: by the hour and by what flows through it.
  ///
  /// - Parameters:
  ///   - writtenKibibytes: Records rounded up to whole ones.
  ///   - pushedBytes: By enhanced fan-out.
  package mutating func addOnDemandStream(
    _ resource: String, hours: Double, writtenKibibytes: Int, readBytes: Int, pushedBytes: Int,
    retentionHours: Double
  ) {
    add(resource, "Kinesis", "stream hours", hours, "stream-hour", .priceKinesisOnDemandStreamHour)
    let written = writtenKibibytes * 1024
    add(resource, "Kinesis", "data in", gigabytes(written), "GB", .priceKinesisOnDemandInGB)
    add(resource, "Kinesis", "data out", gigabytes(readBytes), "GB", .priceKinesisOnDemandOutGB)
    add(resource, "Kinesis", "fan-out data", gigabytes(pushedBytes), "GB", .priceKinesisOnDemandFanOutGB)
    if retentionHours > 24 {
      add(
        resource, "Kinesis", "extended retention", gigabyteMonths(written, hours: retentionHours - 24),
        "GB-month", .priceKinesisOnDemandRetentionGBMonth)
    }
  }

  /// A consumer with enhanced fan-out: its share of every shard, and what was pushed to it.
  package mutating func addConsumer(_ resource: String, shardHours: Double, pushedBytes: Int) {
    add(
      resource, "Kinesis", "fan-out shard hours", shardHours, "consumer-shard-hour",
      .priceKinesisConsumerShardHour)
    add(resource, "Kinesis", "fan-out data", gigabytes(pushedBytes), "GB", .priceKinesisConsumerGB)
  }

  /// - Parameter publishUnits: Publishes of 64 KB or part of it.
  package mutating func addTopic(_ resource: String, publishUnits: Int) {
    add(resource, "SNS", "publishes", Double(publishUnits) / 1e6, "1M publishes", .priceSnsMillionPublishes)
  }

  /// - Parameter requests: Calls of 64 KB or part of it, with those of pollers that found nothing.
  package mutating func addQueue(_ resource: String, requests: Int) {
    add(resource, "SQS", "requests", Double(requests) / 1e6, "1M requests", .priceSqsMillionRequests)
  }

  /// - Parameter hours: Provisioned pollers times how long they were there. [h]
  package mutating func addPollers(_ resource: String, hours: Double) {
    add(resource, "Lambda", "event pollers", hours, "poller-hour", .priceSqsPollerHour)
  }

  /// A table with provisioned capacity, billed whether it is used or not.
  package mutating func addProvisionedTable(
    _ resource: String, readUnits: Int, writeUnits: Int, hours: Double
  ) {
    add(
      resource, "DynamoDB", "read capacity", Double(readUnits) * hours, "RCU-hour", .priceDynamodbReadUnitHour
    )
    add(
      resource, "DynamoDB", "write capacity", Double(writeUnits) * hours, "WCU-hour",
      .priceDynamodbWriteUnitHour)
  }

  /// A table billed by request units.
  package mutating func addOnDemandTable(_ resource: String, readUnits: Double, writeUnits: Double) {
    add(
      resource, "DynamoDB", "read request units", readUnits / 1e6, "1M RRU",
      .priceDynamodbMillionReadRequestUnits)
    add(
      resource, "DynamoDB", "write request units", writeUnits / 1e6, "1M WRU",
      .priceDynamodbMillionWriteRequestUnits)
  }

  /// - Parameter billedBytes: Records rounded up one by one. [bytes]
  package mutating func addDeliveryStream(_ resource: String, billedBytes: Int) {
    add(resource, "Firehose", "ingestion", Double(billedBytes) / 1e9, "GB", .priceFirehoseGB)
  }

  /// - Parameters:
  ///   - writeRequests: PUT and LIST, which have one price; deletes are free.
  ///   - gigabyteHours: What was kept. [GB·h]
  package mutating func addBucket(
    _ resource: String, writeRequests: Int, readRequests: Int, gigabyteHours: Double
  ) {
    add(resource, "S3", "PUT and LIST", Double(writeRequests) / 1e6, "1M requests", .priceS3MillionWrites)
    add(resource, "S3", "GET", Double(readRequests) / 1e6, "1M requests", .priceS3MillionReads)
    add(
      resource, "S3", "storage", gigabyteHours / limits.required(.priceMonthHours), "GB-month",
      .priceS3GBMonth)
  }

  package mutating func addAlarm(_ resource: String, hours: Double) {
    add(
      resource, "CloudWatch", "alarm", hours / limits.required(.priceMonthHours), "alarm-month",
      .priceCloudwatchAlarmMonth)
  }

  /// Binary, as Kinesis counts megabytes. Source: fact sheet §0.
  private func gigabytes(_ bytes: Int) -> Double { Double(bytes) / 1_073_741_824 }

  private func gigabyteMonths(_ bytes: Int, hours: Double) -> Double {
    gigabytes(bytes) * hours / limits.required(.priceMonthHours)
  }

  /// The lines sorted by (resource, item).
  package func sorted() -> [UsageItem] { items.sorted { ($0.resource, $0.item) < ($1.resource, $1.item) } }

  private mutating func add(
    _ resource: String, _ service: String, _ item: String, _ quantity: Double, _ unit: String,
    _ price: LimitName
  ) {
    guard quantity > 0 else { return }
    items.append(
      UsageItem(
        resource: resource, service: service, item: item, quantity: quantity, unit: unit,
        unitPriceUSD: limits.required(price)))
  }
}
