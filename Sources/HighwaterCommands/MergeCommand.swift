import ArgumentParser
import Foundation
import Planning
import Reports

struct MergeCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Joins the shards of a sweep into what one process would have written.")

  @Argument(help: "Folders of the shards, for example out/shard-*.")
  var folders: [String]

  @OptionGroup var options: ReportOptions
  @OptionGroup var strictness: SweepStrictness
  @OptionGroup var layout: SweepLayoutOptions

  func run(in program: Program) throws -> Int32 {
    let format = try SweepFormat(options)
    if let out = options.out, let shard = folders.first(where: { Self.place($0) == Self.place(out) }) {
      throw ProgramExit(
        ExitStatus.usage,
        "--out '\(out)' is the shard '\(shard)', whose files would be lost; name another folder")
    }
    let shards = try folders.map { try ShardFolder($0) }
    let problems = ShardFolder.problems(shards)
    guard problems.isEmpty else {
      throw ProgramExit(
        ExitStatus.invalidScenario, problems.joined(separator: "\nerror: ") + "\nnothing was merged")
    }
    let first = shards[0].manifest
    let result = SweepResult(
      header: first.sweep.header, axes: first.sweep.axes.map(\.name), measures: first.sweep.measures,
      points: shards.flatMap(\.points).sorted { $0.number < $1.number }, pointCount: first.sweep.points)
    try layout.check(result.axes)
    let manifest = SweepManifest(
      version: first.version, complete: true, scenario: first.scenario, set: first.set, shard: .whole,
      sweep: .init(
        fingerprint: first.sweep.fingerprint, header: result.header, axes: first.sweep.axes,
        sample: first.sweep.sample, measures: result.measures, points: result.pointCount,
        finished: result.points.count),
      resolved: first.resolved, host: nil)
    do {
      try SweepFiles.write(result, manifest, to: OutputFolder(try output()))
    } catch let error as OutputError { throw ProgramExit(OutputError.exitCode, error.message) }
    program.console.write(format.text(result, layout, options, program))
    return SweepExit.code(result, strict: strictness.strict)
  }

  /// The folder that all shards lie in, unless another one is named.
  private func output() throws -> String {
    if let out = options.out { return out }
    let parents = Set(folders.map(Self.parent))
    guard parents.count == 1, let parent = parents.first else {
      throw ProgramExit(
        ExitStatus.usage, "the shards lie in several folders; say with --out where the result goes")
    }
    return parent
  }

  /// A folder by its real place, whatever leads there.
  private static func place(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  private static func parent(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
