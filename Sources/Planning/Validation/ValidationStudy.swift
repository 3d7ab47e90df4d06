package import Records
package import Scenarios
import Services

/// A question whose answer is known from outside: published measurements, documented rules or plain arithmetic.
///
/// A study simulates one scenario or more and sets its figures beside the known ones. What does not agree is shown
/// like the rest, with what is known about the reason.
package struct ValidationStudy: Sendable {
  package var title: String
  /// Where the known figures come from.
  package var source: String
  /// What is simulated and how the figures are read, one or two sentences.
  package var method: String
  /// Parallel to what `figures` gets: a label and the text of a scenario.
  package var scenarios: [(label: String, text: String)]
  package var figures: @Sendable ([[RunRecords]]) -> [ValidationFigure]
  /// Known reasons for figures that do not agree.
  package var remark: String?

  package init(
    _ title: String, source: String, method: String, scenarios: [(label: String, text: String)],
    remark: String? = nil, figures: @escaping @Sendable ([[RunRecords]]) -> [ValidationFigure]
  ) {
    self.title = title
    self.source = source
    self.method = method
    self.scenarios = scenarios
    self.remark = remark
    self.figures = figures
  }

  /// All studies, in the order of the report.
  package static let all: [ValidationStudy] =
    StreamValidation.all + QueueValidation.all + DownloadValidation.all
}

/// One known figure and what the simulation gives for it.
package struct ValidationFigure: Sendable, Hashable {
  package var quantity: String
  package var unit: QuantityUnit
  package var reference: Double
  package var simulated: Double
  /// Largest relative deviation that counts as agreement; nil where a figure is only shown.
  package var tolerance: Double?

  package init(
    _ quantity: String, _ unit: QuantityUnit, reference: Double, simulated: Double, within tolerance: Double?
  ) {
    self.quantity = quantity
    self.unit = unit
    self.reference = reference
    self.simulated = simulated
    self.tolerance = tolerance
  }

  /// Simulated ÷ reference; nil for a reference of zero.
  package var ratio: Double? { reference == 0 ? nil : simulated / reference }
  /// nil where a figure is only shown.
  package var agrees: Bool? {
    tolerance.map { (simulated - reference).magnitude <= $0 * reference.magnitude }
  }
}

/// A study that has been carried out.
package struct ValidationResult: Sendable {
  package var study: ValidationStudy
  package var figures: [ValidationFigure]
  package var disagreeing: Int { figures.count { $0.agrees == false } }
}

extension ValidationStudy {
  /// Runs all scenarios of the study on all cores.
  ///
  /// - Throws: When a scenario does not compile or a run breaks an invariant: both are bugs of ours.
  package func carryOut(jobs: Int = availableProcessorCount()) throws -> ValidationResult {
    let runs = try scenarios.map { scenario in
      try Self.runs(of: scenario.text, title: "\(title), \(scenario.label)", jobs: jobs)
    }
    return ValidationResult(study: self, figures: figures(runs))
  }

  /// All replications of a scenario.
  static func runs(of text: String, title: String, jobs: Int) throws -> [RunRecords] {
    let system = try compile(text, title: title)
    let results = ReplicationRunner(replicationCount: system.run.replications, jobs: jobs).run {
      replication in
      Simulation(system, replication: replication).run()
    }
    if let failure = results.failure { throw failure.error }
    return results.records
  }

  static func compile(_ text: String, title: String) throws -> SystemSpec {
    var diagnostics = Diagnostics()
    let files = DiskFiles(standardInput: Array(text.utf8))
    do {
      let loaded = try ScenarioLoader(fileSystem: files).load(path: "-", into: &diagnostics)
      if let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics) { return compiled.system }
    } catch {
      throw ValidationScenarioError(title: title, diagnostics: error.diagnostics)
    }
    throw ValidationScenarioError(title: title, diagnostics: diagnostics.all)
  }
}

/// A study whose scenario does not compile: a bug of ours.
package struct ValidationScenarioError: Error, CustomStringConvertible {
  package var title: String
  package var diagnostics: [Diagnostic]
  package var description: String {
    "the scenario of '\(title)' does not compile: "
      + diagnostics.filter { $0.severity == .error }.map { "\($0.code) \($0.message)" }.joined(
        separator: "; ")
  }
}
