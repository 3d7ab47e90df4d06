import Foundation
import Planning
import Reports
import Scenarios

/// What one shard of a sweep has left on disk.
struct ShardFolder {
  let path: String
  let manifest: SweepManifest
  let points: [SweepPoint]

  /// - Throws: `ProgramExit` 66 when there is no such folder, 65 when it holds no shard.
  init(_ path: String) throws {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      throw ProgramExit(ExitStatus.notFound, "no folder '\(path)'")
    }
    guard let bytes = FileManager.default.contents(atPath: "\(path)/\(SweepFiles.manifestName)") else {
      throw ProgramExit(
        ExitStatus.invalidScenario,
        "'\(path)' has no \(SweepFiles.manifestName): its sweep was killed before it wrote its results; run it again,"
          + " it goes on where it was")
    }
    guard let manifest = try? JSONDecoder().decode(SweepManifest.self, from: bytes) else {
      throw ProgramExit(ExitStatus.invalidScenario, "'\(path)' holds no sweep of this version")
    }
    self.manifest = manifest
    let axes = manifest.sweep.axes.map(\.name)
    let rows = try Table(path, SweepFiles.resultsName, axes, SweepFile.columns)
    let rules = try Table(path, SweepFiles.thresholdsName, axes, SweepThresholdsFile.columns)
    var points: [Int: SweepPoint] = [:]
    try rows.read { number, levels, cells in
      guard let row = SweepRow(cells) else { return false }
      points[number, default: SweepPoint(number: number, levels: levels, rows: [], rules: [])].rows.append(
        row)
      return true
    }
    try rules.read { number, levels, cells in
      guard let rule = SweepRule(cells) else { return false }
      points[number, default: SweepPoint(number: number, levels: levels, rows: [], rules: [])].rules.append(
        rule)
      return true
    }
    self.points = points.values.sorted { $0.number < $1.number }
  }

  // MARK: Together

  /// Why folders are not the shards of one sweep, each reason once; none when they are.
  static func problems(_ shards: [ShardFolder]) -> [String] {
    guard let first = shards.first else { return ["no shard is given"] }
    let count = first.manifest.shard.count
    var problems: [String] = []
    for shard in shards {
      let manifest = shard.manifest
      if manifest.sweep.fingerprint != first.manifest.sweep.fingerprint
        || manifest.version != first.manifest.version
      {
        problems.append(
          "'\(shard.path)' belongs to another sweep than '\(first.path)': scenario, axes, seed or version differ"
        )
      } else if manifest.sweep.measures != first.manifest.sweep.measures {
        problems.append("'\(shard.path)' has other measures than '\(first.path)'")
      } else if manifest.shard.count != count {
        problems.append(
          "'\(shard.path)' is a shard of \(manifest.shard.count), '\(first.path)' one of \(count)")
      } else if !manifest.complete {
        problems.append(
          "'\(shard.path)' is not complete (\(manifest.sweep.finished) of its points are finished); run it again, it"
            + " goes on where it was")
      } else if shard.points.count != manifest.sweep.finished {
        problems.append(
          "'\(shard.path)' has \(shard.points.count) points in its files, and \(manifest.sweep.finished) by its"
            + " \(SweepFiles.manifestName)")
      }
    }
    guard problems.isEmpty else { return problems }
    for index in 1...count {
      let same = shards.filter { $0.manifest.shard.index == index }
      if same.count > 1 {
        problems.append(
          "shard \(index) of \(count) is given \(same.count) times: "
            + same.map { "'\($0.path)'" }.joined(separator: ", "))
      }
    }
    let missing = (1...count).filter { index in !shards.contains { $0.manifest.shard.index == index } }
    if !missing.isEmpty {
      problems.append(
        "shard\(missing.count == 1 ? "" : "s") \(missing.map(String.init).joined(separator: ", ")) of \(count)"
          + " \(missing.count == 1 ? "is" : "are") missing")
    }
    return problems
  }

  // MARK: Files

  private struct Table {
    let name: String
    let rows: [[String]]
    let axisCount: Int

    init(_ folder: String, _ file: String, _ axes: [String], _ columns: [String]) throws {
      name = "\(folder)/\(file)"
      axisCount = axes.count
      let header = ["point"] + axes.map { SweepColumns.parameter + $0 } + columns
      guard let bytes = FileManager.default.contents(atPath: name),
        let table = CSVTable(String(decoding: bytes, as: UTF8.self)), table.header == header
      else { throw ProgramExit(ExitStatus.invalidScenario, "'\(name)' is not a file of this sweep") }
      rows = table.rows
    }

    func read(_ body: (Int, [String], ArraySlice<String>) -> Bool) throws {
      for (line, row) in rows.enumerated() {
        guard row.count > axisCount, let number = Int(row[0]),
          body(number, Array(row[1...axisCount]), row[(axisCount + 1)...])
        else { throw ProgramExit(ExitStatus.invalidScenario, "'\(name)' is damaged in row \(line + 2)") }
      }
    }
  }
}

extension SweepRow {
  /// The cells behind the axes.
  fileprivate init?(_ cells: ArraySlice<String>) {
    let cell = Array(cells)
    guard cell.count == SweepFile.columns.count, let unit = QuantityUnit(rawValue: cell[2]),
      let mean = Double(cell[3]), let minimum = Double(cell[6]), let maximum = Double(cell[7]),
      let count = Int(cell[8]), let low = Double?(field: cell[4]), let high = Double?(field: cell[5])
    else { return nil }
    let outcome = Verdict.Outcome(rawValue: cell[9])
    guard outcome != nil || cell[9].isEmpty else { return nil }
    self.init(
      metric: cell[0], statistic: cell[1], unit: unit, mean: mean, low: low, high: high, minimum: minimum,
      maximum: maximum, count: count, outcome: outcome)
  }
}

extension SweepRule {
  /// The cells behind the axes.
  fileprivate init?(_ cells: ArraySlice<String>) {
    let cell = Array(cells)
    guard cell.count == SweepThresholdsFile.columns.count, let unit = QuantityUnit(rawValue: cell[2]),
      let observed = Double?(field: cell[5]), let limit = Double?(field: cell[6]),
      let outcome = Verdict.Outcome(rawValue: cell[7]), let severity = Verdict.Severity(rawValue: cell[9]),
      cell[8].isEmpty || Int(cell[8]) != nil
    else { return nil }
    self.init(
      metric: cell[0], statistic: cell[1], unit: unit, expression: cell[3], across: cell[4],
      observed: observed, limit: limit, outcome: outcome, worstReplication: Int(cell[8]), severity: severity)
  }
}

extension Double? {
  /// An empty field is no value, which is not the same as a field that is no number.
  init?(field: String) {
    if field.isEmpty {
      self = .none
    } else {
      guard let value = Double(field) else { return nil }
      self = .some(value)
    }
  }
}
