package import Services

/// A number of the platform: its value in each era and where it comes from.
package struct PresetNumber: Sendable, Hashable {
  /// How well a number is known. Source: fact sheet §0.
  package enum Mark: String, Sendable, Hashable {
    case documented = "D", measured = "M", folklore = "F", assumption = "X"
  }
  package var name: LimitName
  /// `1/s`, `B`, `s`, `USD`, ...; empty for plain counts and switches.
  package var unit: String
  /// nil = the rule does not exist in the era.
  package var value2017: Double?
  package var valueNow: Double?
  /// Section of the fact sheet.
  package var section: String
  package var mark: Mark
  /// Who says so.
  package var source: String
  /// One sentence for `highwater limits` and `highwater explain`.
  package var help: String

  package init(
    _ name: LimitName, _ unit: String, _ value2017: Double?, _ valueNow: Double?, _ section: String,
    _ mark: Mark,
    _ source: String, _ help: String
  ) {
    self.name = name
    self.unit = unit
    self.value2017 = value2017
    self.valueNow = valueNow
    self.section = section
    self.mark = mark
    self.source = source
    self.help = help
  }

  package func value(in preset: Era.Preset) -> Double? {
    switch preset {
    case .y2017: value2017
    case .now: valueNow
    }
  }
}

/// The presets: every number of the platform, in the order of `LimitName`.
package enum EraPreset {
  package static let numbers: [PresetNumber] = {
    let all =
      kinesisNumbers + mappingNumbers + lambdaNumbers + messagingNumbers + dynamodbNumbers + s3Numbers
      + firehoseNumbers + clockNumbers + sdkNumbers + priceNumbers + queueNumbers + deliveryNumbers
    return all.sorted { $0.name.index < $1.name.index }
  }()

  package static func number(_ name: LimitName) -> PresetNumber {
    guard let number = numbers.first(where: { $0.name == name }) else {
      preconditionFailure("no preset for \(name.rawValue)")
    }
    return number
  }

  /// The numbers of an era in a region.
  package static func limits(_ era: Era, region: String = "us-east-1") -> Limits {
    var limits = Limits()
    for number in numbers { limits[number.name] = number.value(in: era.preset) }
    if !era.has(.fasterQueuePolling) {
      // Between the presets: a mapping grew slowly until November 2023.
      for name in [LimitName.sqsPollersPerMinute, .sqsPollersMax] {
        limits[name] = self.number(name).value2017
      }
    }
    if limits[.lambdaRegionBurst] != nil { limits[.lambdaRegionBurst] = regionBurst(region) }
    return limits
  }

  /// Environments that a region starts at once before it grows by the minute. Source: fact sheet §4.3, first row.
  private static func regionBurst(_ region: String) -> Double {
    switch region {
    case "us-east-1", "us-west-2", "eu-west-1": 3000
    case "ap-northeast-1", "eu-central-1", "us-east-2": 1000
    default: 500
    }
  }
}
