import HandlerKit
import Kernel
import Planning
import Records
import Scenarios
import Services

/// Finds the warm-up of designs that say `warmup: auto`.
struct WarmUpStudy {
  let designs: [Design]
  let options: StudyOptions
  let program: Program

  /// Designs under comparison are measured from the same instant on: the longest warm-up of those that have one.
  ///
  /// - Returns: Parallel to the designs; nil where the scenario gives its warm-up, and after an interruption.
  /// - Throws: `ProgramExit` 65 when a run is too short to tell.
  func choose() throws -> [WarmUpChoice?] {
    var choices: [WarmUpChoice?] = []
    for design in designs { choices.append(try choose(design)) }
    guard let longest = choices.compactMap(\.self).max(by: { $0.time < $1.time }), longest.time > .zero else {
      return choices
    }
    return choices.map { choice in
      guard let choice, choice.reason == nil else { return choice }
      return choice.time == longest.time ? choice : longest
    }
  }

  private func choose(_ design: Design) throws -> WarmUpChoice? {
    guard let place = design.compiled.automaticWarmUp, !Interruption.flag.isCancelled else { return nil }
    let label = design.label.isEmpty ? "warm-up" : "warm-up of \(design.label)"
    let meter = ProgressMeter(options, label: label, console: program.console)
    defer { meter.finish() }
    let search = AutomaticWarmUp(jobs: options.jobs ?? availableProcessorCount())
    do {
      return try search.choose(
        design.compiled, cancellation: Interruption.flag, progress: { meter.update($0) },
        makeRun: { [handlers = program.handlers] in try Design.makeRun($0, $1, handlers: handlers) })
    } catch let short as AutomaticWarmUp.TooShort {
      let diagnostic = Diagnostic(
        .error, "S334", at: place, "warmup: auto finds no warm-up: \(short.message)", length: 4,
        path: "Simulation.run.warmup")
      Design.report([diagnostic], sources: design.loaded.sources, isComplete: false, program)
      throw ProgramExit(ExitStatus.invalidScenario)
    } catch let failure as ReplicationResults.Failure {
      throw ProgramExit(failed: "pilot replication \(failure.replication)", by: failure.error)
    }
  }
}
