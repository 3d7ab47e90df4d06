/// What is wrong or worth knowing about a scenario, as data; `DiagnosticFormatter` writes the words.
package struct Diagnostic: Sendable, Hashable {
  package enum Severity: String, Sendable, Hashable { case error, warning, note }
  package var severity: Severity
  /// `Y1xx` YAML, `T2xx` template, `S3xx` simulation, `E4xx` era, `M5xx` modelling gaps, `A6xx` advice.
  package var code: String
  package var position: SourcePosition?
  /// What was found and what was expected, one line, lower-case first word, no full stop.
  package var message: String
  /// Length of the marked text. [characters]
  package var length: Int
  /// Printed under the caret: `did you mean 'ShardCount'?`.
  package var hint: String?
  /// Path in the scenario's own terms: `Resources.SendZip.Properties.Timeout`.
  package var path: String?
  package init(
    _ severity: Severity, _ code: String, at position: SourcePosition?, _ message: String, length: Int = 1,
    hint: String? = nil, path: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.position = position
    self.message = message
    self.length = length
    self.hint = hint
    self.path = path
  }
}

/// The diagnostics of one or more files, collected in one go.
package struct Diagnostics: Sendable {
  package private(set) var all: [Diagnostic] = []
  package init() {}
  package mutating func add(_ diagnostic: Diagnostic) { all.append(diagnostic) }
  package var hasErrors: Bool { all.contains { $0.severity == .error } }
}

/// Thrown when a scenario cannot be used; carries everything found, not only the first mistake.
package struct ScenarioError: Error, Sendable {
  package var diagnostics: [Diagnostic]
  package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
