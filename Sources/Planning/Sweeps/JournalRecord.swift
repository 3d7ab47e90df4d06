import Records

/// A finished replication of a point, as the fields of a journal line and back.
///
/// Doubles are written as the shortest decimals that read back as the same value, so that a result put together from
/// a journal has the same bytes as one that never stopped.
enum JournalRecord {
  static let kind = "run"

  static func fields(
    point: Int, _ digest: RunDigest, _ texts: inout JournalTexts, introducing lines: inout [UInt8]
  ) -> [String] {
    var fields = [
      kind, String(point), String(digest.replication), digest.ending.rawValue,
      JournalLine.hex(digest.traceHash), String(digest.eventCount), String(digest.quantities.count),
    ]
    for quantity in digest.quantities {
      fields.append(texts.number(of: text(quantity.key), introducing: &lines))
      fields.append(quantity.value.description)
    }
    fields.append(String(digest.readings.count))
    // A dictionary has no order of its own.
    for (name, readings) in digest.readings.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    {
      fields.append(texts.number(of: name, introducing: &lines))
      fields.append(String(readings.count))
      for reading in readings {
        switch reading {
        case .value(let value): fields.append(value.description)
        case .missing(let why): fields.append("?" + texts.number(of: why, introducing: &lines))
        }
      }
    }
    fields.append(String(digest.alarmTimes.count))
    for (name, time) in digest.alarmTimes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      fields.append(texts.number(of: name, introducing: &lines))
      fields.append(time?.description ?? "?")
    }
    return fields
  }

  /// nil for a line that does not say what this version writes.
  static func read(_ fields: [String], _ texts: JournalTexts) -> (point: Int, digest: RunDigest)? {
    var rest = fields[...]
    func next() -> String? { rest.popFirst() }
    func integer() -> Int? { next().flatMap { Int($0) } }
    guard next() == kind, let point = integer(), let replication = integer(),
      let ending = next().flatMap({ RunRecords.Ending(rawValue: $0) }),
      let hash = next().flatMap({ UInt64($0, radix: 16) }), let events = next().flatMap({ UInt64($0) }),
      let quantityCount = integer()
    else { return nil }
    var digest = RunDigest(replication: replication, ending: ending, traceHash: hash, eventCount: events)
    for _ in 0..<max(0, quantityCount) {
      guard let key = next().flatMap(texts.text).flatMap(key), let value = next().flatMap({ Double($0) })
      else {
        return nil
      }
      digest.quantities.append(.init(key: key, value: value))
    }
    guard let ruleCount = integer() else { return nil }
    for _ in 0..<max(0, ruleCount) {
      guard let name = next().flatMap(texts.text), let subjectCount = integer() else { return nil }
      var readings: [Reading] = []
      for _ in 0..<max(0, subjectCount) {
        guard let field = next() else { return nil }
        if field.hasPrefix("?") {
          guard let why = texts.text(String(field.dropFirst())) else { return nil }
          readings.append(.missing(why))
        } else {
          guard let value = Double(field) else { return nil }
          readings.append(.value(value))
        }
      }
      digest.readings[name] = readings
    }
    guard let alarmCount = integer() else { return nil }
    for _ in 0..<max(0, alarmCount) {
      guard let name = next().flatMap(texts.text), let field = next() else { return nil }
      let time = Double(field)
      guard time != nil || field == "?" else { return nil }
      digest.alarmTimes[name] = .some(time)
    }
    return rest.isEmpty ? (point, digest) : nil
  }

  // MARK: Keys

  private static let separator = "\u{1F}"

  private static func text(_ key: QuantityKey) -> String {
    [key.metric, key.statistic, key.unit.rawValue, key.silenceIsZero ? "zero" : ""].joined(
      separator: separator)
  }

  private static func key(_ text: String) -> QuantityKey? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, let unit = QuantityUnit(rawValue: parts[2]) else { return nil }
    return QuantityKey(
      metric: parts[0], statistic: parts[1], unit: unit, silenceIsZero: parts[3] == "zero")
  }
}
