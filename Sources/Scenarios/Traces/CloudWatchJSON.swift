import Kernel

/// Reads what `aws cloudwatch get-metric-statistics` and `get-metric-data` print.
///
/// Source: CloudWatch API reference, GetMetricStatistics and GetMetricData, response syntax.
enum CloudWatchJSON {
  /// Statistics of a datapoint that count messages, the best first.
  static let statistics = ["Sum", "SampleCount", "Average", "Maximum", "Minimum"]

  static func points(
    _ bytes: [UInt8], _ options: CountsOptions, into mistakes: inout DataFileMistakes
  ) -> CountsReader.Points? {
    let root: JSONValue
    do { root = try JSONScanner.read(bytes) } catch {
      let place = BytePlace.lineAndColumn(of: error.place, in: bytes)
      mistakes.add("S342", line: place.line, column: place.column, error.message)
      return nil
    }
    var lines = LineCounter(bytes)
    if let datapoints = root["Datapoints"]?.elements {
      return statistics(datapoints, label: root["Label"]?.string, options, &lines, into: &mistakes)
    }
    if let results = root["MetricDataResults"]?.elements {
      return series(results, options, &lines, into: &mistakes)
    }
    let place = lines.place(of: root.place)
    mistakes.add(
      "S342", line: place.line, column: place.column,
      "neither Datapoints nor MetricDataResults"
        + (root.keys.isEmpty ? "" : "; found \(Compilation.listing(root.keys))"),
      hint: "take the output of 'aws cloudwatch get-metric-statistics' or 'get-metric-data' as it is")
    return nil
  }

  private static func statistics(
    _ datapoints: [JSONValue], label: String?, _ options: CountsOptions, _ lines: inout LineCounter,
    into mistakes: inout DataFileMistakes
  ) -> CountsReader.Points? {
    var points = CountsReader.Points()
    let known = Set(datapoints.flatMap(\.keys)).subtracting(["Timestamp", "Unit"])
    let statistic = options.valueColumn ?? statistics.first(where: known.contains) ?? "Sum"
    points.name = label.map { "\(statistic) of \($0)" } ?? statistic
    for datapoint in datapoints {
      let place = lines.place(of: datapoint.place)
      guard let time = datapoint["Timestamp"].flatMap(instant) else {
        mistakes.add("S342", line: place.line, column: place.column, "the datapoint has no Timestamp")
        continue
      }
      guard let value = datapoint[statistic]?.number else {
        let names = datapoint.keys.filter { $0 != "Timestamp" && $0 != "Unit" }
        mistakes.add(
          "S342", line: place.line, column: place.column,
          "the datapoint has no \(statistic); it has \(Compilation.listing(names))",
          hint: names.isEmpty
            ? nil
            : "ask CloudWatch for '--statistics Sum', or name one with \(mistakes.naming("value", names[0]))")
        continue
      }
      points.all.append(.init(time: time, value: value, line: place.line, column: place.column))
    }
    return points
  }

  private static func series(
    _ results: [JSONValue], _ options: CountsOptions, _ lines: inout LineCounter,
    into mistakes: inout DataFileMistakes
  ) -> CountsReader.Points? {
    let names = results.map { $0["Id"]?.string ?? $0["Label"]?.string ?? "" }
    let matching = results.filter { result in
      guard let wanted = options.valueColumn else { return true }
      return result["Id"]?.string == wanted || result["Label"]?.string == wanted
    }
    guard let result = matching.first, matching.count == 1 else {
      mistakes.add(
        "S342",
        options.valueColumn.map {
          "no series has the id or label '\($0)'; there is \(Compilation.listing(names))"
        }
          ?? "the file has \(results.count) series: \(Compilation.listing(names))",
        hint: results.isEmpty ? nil : "name one with \(mistakes.naming("value", names[0]))")
      return nil
    }
    let times = result["Timestamps"]?.elements ?? []
    let values = result["Values"]?.elements ?? []
    guard times.count == values.count else {
      let place = lines.place(of: result.place)
      mistakes.add(
        "S342", line: place.line, column: place.column,
        "the series has \(times.count) Timestamps and \(values.count) Values")
      return nil
    }
    var points = CountsReader.Points()
    points.name = result["Label"]?.string ?? result["Id"]?.string ?? "Values"
    for (time, value) in zip(times, values) {
      // Times come before all values: their places are found in the order of the file.
      let place = lines.place(of: time.place)
      guard let instant = instant(time), let number = value.number else {
        mistakes.add(
          "S342", line: place.line, column: place.column, "not an instant with a number")
        continue
      }
      points.all.append(.init(time: instant, value: number, line: place.line, column: place.column))
    }
    return points
  }

  /// Text in ISO 8601, or seconds or milliseconds since 1970.
  private static func instant(_ value: JSONValue) -> Int64? {
    switch value.content {
    case .string(let text): return InstantText.iso(Array(text.utf8)[...])
    case .number(let text):
      let digits = Array(text.utf8)[...]
      guard let seconds = InstantText.scaled(digits, power: 9) ?? InstantText.scaled(digits, power: 6) else {
        return nil
      }
      return TimeColumn(index: 0, name: "", unit: nil, first: digits).read(digits) ?? seconds
    default: return nil
    }
  }
}

/// Lines of places that rise, counted once.
struct LineCounter {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Complexity: O(distance from the last place), from the beginning for an earlier one.
  mutating func place(of place: Int) -> (line: Int, column: Int) {
    if place < position { (position, line, lineStart) = (0, 1, 0) }
    while position < place {
      if bytes[position] == 0x0A { (line, lineStart) = (line + 1, position + 1) }
      position += 1
    }
    return (line, 1 + bytes[lineStart..<place].count { $0 & 0xC0 != 0x80 })
  }
}
