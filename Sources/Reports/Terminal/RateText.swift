import Planning

/// Rates and shares as people read them: `755/min`, `14/s`, `536 %`, `+3.1 %`.
enum RateText {
  /// - Parameter perSecond: [1/s]
  static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite else { return "–" }
    if perSecond == 0 { return "0" }
    if perSecond >= 100 { return QuantityText.count(perSecond.rounded()) + "/s" }
    let perMinute = perSecond * 60
    if perMinute >= 1 { return QuantityText.count(rounded(perMinute)) + "/min" }
    return QuantityText.count(rounded(perMinute * 60)) + "/h"
  }

  static func percent(_ share: Double) -> String {
    share < 10
      ? QuantityText.percent(share, digits: share < 0.0995 ? 1 : 0)
      : QuantityText.count((share * 100).rounded()) + " %"
  }

  static func signed(_ share: Double) -> String {
    let text = QuantityText.percent(share, digits: 1)
    return share > 0 ? "+" + text : text
  }

  /// Three digits.
  private static func rounded(_ value: Double) -> Double {
    let digits = value >= 100 ? 1.0 : value >= 10 ? 10 : 100
    return (value * digits).rounded() / digits
  }
}
