package import Scenarios

/// The rules of many scenario files, and how each came out.
package struct TestReport: Sendable {
  /// In the order in which they are shown.
  package var files: [TestedFile]
  /// Failed warnings and undecided rules fail too.
  package var strict: Bool
  /// All designs that were asked for are in `files`.
  package var isComplete: Bool

  package init(files: [TestedFile], strict: Bool, isComplete: Bool = true) {
    self.files = files
    self.strict = strict
    self.isComplete = isComplete
  }

  package var designs: [TestedDesign] { files.flatMap(\.designs) }
  package var rules: [TestedRule] { designs.flatMap(\.rules) }
  package var brokenFiles: [TestedFile] { files.filter(\.isBroken) }
  /// Simulations that ended by a mistake of a handler or of ours.
  package var crashes: [TestedDesign] { designs.filter { $0.crash != nil } }
  /// The verdict alone, as the exit code tells it: 99 and 98, or 0.
  package var verdictExit: Int32 {
    let failing = rules.filter { $0.isFailure(strict: strict) }
    if failing.contains(where: { $0.outcome != .undecided }) { return VerdictExit.failed }
    return failing.isEmpty ? VerdictExit.passed : VerdictExit.undecided
  }

  /// `3 files, 5 designs, 34 rules: 30 hold, 2 fail as expected, 2 fail`.
  package var summary: String {
    func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
    var parts: [String] = []
    for outcome in RuleOutcome.allCases {
      let count = rules.count { $0.outcome == outcome }
      if count > 0 || outcome == .holds || outcome == .fails {
        parts.append("\(count) \(outcome.words(count))")
      }
    }
    var text =
      "\(number(files.count, "file")), \(number(designs.count, "design")), \(number(rules.count, "rule")): "
      + parts.joined(separator: ", ")
    let warnings = rules.count { $0.outcome == .fails && !$0.isFailure(strict: strict) }
    if warnings > 0 { text += " (\(number(warnings, "warning")) among them)" }
    if !brokenFiles.isEmpty { text += "; \(number(brokenFiles.count, "broken file"))" }
    if !crashes.isEmpty { text += "; \(number(crashes.count, "failed simulation"))" }
    let silent = designs.count { $0.rules.isEmpty && $0.crash == nil }
    if silent > 0 { text += "; \(number(silent, "design")) without thresholds" }
    return isComplete ? text : text + "; interrupted"
  }
}

/// One scenario file: its designs, or what is wrong with it.
package struct TestedFile: Sendable {
  /// As it was named or found.
  package var file: String
  package var designs: [TestedDesign]
  /// Everything that was said about the file and its variants.
  package var diagnostics: [Diagnostic]
  package var sources: [SourceText]
  /// Nothing of it was simulated.
  package var isBroken: Bool { diagnostics.contains { $0.severity == .error } }

  package init(
    file: String, designs: [TestedDesign], diagnostics: [Diagnostic] = [], sources: [SourceText] = []
  ) {
    self.file = file
    self.designs = designs
    self.diagnostics = diagnostics
    self.sources = sources
  }
}

/// One design of a scenario file.
package struct TestedDesign: Sendable {
  package var file: String
  /// Name of the scenario.
  package var name: String
  /// Name of the variant, or `base`.
  package var design: String
  /// The file has several designs, so that texts have to say which.
  package var hasSiblings: Bool
  package var seed: UInt64
  /// Finished ones.
  package var replications: Int
  package var rules: [TestedRule]
  /// Why the system behaved as it did.
  package var why: String
  /// An override that addresses the main cause.
  package var advice: String?
  /// The command that runs it again.
  package var command: String
  /// How its simulation ended when it could not go on.
  package var crash: Crash?

  package struct Crash: Sendable, Hashable {
    package var exitCode: Int32
    package var message: String
    package init(exitCode: Int32, message: String) {
      self.exitCode = exitCode
      self.message = message
    }
  }

  /// Judges finished runs.
  package init(
    _ result: ScenarioResult, design: String, hasSiblings: Bool, command: RunCommandLine,
    crash: Crash? = nil
  ) {
    file = result.header.file
    name = result.header.name
    self.design = design
    self.hasSiblings = hasSiblings
    seed = result.header.seed
    replications = result.runs.count
    rules = crash == nil ? result.verdicts.map { TestedRule($0, isAsWritten: command.isAsWritten) } : []
    why = result.diagnosis.text
    advice = result.diagnosis.advice?.override
    self.command = command.text
    self.crash = crash
  }

  /// `scenarios/orders.sim.yaml (sns)`.
  package var title: String { hasSiblings ? "\(file) (\(design))" : file }
}

extension RuleOutcome {
  /// As a verb of so many rules.
  fileprivate func words(_ count: Int) -> String {
    let one = count == 1
    return switch self {
    case .holds: one ? "holds" : "hold"
    case .fails: one ? "fails" : "fail"
    case .failsAsExpected: one ? "fails as expected" : "fail as expected"
    case .holdsUnexpectedly: one ? "holds unexpectedly" : "hold unexpectedly"
    case .undecided: "undecided"
    }
  }
}
