import Scenarios

/// A scenario that cannot be run, or an assertion that means nothing in it.
public struct ScenarioProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// For a scenario with mistakes all of them, with lines and columns, as `highwater validate` prints them.
  public let description: String

  init(_ description: String) { self.description = description }

  init(_ diagnostics: [Diagnostic], sources: [SourceText]) {
    let errors = diagnostics.filter { $0.severity == .error }
    description = DiagnosticFormatter(sources: sources).text(errors) + "nothing was simulated"
  }
}
