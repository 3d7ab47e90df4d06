package import Records
package import Scenarios
package import Services

/// Why a system behaved as it did: what filled up first, what lost or delayed messages, what would change it.
package struct Diagnosis: Sendable, Hashable {
  /// The station that saturated first.
  package var saturation: Saturation?
  /// The gravest first.
  package var causes: [Cause]
  package var advice: Advice?
  /// One or more sentences.
  package var text: String

  /// Derives everything from records, the compiled system and its verdicts.
  ///
  /// Times are of the first run, counts are means over the runs.
  package init(_ runs: [RunRecords], system: SystemSpec, era: Era, verdicts: [Verdict]) {
    guard let run = runs.first else {
      causes = []
      text = "no replication finished"
      return
    }
    let saturation = Saturation.first(in: run)
    let causes = CauseFinder(system: system, runs: runs).causes()
    self.saturation = saturation
    self.causes = causes
    advice = Adviser(
      system: system, era: era, runs: runs, verdicts: verdicts, causes: causes, saturation: saturation
    ).advice()

    var sentences: [String] = []
    if let saturation { sentences.append(Self.sentence(saturation, run, system)) }
    // Two causes explain enough; the tables show the rest.
    let told = causes.prefix(2)
    if !told.isEmpty {
      // What began before the station was full comes first: it may be what filled it.
      let isEarlier = told.contains { $0.firstMinute ?? .max < saturation?.firstMinute ?? 0 }
      sentences.insert(told.map(\.text).joined(separator: "; "), at: isEarlier ? 0 : sentences.count)
    }
    if sentences.isEmpty { sentences.append(Self.calm(run)) }
    text = sentences.joined(separator: ". ")
  }

  /// `SendZip (conc 5) is full 00:07–13:35: 5 workers / 2.1 s = 143 orders/min against 1,000/min at the peak`.
  private static func sentence(_ saturation: Saturation, _ run: RunRecords, _ system: SystemSpec) -> String {
    var text = "\(saturation.station) (\(saturation.capacityLabel)) is full \(saturation.interval)"
    if saturation.minutes < saturation.lastMinute + 1 - saturation.firstMinute { text += " with pauses" }
    guard let index = SystemPaths(system: system).function(of: saturation) else { return text }
    let name = system.functions[index].logicalID
    let what = run.workloads.count == 1 ? run.workloads[0].name : "messages"
    guard let throughput = Throughput(name, in: run, of: system) else { return text }
    text += ": \(throughput.text(what))"
    let peak = system.workloads.compactMap(\.arrivals.peakRate).reduce(0, +)
    if peak > 0 { text += " against \(QuantityText.count((peak * 60).rounded()))/min at the peak" }
    return text
  }

  private static func calm(_ run: RunRecords) -> String {
    var busiest: (name: String, load: Double)?
    for station in run.stations {
      let load = station.loadByMinute.max() ?? 0
      if load > busiest?.load ?? 0 { busiest = (station.name, load) }
    }
    guard let busiest else { return "nothing was lost and no station has a limit" }
    return
      "nothing was lost and nothing saturated; the busiest minute was \(QuantityText.percent(busiest.load, digits: 0))"
      + " of \(busiest.name)"
  }
}
