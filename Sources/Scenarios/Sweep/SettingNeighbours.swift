/// The values beside the present one of a setting, which a sensitivity compares.
package struct SettingNeighbours: Sendable, Hashable {
  package struct Value: Sendable, Hashable {
    /// In the unit of the setting. Above zero.
    package var number: Double
    package var level: SweepLevel
  }
  package var setting: NumericSetting
  /// The present value where nothing valid lies below.
  package var low: Value
  /// The present value where nothing valid lies above.
  package var high: Value

  /// Why an axis has no neighbours, in words.
  package struct Problem: Error {
    package var message: String
  }

  /// The values of an axis next to the present one; with values on one side only, the present one is the other.
  package init(_ setting: NumericSetting, among levels: [SweepLevel]) throws(Problem) {
    var values: [Value] = []
    for level in levels {
      guard let number = setting.number(of: level) else {
        throw Problem(
          message:
            "--sensitivity compares numbers of one unit: '\(level.label)' of the axis '\(setting.name)' is none"
            + " that goes with '\(setting.present.label)' of the scenario")
      }
      guard number > 0 else {
        throw Problem(
          message:
            "--sensitivity compares ratios: '\(level.label)' of the axis '\(setting.name)' is not above zero")
      }
      values.append(Value(number: number, level: level))
    }
    let below = values.filter { $0.number < setting.value }.max { $0.number < $1.number }
    let above = values.filter { $0.number > setting.value }.min { $0.number < $1.number }
    guard below != nil || above != nil else {
      throw Problem(
        message: "the axis '\(setting.name)' lists no value beside '\(setting.present.label)' of the scenario"
      )
    }
    self.init(setting, low: below, high: above)
  }

  /// The valid values nearest to a tenth below and above; nil when there is none on either side.
  ///
  /// - Parameter isValid: Whether the scenario takes a value in the place of the present one.
  package init?(_ setting: NumericSetting, where isValid: (SweepLevel) -> Bool) {
    func first(_ values: [Double]) -> Value? {
      for value in values {
        let level = setting.level(value)
        if level.label != setting.present.label, isValid(level) { return Value(number: value, level: level) }
      }
      return nil
    }
    let low = first(Self.candidates(setting, sign: -1))
    let high = first(Self.candidates(setting, sign: 1))
    guard low != nil || high != nil else { return nil }
    self.init(setting, low: low, high: high)
  }

  private init(_ setting: NumericSetting, low: Value?, high: Value?) {
    let present = Value(number: setting.value, level: setting.present)
    self.setting = setting
    self.low = low ?? present
    self.high = high ?? present
  }

  /// Share by which a setting is changed to either side. Source: methods §9.5.
  private static let step = 0.1
  /// Steps of memory sizes before 2020. [MB]; source: Lambda developer guide of 2016
  private static let block = 64.0
  /// A change is halved so often for a setting that is no whole number.
  private static let halvings = 5

  /// Values on one side, those to try first in front: a tenth away, the multiples of 64 around it, then nearer ones.
  private static func candidates(_ setting: NumericSetting, sign: Double) -> [Double] {
    let value = setting.value
    guard setting.isWhole else {
      var change = value * step
      return (0..<halvings).map { _ in
        defer { change /= 2 }
        return value + sign * change
      }
    }
    var change = max(1, (value * step).rounded())
    let target = value + sign * change
    var found = [target]
    found += [(target / block).rounded(.down) * block, (target / block).rounded(.up) * block]
      .sorted { ($0 - target).magnitude < ($1 - target).magnitude }
    while change > 1 {
      change = (change / 2).rounded(.down)
      found.append(value + sign * change)
    }
    return found.filter { $0 > 0 && ($0 - value) * sign > 0 }
  }
}
