import ArgumentParser
import Planning
import Scenarios

/// Which settings take which values, and what is looked at.
struct AxisOptions: ParsableArguments {
  @Option(
    name: .customLong("axis"),
    help: ArgumentHelp(
      "PATH=1,2,4 or PATH=1..40 or PATH=1..64:log7; repeatable.",
      discussion: "The name or the path of an axis of the scenario gives that axis other values."))
  var axes: [String] = []

  @Option(
    name: .customLong("sample"),
    help: ArgumentHelp(
      "sobol:200 or lhs:200: so many points in place of the whole grid.",
      discussion: "Ranges then take any value between their ends; listed values keep to the list."))
  var sampleText: String?

  /// - Throws: 64 for a text that names no sample.
  func sample() throws -> SweepSample? {
    guard let sampleText else { return nil }
    guard let sample = SweepSample(sampleText), sample.count <= SweepGrid.pointsMax else {
      throw ProgramExit(
        ExitStatus.usage,
        "--sample is '\(sampleText)'; write sobol:200 or lhs:200, at most \(SweepGrid.pointsMax) points")
    }
    return sample
  }

  @Option(
    name: .customLong("measure"),
    help: "A quantity shown beside the thresholds, such as 'orders.Latency p(95)'; repeatable.")
  var measures: [String] = []

  /// The arguments as files, a line each, for excerpts in messages.
  var sources: [SourceText] {
    [("--axis", axes), ("--measure", measures)].filter { !$0.1.isEmpty }.map { name, arguments in
      SourceText(file: name, text: arguments.joined(separator: "\n") + "\n")
    }
  }
}
