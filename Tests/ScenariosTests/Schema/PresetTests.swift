import Scenarios
import Services
import Testing

@Suite struct PresetTests {
  @Test(
    "every number is in the table once, with a unit where it has one, a section, a source and a help text")
  func theTableIsComplete() {
    #expect(EraPreset.numbers.map(\.name) == LimitName.allCases)
    for number in EraPreset.numbers {
      #expect(number.value2017 != nil || number.valueNow != nil, "\(number.name.rawValue) exists in no era")
      #expect(number.section.first?.isNumber == true && !number.source.isEmpty && !number.help.isEmpty)
    }
  }

  static let facts: [(LimitName, Double?, Double?)] = [
    (.kinesisWriteRecordsPerSecond, 1000, 1000), (.kinesisReadCallsPerSecond, 5, 5),
    (.kinesisPutRecordsMaxBytes, 5_242_880, 10_485_760), (.kinesisRetentionMaxHours, 168, 8760),
    (.mappingReadsBatchSizeOnly, 1, 0), (.mappingBackoffMaxSeconds, 60, 60),
    (.lambdaTimeoutMaxSeconds, 300, 900),
    (.lambdaMemoryStepMB, 64, 1), (.lambdaFullCPUMemoryMB, 1792, 1769), (.lambdaRegionBurst, 3000, nil),
    (.lambdaRegionBurstPerMinute, 500, nil), (.lambdaFunctionBurst, nil, 1000),
    (.lambdaFunctionBurstPerSecond, nil, 100), (.lambdaAsyncPayloadMaxBytes, 131_072, 1_048_576),
    (.lambdaBillingStepMilliseconds, 100, 1), (.lambdaBillsInit, 0, 1), (.dynamodbInstantAdaptive, 0, 1),
    (.sdkMaxAttempts, 4, 3), (.sdkDynamodbMaxAttempts, 11, 3), (.sdkDynamodbBackoffBaseSeconds, 0.05, 1),
    (.sdkBackoffMaxSeconds, nil, 20), (.priceLambdaGBSecond, 0.00001667, 0.0000166667),
    (.priceKinesisShardHour, 0.015, 0.015), (.priceDynamodbMillionWriteRequestUnits, nil, 0.625),
  ]

  @Test("the eras differ where the platform changed", arguments: facts)
  func differs(name: LimitName, in2017: Double?, now: Double?) {
    #expect(EraPreset.limits(.y2017)[name] == in2017)
    #expect(EraPreset.limits(.now)[name] == now)
  }

  @Test("the burst of 2017 depends on the region") func burstByRegion() {
    let bursts = ["us-east-1", "eu-central-1", "sa-east-1"].map {
      EraPreset.limits(.y2017, region: $0)[.lambdaRegionBurst]
    }
    #expect(bursts == [3000, 1000, 500])
    #expect(EraPreset.limits(.now, region: "eu-central-1")[.lambdaRegionBurst] == nil)
  }

  @Test("a month resolves to a preset and decides which features exist") func resolvesEras() throws {
    let august = try #require(Era("2016-08"))
    #expect(august.preset == .y2017 && august.isCovered && !august.has(.reservedConcurrency))
    let year = try #require(Era("2017"))
    #expect(year == .y2017 && year.has(.reservedConcurrency) && !year.has(.parallelizationFactor))
    let between = try #require(Era("2019-12"))
    #expect(between.preset == .y2017 && !between.isCovered && between.has(.parallelizationFactor))
    #expect(Era("2020-12")?.preset == .now && Era("2025")?.preset == .now && Era("2025")?.isCovered == true)
    #expect(Era.now.has(.provisionedPollers) && Era.now.preset == .now)
    for text in ["2009", "2014-10", "17", "2016-8", "2016-13", "soon", "", "2016-08-19"] {
      #expect(Era(text) == nil)
    }
  }

  @Test("small prices are written out") func writesPrices() {
    #expect(PresetText.value(0.0000166667) == "0.0000166667")
    #expect(PresetText.value(0.00001667) == "0.00001667" && PresetText.value(0.00013) == "0.00013")
    #expect(PresetText.value(0.5) == "0.5" && PresetText.value(10_485_760) == "10485760")
  }
}
