import Kernel
import Records
import Services
import Testing

@Suite struct BillTests {
  private static let prices: Limits = {
    var limits = Limits()
    limits[.priceMonthHours] = 730
    limits[.priceLambdaMillionRequests] = 0.20
    limits[.priceLambdaGBSecond] = 0.000_016_67
    limits[.priceLambdaArmGBSecond] = 0.000_013_333_4
    limits[.priceKinesisShardHour] = 0.015
    limits[.priceKinesisMillionPutUnits] = 0.014
    limits[.priceKinesisExtendedRetentionShardHour] = 0.020
    limits[.priceSnsMillionPublishes] = 0.50
    limits[.priceDynamodbReadUnitHour] = 0.000_13
    limits[.priceDynamodbWriteUnitHour] = 0.000_65
    limits[.priceDynamodbMillionReadRequestUnits] = 0.125
    limits[.priceDynamodbMillionWriteRequestUnits] = 0.625
    limits[.priceCloudwatchAlarmMonth] = 0.10
    return limits
  }()

  private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * abs(b) }

  @Test(arguments: [(5 * 1024, 1), (25_600, 1), (25_601, 2), (45 * 1024, 2), (1_048_576, 41), (0, 1)])
  func `puts are billed in units of 25 KB`(bytes: Int, units: Int) {
    #expect(PayloadUnits.units(bytes: bytes, unitBytes: 25_600) == units)
  }

  @Test func `publishes are billed in units of 64 KB`() {
    #expect(PayloadUnits.units(bytes: 65_536, unitBytes: 65_536) == 1)
    #expect(PayloadUnits.units(bytes: 65_537, unitBytes: 65_536) == 2)
    #expect(PayloadUnits.units(bytes: 262_144, unitBytes: 65_536) == 4)
  }

  @Test func `a million calls of 120 ms at 128 MB cost what the fact sheet says`() {
    for (step, gigabyteSeconds) in [(Int64(100), 25_000.0), (1, 15_000)] {
      let billing = LambdaBilling(step: .milliseconds(step), billsInit: false)
      var usage = LambdaUsage()
      let billed = billing.billed(handler: .milliseconds(120), initPhase: .seconds(3))
      for _ in 0..<1_000_000 { usage.add(billed: billed) }
      #expect(usage.requests == 1_000_000)
      #expect(usage.gigabyteSeconds(memoryMB: 128) == gigabyteSeconds)
      var bill = Bill(limits: Self.prices)
      bill.addFunction("F", requests: usage.requests, gigabyteSeconds: gigabyteSeconds, isArm: false)
      #expect(isClose(bill.items[0].costUSD, 0.20))
      #expect(isClose(bill.items[1].costUSD, gigabyteSeconds * 0.000_016_67))
    }
  }

  @Test func `billed time rounds up and takes the init phase where the era does`() {
    let old = LambdaBilling(step: .milliseconds(100), billsInit: false)
    #expect(old.billed(handler: .milliseconds(100)) == .milliseconds(100))
    #expect(old.billed(handler: SimDuration(nanoseconds: 100_000_001)) == .milliseconds(200))
    #expect(old.billed(handler: .zero) == .milliseconds(100))
    let new = LambdaBilling(step: .milliseconds(1), billsInit: true)
    let billed = new.billed(
      handler: SimDuration(nanoseconds: 1_400_000), initPhase: SimDuration(nanoseconds: 500_000))
    #expect(billed == .milliseconds(2))
  }

  @Test func `a shard costs 10.95 a month and twenty cost 219`() {
    for (shards, cost) in [(1, 10.95), (20, 219.0)] {
      var bill = Bill(limits: Self.prices)
      bill.addStream("S", shardHours: Double(shards) * 730, putUnits: 0, retentionHours: 24, writtenBytes: 0)
      #expect(bill.items.count == 1)
      #expect(isClose(bill.items[0].costUSD, cost))
    }
  }

  @Test func `every service has its lines, sorted by resource and item`() {
    var bill = Bill(limits: Self.prices)
    bill.addTopic("Topic", publishUnits: 3_000_000)
    bill.addStream("Stream", shardHours: 200, putUnits: 500_000, retentionHours: 48, writtenBytes: 0)
    bill.addProvisionedTable("Table", readUnits: 100, writeUnits: 50, hours: 10)
    bill.addOnDemandTable("Free", readUnits: 2_000_000, writeUnits: 4_000_000)
    bill.addAlarm("Alarm", hours: 73)
    bill.addFunction("Arm", requests: 0, gigabyteSeconds: 1000, isArm: true)
    let lines = bill.sorted().map { "\($0.resource) \($0.item)" }
    #expect(
      lines == [
        "Alarm alarm", "Arm duration (Arm)", "Free read request units", "Free write request units",
        "Stream extended retention", "Stream put units", "Stream shard hours", "Table read capacity",
        "Table write capacity", "Topic publishes",
      ])
    let costs = bill.sorted().map(\.costUSD)
    let expected = [0.01, 0.013_333_4, 0.25, 2.5, 4, 0.007, 3, 0.13, 0.325, 1.5]
    for (cost, value) in zip(costs, expected) { #expect(isClose(cost, value)) }
  }
}
