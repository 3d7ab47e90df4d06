import Planning
import Reports
import Scenarios

/// `compare OLD NEW` of two result folders: what got worse since the baseline.
struct BaselineStudy {
  let folders: [String]
  let tolerances: [String]
  let options: ReportOptions
  let strict: Bool
  let program: Program

  /// - Returns: 97 when something is worse than the baseline, 98 when something is undecided and `--strict` is given.
  /// - Throws: `ProgramExit` 64 for tolerances that say nothing, 65 for folders that cannot be read, 73 when the file of
  ///   `--out` cannot be written.
  func run() throws -> Int32 {
    guard folders.count == 2 else {
      throw ProgramExit(
        ExitStatus.usage, "give two result folders, the baseline first; \(folders.count) given")
    }
    var readers = folders.map { BaselineFolder($0) }
    let results = readers.indices.map { readers[$0].read() }
    guard let old = results[0], let new = results[1] else {
      for problem in readers.flatMap(\.problems) { program.console.message("error: \(problem)") }
      throw ProgramExit(ExitStatus.invalidScenario)
    }
    let labels = Set(old.designs.map(\.label))
    guard new.designs.contains(where: { labels.contains($0.label) }) else {
      throw ProgramExit(
        ExitStatus.invalidScenario,
        "'\(old.folder)' and '\(new.folder)' have no design in common: \(names(old)) and \(names(new))")
    }
    let tolerance = try tolerance(for: old.quantities + new.quantities)
    let comparison = BaselineComparison(old, new, tolerance: tolerance)
    if let out = options.out {
      do { try OutputFolder(out).write(BaselineFile.name, BaselineFile.bytes(comparison)) } catch {
        throw ProgramExit(OutputError.exitCode, error.message)
      }
    }
    if let format = options.verdictFormat {
      program.console.write(BaselineFormat.text(comparison, as: format, strict: strict))
      if format == .github {
        program.console.addToStepSummary(
          BaselineFormat.text(comparison, as: .markdown, strict: strict))
      }
    } else {
      program.console.write(
        BaselineTable.text(
          comparison, strict: strict, style: options.style(program.console), detail: options.detail))
    }
    return comparison.exitCode(strict: strict)
  }

  private func names(_ result: RecordedResult) -> String {
    result.designs.map { $0.label.isEmpty ? "a single run" : "'\($0.label)'" }.joined(separator: ", ")
  }

  // MARK: Tolerances

  private func tolerance(for quantities: [RecordedResult.Quantity]) throws -> Tolerance {
    var tolerance = Tolerance()
    var problems: [String] = []
    for text in tolerances {
      guard let equals = text.firstIndex(of: "=") else {
        guard let share = share(text) else {
          problems.append(
            "--tolerance '\(text)' is not a share: write 5%, or 'cost.Total=1%', or 'orders.Latency p(95)=2s'"
          )
          continue
        }
        tolerance.common = share
        continue
      }
      do {
        tolerance.named.append(try named(text[..<equals], text[text.index(after: equals)...], quantities))
      } catch { problems.append("--tolerance '\(text)': \(error.message)") }
    }
    guard problems.isEmpty else {
      for problem in problems { program.console.message("error: \(problem)") }
      throw ProgramExit(ExitStatus.usage)
    }
    return tolerance
  }

  private struct Problem: Error { var message: String }

  private func named(
    _ name: Substring, _ value: Substring, _ quantities: [RecordedResult.Quantity]
  ) throws(Problem) -> Tolerance.Named {
    let words = name.split(separator: " ").map(String.init)
    guard words.count == 1 || words.count == 2 else {
      throw Problem(message: "'\(name)' names no measure; write orders.Latency p(95)")
    }
    let statistic = words.count == 2 ? words[1] : nil
    let covered = quantities.filter {
      $0.metric == words[0] && (statistic == nil || $0.statistic == statistic)
    }
    guard let unit = covered.first?.unit else {
      let known = quantities.filter { $0.metric == words[0] }
      if !known.isEmpty {
        let has = Set(known.map(\.statistic)).sorted().joined(separator: ", ")
        throw Problem(message: "\(words[0]) has \(has)")
      }
      let nearest = NearestName.of(words[0], in: Set(quantities.map(\.metric)).sorted())
      throw Problem(
        message: "no quantity is named '\(words[0])'" + (nearest.map { "; nearest: '\($0)'" } ?? ""))
    }
    let text = String(value.drop { $0 == " " })
    if text.hasSuffix("%") {
      guard let share = share(text) else { throw Problem(message: "'\(text)' is not a share such as 5%") }
      return .init(metric: words[0], statistic: statistic, width: .relative(share))
    }
    guard covered.allSatisfy({ $0.unit == unit }) else {
      throw Problem(message: "its statistics have several units; name one, or give a share such as 5%")
    }
    let quantity: Literal.Quantity =
      switch unit {
      case .seconds: .duration
      case .bytes: .size
      case .usd: .money
      case .share: .share
      case .count, .perMinute: .number
      }
    guard let width = try? Literal.read(text, as: quantity), width >= 0 else {
      throw Problem(
        message: "'\(text)' is no tolerance in its unit (\(unit.rawValue)), and no share such as 5%")
    }
    return .init(metric: words[0], statistic: statistic, width: .absolute(width))
  }

  /// Any number of percent from 0 on.
  private func share(_ text: String) -> Double? {
    guard text.hasSuffix("%") else { return nil }
    return try? Literal.read(text, as: .share)
  }
}
