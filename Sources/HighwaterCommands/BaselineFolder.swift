import Foundation
import Planning
import Reports
import Scenarios

/// Reads what `run` or `compare` has left on disk.
struct BaselineFolder {
  /// What is read of `run.json`.
  private struct Manifest: Decodable {
    struct Variant: Decodable {
      var variant: String
      var name: String
      var seed: UInt64
      var replications: Int
      var finished: Int
    }
    struct Other: Decodable {}
    var format: Int
    var complete: Bool
    var variants: [Variant]?
    /// The merged scenarios, parallel to the variants.
    var resolved: String?
    /// Of a sweep.
    var sweep: Other?
  }

  let path: String
  /// Everything that is wrong with the folder, in the order in which it was found.
  private(set) var problems: [String] = []

  static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// nil when `problems` says why.
  mutating func read() -> RecordedResult? {
    guard let manifest = manifest() else { return nil }
    var result = RecordedResult(
      folder: path,
      designs: zip(manifest.variants ?? [], scenarios(manifest)).map { variant, scenario in
        .init(
          label: variant.variant, name: variant.name, seed: variant.seed, replications: variant.finished,
          scenario: scenario)
      }, quantities: [], rules: [])
    rows("summary.csv", SummaryFile.columnNames) { cells in
      guard let quantity = RecordedResult.Quantity(cells) else { return false }
      result.quantities.append(quantity)
      return true
    }
    rows("thresholds.csv", Array(ThresholdsFile.columnNames.prefix(9))) { cells in
      guard let rule = RecordedResult.Rule(cells) else { return false }
      result.rules.append(rule)
      return true
    }
    if problems.isEmpty, result.quantities.isEmpty {
      problems.append("'\(path)/summary.csv' has no quantity")
    }
    return problems.isEmpty ? result : nil
  }

  /// What was simulated, as trees; nil where the manifest does not say it.
  private func scenarios(_ manifest: Manifest) -> [Node?] {
    let count = manifest.variants?.count ?? 0
    let texts = manifest.resolved?.components(separatedBy: "---\n") ?? []
    guard texts.count == count else { return Array(repeating: nil, count: count) }
    return texts.map { text in
      var diagnostics = Diagnostics()
      return YAMLReader.read(text, file: "\(path)/run.json", into: &diagnostics)
    }
  }

  private mutating func manifest() -> Manifest? {
    guard let bytes = FileManager.default.contents(atPath: "\(path)/run.json") else {
      problems.append(
        "'\(path)' has no run.json: it is no folder of results, or the run was killed before it wrote them")
      return nil
    }
    guard let manifest = try? JSONDecoder().decode(Manifest.self, from: bytes) else {
      problems.append("'\(path)/run.json' is not what run or compare writes")
      return nil
    }
    guard manifest.format == RunManifest.formatVersion else {
      problems.append(
        "'\(path)' has format \(manifest.format); this version reads format \(RunManifest.formatVersion)")
      return nil
    }
    guard manifest.sweep == nil, let variants = manifest.variants else {
      problems.append("'\(path)' holds a sweep; a baseline is a folder of run or compare")
      return nil
    }
    guard manifest.complete else {
      let finished = variants.map { "\($0.finished) of \($0.replications)" }.joined(separator: ", ")
      problems.append("'\(path)' is not complete (\(finished) replications): run it again")
      return nil
    }
    return manifest
  }

  private mutating func rows(_ file: String, _ header: [String], _ body: ([String]) -> Bool) {
    let name = "\(path)/\(file)"
    guard let bytes = FileManager.default.contents(atPath: name) else {
      problems.append("'\(path)' has no \(file)")
      return
    }
    guard let table = CSVTable(String(decoding: bytes, as: UTF8.self)) else {
      problems.append("\(name):1:1: not a CSV file with a header row")
      return
    }
    guard Array(table.header.prefix(header.count)) == header else {
      problems.append("\(name):1:1: expected the columns \(header.joined(separator: ","))")
      return
    }
    for (index, row) in table.rows.enumerated() where row.count < header.count || !body(row) {
      problems.append("\(name):\(index + 2):1: a damaged row: \(row.prefix(4).joined(separator: ","))...")
      return
    }
  }
}

extension RecordedResult.Quantity {
  fileprivate init?(_ cells: [String]) {
    guard let unit = QuantityUnit(rawValue: cells[3]), let mean = Double?(field: cells[4]),
      let low = Double?(field: cells[5]), let high = Double?(field: cells[6]), let count = Int(cells[9])
    else { return nil }
    self.init(
      variant: cells[0], metric: cells[1], statistic: cells[2], unit: unit, mean: mean, low: low, high: high,
      count: count)
  }
}

extension RecordedResult.Rule {
  fileprivate init?(_ cells: [String]) {
    guard let outcome = Verdict.Outcome(rawValue: cells[6]),
      let severity = Verdict.Severity(rawValue: cells[8])
    else { return nil }
    self.init(
      variant: cells[0], metric: cells[1], expression: cells[2], across: cells[3], outcome: outcome,
      severity: severity)
  }
}
