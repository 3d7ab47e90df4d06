import Kernel
package import Records
package import Scenarios

/// What estimates and verdicts need of one run: kilobytes, where the records of a run are megabytes.
package struct RunDigest: Sendable, Hashable {
  package var replication: Int
  package var ending: RunRecords.Ending
  package var traceHash: UInt64
  /// [events]
  package var eventCount: UInt64
  /// What `summary.csv` shows, in the order in which it was read.
  var quantities: [Quantity]
  /// What rules and measures say, by the name of each; shape (rule, subject).
  var readings: [String: [Reading]]
  /// When alarms did what is expected of them, by the name of the expectation; nil = not at all. [s]
  var alarmTimes: [String: Double?]

  struct Quantity: Sendable, Hashable {
    var key: QuantityKey
    var value: Double
  }

  init(
    replication: Int, ending: RunRecords.Ending, traceHash: UInt64, eventCount: UInt64,
    quantities: [Quantity] = [], readings: [String: [Reading]] = [:], alarmTimes: [String: Double?] = [:]
  ) {
    self.replication = replication
    self.ending = ending
    self.traceHash = traceHash
    self.eventCount = eventCount
    self.quantities = quantities
    self.readings = readings
    self.alarmTimes = alarmTimes
  }

  /// Reads everything that a scenario asks of a finished run.
  package init(_ run: RunRecords, of compiled: CompiledScenario) {
    self.init(
      replication: run.replication, ending: run.ending, traceHash: run.traceHash, eventCount: run.eventCount)
    quantities = RunQuantities(reader: MetricReader(system: compiled.system)).quantities(of: run).map {
      Quantity(key: $0, value: $1)
    }
    let evaluator = ThresholdEvaluator(system: compiled.system)
    for rule in compiled.thresholds + compiled.measures {
      readings[rule.readingName] = evaluator.readings(rule, in: run)
    }
    for expectation in compiled.alarmExpectations {
      alarmTimes[expectation.readingName] = .some(AlarmJudge.time(of: expectation, in: run))
    }
  }

  /// Whether everything is there that a scenario asks for: the measures may be others than when the run was made.
  package func answers(_ compiled: CompiledScenario) -> Bool {
    (compiled.thresholds + compiled.measures).allSatisfy {
      readings[$0.readingName]?.count == $0.judgedSubjects.count
    } && compiled.alarmExpectations.allSatisfy { alarmTimes[$0.readingName] != nil }
  }

  /// Whether the run already fails a rule that stops the later replications.
  package func aborts(_ compiled: CompiledScenario) -> Bool {
    compiled.thresholds.contains { rule in
      rule.abortOnFail
        && ThresholdEvaluator.evaluate(rule, [readings[rule.readingName]!], of: [replication]).outcome
          == .fail
    }
  }
}

extension Threshold {
  /// What is read, whatever it is compared with: rules that read the same share their readings.
  var readingName: String {
    "\(metricText) \(aggregation.text)" + (after.map { " after \($0.nanoseconds)" } ?? "")
  }
}

extension AlarmExpectation {
  var readingName: String {
    switch rule {
    case .never: "\(alarm) ALARM?"
    case .reaches(let state, _): "\(alarm) \(state)"
    }
  }
}
