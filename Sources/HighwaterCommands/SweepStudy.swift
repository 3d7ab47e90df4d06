import HandlerKit
import Planning
import Records
import Reports
import Scenarios
import Services

/// Runs one shard of a sweep, from where an earlier process stopped, and writes its files.
struct SweepStudy {
  let design: SweepDesign
  let shard: Shard
  let options: StudyOptions
  let overrides: [String]
  let program: Program

  static let journalName = "sweep.journal"

  /// Runs the points of the shard.
  ///
  /// - Parameter restart: Forgets what is finished.
  /// - Returns: The points that are finished, all of them unless the user interrupted.
  /// - Throws: `ProgramExit` for handlers that cannot be made, folders that cannot be written, bugs and stalls. What had
  ///   finished is on disk by then.
  func run(restart: Bool) throws -> SweepResult {
    Interruption.install()
    let points = design.grid.points.indices.filter { shard.holds($0 + 1) }
    let designs = points.map { point in
      Design(file: design.file, label: name(point), loaded: design.loaded, compiled: design.compiled[point])
    }
    for point in designs { try point.checkHandlers(program.handlers) }
    let folder = try makeFolder()
    let (journal, entries) = try openJournal(folder, restart: restart)

    var positions: [Int: Int] = [:]
    for (position, point) in points.enumerated() { positions[point + 1] = position }
    let finished = entries.compactMap { entry -> (unit: SweepRunner.Unit, digest: RunDigest)? in
      guard let position = positions[entry.point] else { return nil }
      let compiled = designs[position].compiled
      guard entry.digest.replication < compiled.system.run.replications, entry.digest.answers(compiled) else {
        return nil
      }
      return (SweepRunner.Unit(point: position, replication: entry.digest.replication), entry.digest)
    }
    let start = monotonicSeconds()
    let results = run(designs, points, finished, journal)
    do { try journal.synchronize() } catch { throw ProgramExit(OutputError.exitCode, error.words) }
    let result = SweepResult(
      header: SweepHeader(design.compiled[0]), axes: design.grid.axes.map(\.name),
      measures: measures, points: judged(results, points, designs), pointCount: design.grid.points.count)
    try write(
      result, isComplete: results.isComplete && results.failure == nil, to: folder,
      elapsed: monotonicSeconds() - start)
    if let failure = results.failure {
      throw ProgramExit(
        failed: "\(name(points[failure.unit.point])), replication \(failure.unit.replication)",
        by: failure.error)
    }
    return result
  }

  private func run(
    _ designs: [Design], _ points: [Int], _ finished: [(unit: SweepRunner.Unit, digest: RunDigest)],
    _ journal: SweepJournal
  ) -> SweepRunner.Results {
    let runner = SweepRunner(
      replicationCounts: designs.map(\.compiled.system.run.replications),
      jobs: options.jobs ?? availableProcessorCount())
    if !finished.isEmpty, !options.quiet {
      let total = runner.replicationCounts.reduce(0, +)
      program.console.message(
        "going on where an earlier sweep stopped: \(finished.count) of \(total) replications are finished")
    }
    let label = shard.count > 1 ? "shard \(shard)" : "sweep"
    let meter = ProgressMeter(options, label: label, console: program.console)
    defer { meter.finish() }
    return runner.run(
      finished: finished, cancellation: Interruption.flag, progress: { meter.update($0) },
      aborts: { $1.aborts(designs[$0.point].compiled) },
      keep: { unit, digest in try journal.append(point: points[unit.point] + 1, digest) },
      makeDigest: { [handlers = program.handlers] unit in
        let run = try designs[unit.point].makeRun(unit.replication, handlers: handlers)
        guard run.ending != .interrupted else { return nil }
        try RunChecks.verify(run)
        return RunDigest(run, of: designs[unit.point].compiled)
      })
  }

  // MARK: Results

  private func judged(_ results: SweepRunner.Results, _ points: [Int], _ designs: [Design]) -> [SweepPoint] {
    points.enumerated().compactMap { position, point in
      results.finished(position).map { digests in
        SweepPoint(
          number: point + 1, levels: design.grid.points[point].map(\.label), of: designs[position].compiled,
          digests)
      }
    }
  }

  /// Of all points: a toggle may take away what a measure is about.
  private var measures: [SweepColumn] {
    var columns: [SweepColumn] = []
    for measure in design.compiled.flatMap(\.measures) {
      let column = SweepColumn(measure)
      if !columns.contains(column) { columns.append(column) }
    }
    return columns
  }

  private func name(_ point: Int) -> String { SweepDesign.name(point, in: design.grid) }

  // MARK: Files

  private func makeFolder() throws -> OutputFolder {
    var path = options.out ?? design.compiled[0].output.directory
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if shard.count > 1 { path += "/shard-\(shard.index)-of-\(shard.count)" }
    do { return try OutputFolder(path) } catch { throw ProgramExit(OutputError.exitCode, error.message) }
  }

  private func openJournal(_ folder: OutputFolder, restart: Bool) throws -> (
    SweepJournal, [SweepJournal.Entry]
  ) {
    do {
      return try SweepJournal.open(
        "\(folder.path)/\(Self.journalName)", fingerprint: design.fingerprint, isNew: restart)
    } catch { throw ProgramExit(OutputError.exitCode, error.words) }
  }

  private func write(_ result: SweepResult, isComplete: Bool, to folder: OutputFolder, elapsed: Double) throws
  {
    let manifest = SweepManifest(
      version: Program.version, complete: isComplete,
      scenario: design.digests.map { .init(file: $0.file, sha256: $0.sha256) }, set: overrides, shard: shard,
      sweep: .init(
        fingerprint: design.fingerprint, header: result.header, axes: design.grid.axes.map(Self.axis),
        sample: design.sample?.description, measures: result.measures, points: result.pointCount,
        finished: result.points.count),
      resolved: ConfigPrinter.text(design.loaded),
      host: RunManifest.Host(elapsed: elapsed, options, program))
    do { try SweepFiles.write(result, manifest, to: folder) } catch {
      throw ProgramExit(OutputError.exitCode, error.message)
    }
  }

  private static func axis(_ axis: SweepAxis) -> SweepManifest.Axis {
    let values = axis.levels.map(\.label)
    return switch axis.target {
    case .setting(let path): .init(name: axis.name, set: path.description, toggle: nil, values: values)
    case .toggle(let names): .init(name: axis.name, set: nil, toggle: names, values: values)
    }
  }
}

extension JournalError {
  /// For the user, with a way out.
  var words: String {
    switch self {
    case .cannotWrite(let path, let reason): "cannot write '\(path)': \(reason)"
    case .notAJournal(let path):
      "'\(path)' is damaged, or is not the journal of a \(path.hasSuffix("plan.journal") ? "plan" : "sweep"); give"
        + " --restart to begin anew, or choose another folder with --out"
    case .otherSweep(let path):
      "'\(path)' holds another sweep: its scenario, axes, seed or version differ; choose another folder with --out, or"
        + " give --restart to forget it"
    case .inUse(let path): "another process is writing '\(path)'"
    }
  }
}
