/// Reads what Lambda reports about each invocation at the end of its log: text lines, JSON lines, or either of them inside
/// the output of `aws logs filter-log-events`, `tail` and Logs Insights.
///
/// Source: Lambda developer guide, "Viewing CloudWatch logs for Lambda functions" (REPORT line) and "JSON log format"
/// (platform.report).
enum LambdaLogReader {
  /// A figure of the report: what a scenario calls it and how each form of the log does.
  private struct Figure {
    var name: String
    var aliases: [String]
    var text: String
    var json: String
    /// Units of the figure in a second or a byte.
    var divisor: Double
    var quantity = Literal.Quantity.duration
    /// Texts that end with `text` and mean something else.
    var excluded: [String]
  }

  private static let figures = [
    Figure(
      name: "Duration", aliases: ["duration", "duration_ms"], text: "Duration: ", json: "\"durationMs\":",
      divisor: 1e3,
      excluded: ["Billed ", "Init ", "Restore "]),
    Figure(
      name: "Billed Duration", aliases: ["billed", "billed_duration"], text: "Billed Duration: ",
      json: "\"billedDurationMs\":", divisor: 1e3, excluded: ["Restore "]),
    Figure(
      name: "Init Duration", aliases: ["init", "init_duration", "cold", "coldstart"], text: "Init Duration: ",
      json: "\"initDurationMs\":", divisor: 1e3, excluded: []),
    Figure(
      name: "Max Memory Used", aliases: ["memory", "max_memory_used"], text: "Max Memory Used: ",
      json: "\"maxMemoryUsedMB\":", divisor: 1 / 1_048_576, quantity: .size, excluded: []),
  ]

  private static let textMark = Array("REPORT RequestId".utf8)
  private static let jsonMark = Array("platform.report".utf8)

  static func isLog(_ bytes: [UInt8]) -> Bool {
    // A log shows it early; a table of numbers is not searched to its end.
    let head = bytes.prefix(1 << 20)
    return find(textMark, in: head) != nil || find(jsonMark, in: head) != nil
  }

  /// What a figure of a report is; durations for names that are none.
  static func quantity(of column: String?) -> Literal.Quantity {
    column.flatMap(figure)?.quantity ?? .duration
  }

  private static func figure(_ name: String) -> Figure? {
    let name = name.lowercased()
    return figures.first { $0.aliases.contains(name) || $0.name.lowercased() == name }
  }

  static func read(
    _ bytes: [UInt8], _ options: SampleOptions, into mistakes: inout DataFileMistakes
  ) -> Sample? {
    let wanted = options.column ?? "Duration"
    guard let figure = figure(wanted) else {
      let names = figures.map { $0.aliases[0] }
      mistakes.add(
        "the REPORT lines have no '\(wanted)'; there is \(names.joined(separator: ", "))",
        hint: NearestName.of(wanted, in: names).map { "did you mean '\($0)'?" })
      return nil
    }
    let isTaken = [figure.quantity, .measure, .number].contains(options.quantity)
    guard isTaken else {
      mistakes.add(
        "\(figure.name) is \(figure.quantity.article), and \(options.quantity.article) is needed here")
      return nil
    }
    var values: [Double] = []
    var reports = Reports(bytes)
    while let (report, isText) = reports.next() {
      if let value = value(of: figure, isText: isText, in: report) { values.append(value / figure.divisor) }
    }
    guard !values.isEmpty else {
      mistakes.add("none of the \(reports.count) REPORT lines has \(figure.name)")
      return nil
    }
    return Sample(values: values, column: figure.name, source: .lambdaLog)
  }

  /// The reports of a log one after another; each reaches to the next one. Linear in the bytes.
  private struct Reports {
    private let bytes: [UInt8]
    private var text: Int?
    private var json: Int?
    private(set) var count = 0

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      text = find(textMark, in: bytes[...])
      json = find(jsonMark, in: bytes[...])
    }

    mutating func next() -> (report: ArraySlice<UInt8>, isText: Bool)? {
      let isText = text.map { place in json.map { place < $0 } ?? true } ?? false
      guard let start = isText ? text : json else { return nil }
      // Each mark is searched from where it was found last.
      if isText {
        text = find(textMark, in: bytes[(start + 1)...])
      } else {
        json = find(jsonMark, in: bytes[(start + 1)...])
      }
      count += 1
      return (bytes[start..<min(text ?? bytes.count, json ?? bytes.count)], isText)
    }
  }

  private static func value(of figure: Figure, isText: Bool, in report: ArraySlice<UInt8>) -> Double? {
    let mark = Array((isText ? figure.text : figure.json).utf8)
    var rest = report
    while let place = find(mark, in: rest) {
      let before = report[..<place]
      rest = report[(place + mark.count)...]
      if isText, figure.excluded.contains(where: { before.suffix($0.utf8.count).elementsEqual($0.utf8) }) {
        continue
      }
      let digits = rest.drop { $0 == 0x20 }.prefix { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
      return Literal.number(String(decoding: digits, as: UTF8.self))
    }
    return nil
  }

  /// Position of the first occurrence.
  private static func find(_ mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= mark.count else { return nil }
    var index = bytes.startIndex
    let last = bytes.endIndex - mark.count
    while index <= last {
      if bytes[index] == mark[0] {
        var length = 1
        while length < mark.count, bytes[index + length] == mark[length] { length += 1 }
        if length == mark.count { return index }
      }
      index += 1
    }
    return nil
  }
}
