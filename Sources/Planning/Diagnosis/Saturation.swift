package import Records

/// When a station was at the end of its capacity.
package struct Saturation: Sendable, Hashable {
  package var station: String
  package var kind: StationRecord.Kind
  package var capacityLabel: String
  /// First and last minute with a load of at least 95 %.
  package var firstMinute: Int
  package var lastMinute: Int
  /// Minutes of that interval with such a load; fewer than its length when load comes in bursts.
  package var minutes: Int

  /// A load from which a station counts as saturated. Source: assumption, waiting grows with 1/(1 − load).
  static let threshold = 0.95
  /// Shorter saturation is noise, longer pauses end an interval. [minutes] Source: assumption; a pause must outlast
  /// the pauses of a five-minute schedule.
  static let minutesMin = 3
  static let pauseMax = 10

  /// The station's longest saturated interval; nil when it never was.
  init?(_ station: StationRecord) {
    guard station.capacity != nil else { return nil }
    var best: (first: Int, last: Int, minutes: Int)?
    var current: (first: Int, last: Int, minutes: Int)?
    for (minute, load) in station.loadByMinute.enumerated() where load >= Self.threshold {
      if let open = current, minute - open.last <= Self.pauseMax {
        current = (open.first, minute, open.minutes + 1)
      } else {
        current = (minute, minute, 1)
      }
      if current!.minutes > best?.minutes ?? 0 { best = current }
    }
    guard let best, best.minutes >= Self.minutesMin else { return nil }
    self.station = station.name
    kind = station.kind
    capacityLabel = station.capacityLabel
    firstMinute = best.first
    lastMinute = best.last
    minutes = best.minutes
  }

  /// `00:07–13:35`, the end being the end of the last minute.
  package var interval: String {
    "\(QuantityText.clock(minute: firstMinute))–\(QuantityText.clock(minute: lastMinute + 1))"
  }

  /// The station that saturated first; of those that did so within five minutes, the one that stayed so longest.
  ///
  /// A station behind a saturated one cannot be loaded fully, one in front of it fills up later: first is cause.
  static func first(in run: RunRecords) -> Saturation? {
    let all = run.stations.compactMap { Saturation($0) }
    guard let earliest = all.map(\.firstMinute).min() else { return nil }
    var choice: Saturation?
    for candidate in all where candidate.firstMinute <= earliest + 5 {
      if candidate.minutes > choice?.minutes ?? 0 { choice = candidate }
    }
    return choice
  }
}
