import HandlerKit
import Planning
import Records
import Reports
import Scenarios
import Services

/// Simulates the designs that a plan asks for, on all threads, and keeps what is finished on disk.
///
/// A journal knows designs by their settings: another question about the same scenario finds what the first one
/// simulated, and a plan that was killed goes on where it was.
final class PlanLab {
  private let design: PlanDesign
  private let program: Program
  private let jobs: Int
  private let journal: SweepJournal
  private let meter: PlanMeter
  /// The designs; rates are added while they are searched.
  private(set) var grid: SweepGrid
  private var compiled: [Int: CompiledScenario] = [:]
  /// From the journal, by the key of the design and the replication.
  private var finished: [DesignUnit: RunDigest] = [:]
  private var digests: [DesignUnit: RunDigest] = [:]
  /// Of the rules and quantities that the plan looks at; set before the first run.
  var readings: PlanReadings!
  /// Levels as numbers, for objectives that are an axis. Shape (design, axis)
  var numbers: ((Int) -> [Double?])?

  init(
    _ design: PlanDesign, grid: SweepGrid, folder: OutputFolder, restart: Bool, options: StudyOptions,
    program: Program
  ) throws {
    self.design = design
    self.grid = grid
    self.program = program
    jobs = options.jobs ?? availableProcessorCount()
    meter = PlanMeter(options, console: program.console)
    let path = "\(folder.path)/plan.journal"
    let entries: [SweepJournal.Entry]
    do {
      do {
        (journal, entries) = try SweepJournal.open(
          path, fingerprint: "plan \(design.fingerprint)", isNew: restart)
      } catch .otherSweep {
        if !options.quiet {
          program.console.message(
            "the scenario is another one than that of the plan in '\(folder.path)': starting anew")
        }
        (journal, entries) = try SweepJournal.open(
          path, fingerprint: "plan \(design.fingerprint)", isNew: true)
      }
    } catch { throw ProgramExit(OutputError.exitCode, error.words) }
    for entry in entries {
      finished[DesignUnit(design: entry.point, replication: entry.digest.replication)] = entry.digest
    }
    try Design(file: design.file, label: "", loaded: design.loaded, compiled: design.base)
      .checkHandlers(program.handlers)
  }

  /// Adds a design to the grid; the same values are the same design.
  func add(_ levels: [SweepLevel]) -> Int {
    let labels = levels.map(\.label)
    if let known = grid.points.firstIndex(where: { $0.map(\.label) == labels }) { return known }
    grid.points.append(levels)
    return grid.points.count - 1
  }

  func compiled(_ design: Int) -> CompiledScenario? { compiled[design] }
  func digests(_ design: Int, count: Int) -> [RunDigest] {
    (0..<count).compactMap { digests[DesignUnit(design: design, replication: $0)] }
  }

  // MARK: Running

  /// Runs a batch, in any order; the observations stand in the order of the units.
  ///
  /// - Throws: `SearchInterrupted`, or `ProgramExit` for what went wrong.
  func evaluate(_ units: [DesignUnit]) throws -> [Observation] {
    try compile(units.map(\.design))
    let keys = units.map { key($0.design) }
    let known = zip(units, keys).map { unit, key -> RunDigest? in
      let digest = finished[DesignUnit(design: key, replication: unit.replication)]
      return digest.flatMap { $0.answers(compiled[unit.design]!) ? $0 : nil }
    }
    let missing = units.indices.filter { known[$0] == nil }
    meter.begin(missing.count, name(units[0].design))
    let designs = missing.map { design(units[$0].design) }
    let failed = CancellationFlag()
    let outcomes = Parallel.map(missing.indices, jobs: jobs) {
      [journal, meter, handlers = program.handlers] position -> Result<RunDigest?, any Error> in
      guard !Interruption.flag.isCancelled, !failed.isCancelled else { return .success(nil) }
      let index = missing[position]
      do {
        let run = try designs[position].makeRun(units[index].replication, handlers: handlers)
        guard run.ending != .interrupted else { return .success(nil) }
        try RunChecks.verify(run)
        let digest = PlanReadings.digest(run, of: designs[position].compiled)
        try journal.append(point: keys[index], digest)
        meter.finished(digest.eventCount)
        return .success(digest)
      } catch {
        failed.cancel()
        return .failure(error)
      }
    }
    meter.clear()
    for (position, outcome) in outcomes.enumerated() {
      guard case .failure(let error) = outcome else { continue }
      let unit = units[missing[position]]
      throw ProgramExit(failed: "\(name(unit.design)), replication \(unit.replication)", by: error)
    }
    var all = known
    for (position, outcome) in outcomes.enumerated() {
      guard let digest = try outcome.get() else { throw SearchInterrupted() }
      all[missing[position]] = digest
    }
    return zip(units, all).map { unit, digest in
      digests[unit] = digest!
      return readings.observation(
        digest!, of: compiled[unit.design]!, levels: numbers?(unit.design) ?? [])
    }
  }

  /// Brings all finished replications to the disk.
  func synchronize() throws {
    do { try journal.synchronize() } catch { throw ProgramExit(OutputError.exitCode, error.words) }
  }

  private func compile(_ designs: [Int]) throws {
    let missing = Set(designs).filter { compiled[$0] == nil }.sorted()
    guard !missing.isEmpty else { return }
    let found = try SweepDesign.compile(
      missing, of: grid, design.loaded, found: [], jobs: jobs, verbose: false, quiet: true, in: program)
    for (design, compiled) in zip(missing, found) { self.compiled[design] = compiled }
  }

  /// All designs of the grid.
  func compileAll() throws -> [CompiledScenario] {
    try compile(Array(grid.points.indices))
    return grid.points.indices.map { compiled[$0]! }
  }

  private func design(_ index: Int) -> Design {
    Design(file: design.file, label: name(index), loaded: design.loaded, compiled: compiled[index]!)
  }

  private func name(_ index: Int) -> String { SweepDesign.name(index, in: grid) }

  /// What the journal knows a design by: a hash of its settings (FNV-1a).
  private func key(_ index: Int) -> Int {
    var text = ""
    for (axis, level) in zip(grid.axes, grid.points[index]) {
      switch axis.target {
      case .setting(let path): text += "\(path)=\(level.label)\n"
      case .toggle(let names): text += "\(names.joined(separator: ","))=\(level.label)\n"
      }
    }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(hash >> 2)
  }
}
