import Planning
import Reports
import Scenarios
import Testing

extension ScenarioRun {
  /// Expects every threshold and alarm expectation of the file to hold, and records an issue for each that does not.
  ///
  /// A rule that the file lists under `knownFailures` for this design has to fail. A failed warning and an undecided rule are
  /// recorded as warnings (from Swift 6.3 on), which do not fail the test. A scenario without rules is an issue: nothing would be tested.
  /// - Returns: Whether no rule failed.
  @discardableResult
  public func expectThresholds(
    fileID: String = #fileID, filePath: String = #filePath, line: Int = #line, column: Int = #column
  ) -> Bool {
    let place = SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
    guard !rules.isEmpty else {
      Issue.record("\(scenario.name) has no thresholds and no expectations", sourceLocation: place)
      return false
    }
    return rules.map { record($0, settings: [], place) }.allSatisfy(\.self)
  }

  /// Expects a rule in the language of thresholds to hold, and records an issue when it does not.
  ///
  /// ```swift
  /// run.expect("orders.Latency", "p(95) < 5s")
  /// run.expect("*.Errors", "sum == 0")
  /// ```
  /// The issue names what was observed, the worst replication, the interval, the reason and the command that shows the
  /// same again.
  /// - Parameters:
  ///   - metric: As in the scenario's thresholds.
  ///   - rule: `AGG OP VALUE`.
  ///   - across: How the replications count. An undecided rule does not hold.
  /// - Returns: Whether it holds; a rule that means nothing in this scenario does not.
  @discardableResult
  public func expect(
    _ metric: String, _ rule: String, across: Across = .every, fileID: String = #fileID,
    filePath: String = #filePath, line: Int = #line, column: Int = #column
  ) -> Bool {
    let place = SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
    do {
      let judged = try judge(metric, rule, across: across)
      let form = across == .every ? "\"\(rule)\"" : "{assert: \"\(rule)\", across: \(across)}"
      return record(
        judged, settings: ["Simulation.thresholds={\"\(metric)\": [\(form)]}"], isStrict: true, place)
    } catch {
      Issue.record("\(error)", sourceLocation: place)
      return false
    }
  }

  /// - Returns: Whether the rule counts as held.
  private func record(
    _ rule: Rule, settings: [String], isStrict: Bool = false, _ place: SourceLocation
  ) -> Bool {
    let tested = TestedRule(rule.verdict, isAsWritten: scenario.command.isAsWritten)
    switch tested.outcome {
    case .holds, .failsAsExpected: return true
    case .fails, .undecided, .holdsUnexpectedly:
      let isFailure = tested.isFailure(strict: isStrict)
      // As many replications as it takes to see the worst one.
      let command = commandLine(
        settings: settings,
        replications: tested.verdict.across == "every" ? tested.verdict.worstReplication.map { $0 + 1 } : nil)
      let text = FailureText.text(
        tested, of: result, design: design, command: command,
        needsProgram: compiled.system.needsHost)
      if isFailure {
        Issue.record(Comment(rawValue: text), sourceLocation: place)
      } else {
        // Earlier versions of Swift Testing have no warnings; a failure would be too much.
        #if compiler(>=6.3)
          Issue.record(Comment(rawValue: text), severity: .warning, sourceLocation: place)
        #endif
      }
      return !isFailure
    }
  }
}
