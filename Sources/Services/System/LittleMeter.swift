import Kernel
import Records

/// Little's law in exact integers: arrivals, departures and both sides of L = λW for one station.
struct LittleMeter: Sendable {
  private(set) var inside = 0
  private var arrivals = 0
  private var departures = 0
  private var sojournSum: Int128 = 0
  private var numberIntegral: Int128 = 0
  private var lastChange = SimTime.zero

  mutating func advance(to now: SimTime) {
    precondition(now >= lastChange, "a station cannot go back in time")
    guard now > lastChange else { return }
    if inside != 0 { numberIntegral += Int128(inside) * Int128((now - lastChange).nanoseconds) }
    lastChange = now
  }
  mutating func changed(by count: Int, at now: SimTime) {
    advance(to: now)
    inside += count
    arrivals += count
  }
  mutating func departed(after sojourn: SimDuration, at now: SimTime) {
    advance(to: now)
    inside -= 1
    departures += 1
    sojournSum += Int128(sojourn.nanoseconds)
  }

  /// The check at the end of a run.
  ///
  /// - Parameter ages: Sum of the ages of those still inside, from records of their own. [ns]
  func closed(at end: SimTime, ages: Int128) -> LittleCheck {
    var meter = self
    meter.advance(to: end)
    meter.sojournSum += ages
    return meter.check
  }

  /// [number·s]
  var numberIntegralSeconds: Double { Double(numberIntegral) / 1e9 }
  var check: LittleCheck {
    LittleCheck(
      arrivals: arrivals, departures: departures, inside: inside, sojournSum: sojournSum,
      numberIntegral: numberIntegral)
  }
}
