import Kernel

/// Data files as a command reads them, without a scenario around.
package enum DataFile {
  /// Largest file of data that is read. [bytes]
  package static let sizeMax = 256 << 20

  package enum Arrivals: Sendable {
    case trace(Trace)
    case counts(CountSeries)
  }

  /// Measured values; nil and at least one error when there are none.
  package static func sample(
    _ bytes: [UInt8], file: String, _ options: SampleOptions, into diagnostics: inout Diagnostics
  ) -> Sample? {
    var mistakes = DataFileMistakes(file: file, path: nil)
    let sample = SampleReader.read(bytes, options, into: &mistakes)
    for mistake in mistakes.diagnostics { diagnostics.add(mistake) }
    return sample
  }

  /// What the values of a column are where nobody says it: durations, but sizes for the memory of a Lambda log.
  package static func quantity(_ bytes: [UInt8], column: String?) -> Literal.Quantity {
    LambdaLogReader.isLog(bytes) ? LambdaLogReader.quantity(of: column) : .duration
  }

  /// Recorded arrivals, as rows or as counts: JSON and tables with a column of counts are counts.
  package static func arrivals(
    _ bytes: [UInt8], file: String, timeColumn: String?, valueColumn: String?, unit: TimeUnit?,
    into diagnostics: inout Diagnostics
  ) -> Arrivals? {
    var mistakes = DataFileMistakes(file: file, path: nil)
    var arrivals: Arrivals?
    let clock = TraceClock(unit: unit)
    if valueColumn != nil || CountsReader.isJSON(bytes) || CountsTable.isMeant(bytes) {
      let options = CountsOptions(timeColumn: timeColumn, valueColumn: valueColumn, clock: clock)
      arrivals = CountsReader.read(bytes, options, into: &mistakes).map(Arrivals.counts)
    } else {
      let options = TraceOptions(timeColumn: timeColumn, clock: clock, sorts: true)
      arrivals = TraceReader.read(bytes, options, into: &mistakes).map(Arrivals.trace)
    }
    for mistake in mistakes.diagnostics { diagnostics.add(mistake) }
    return arrivals
  }
}
