import Foundation
import HighwaterCommands
import Planning
import Testing

/// `sweep` and `merge` as their users see them: the same bytes whatever happens on the way.
@Suite struct SweepCommandTests {
  typealias Session = CommandTests.Session
  typealias Folder = CommandTests.Folder

  /// Three subscribers by two shard counts, two replications each: twelve short runs.
  static let scenario = """
    Transform: AWS::Serverless-2016-10-31
    Globals:
      Function: {Handler: index.handler, Runtime: nodejs22.x, CodeUri: src/, MemorySize: 256, Timeout: 60}
    Resources:
      EventStream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1, RetentionPeriodHours: 24}}
      Index:
        Type: AWS::Serverless::Function
        Properties: {Events: {S: {Type: Kinesis, Properties: &source {Stream: !GetAtt EventStream.Arn, StartingPosition: LATEST, BatchSize: 5}}}}
      Push: {Type: AWS::Serverless::Function, Properties: {Events: {S: {Type: Kinesis, Properties: *source}}}}
      Audit: {Type: AWS::Serverless::Function, Properties: {Events: {S: {Type: Kinesis, Properties: *source}}}}
    Simulation:
      version: 1
      name: small-stream
      era: 2017
      run: {duration: 40s, drain: 10m, replications: 2, seed: 7}
      services:
        Mail: {latency: lognormal(mean=200ms cv=0.5), maxConcurrent: 10}
      workloads:
        events: {into: EventStream, arrivals: {process: poisson, rate: 30/min}, size: 1KiB}
      functions:
        '*': {perMessage: [{compute: 5ms}]}
        Audit: {perMessage: [{call: {service: Mail}}]}
      thresholds:
        events.Lost: ['count == 0']
        '*.IteratorAge': ['max < 2s']
        Audit.Errors: ['max < 1']
      sweep:
        axes:
          subscribers: {toggle: [Index, Push, Audit]}
          shards: {set: EventStream.ShardCount, values: [1, 2]}
        measures: ['events.Latency p(95)', cost.Monthly, 'Mail.InFlight']
    """

  static let files = ["sweep.csv", "sweep_thresholds.csv", "run.json"]

  /// Runs the sweep into a folder below the given one.
  @discardableResult
  func sweep(_ folder: Folder, _ file: String, to out: String, _ more: String...) -> Session {
    Session(["sweep", file, "-o", "\(folder.path)/\(out)"] + more)
  }

  @Test func `the table the files and the exit code are those of the grid`() throws {
    let folder = try Folder()
    let file = try folder.write("small.sim.yaml", Self.scenario)
    let session = sweep(folder, file, to: "out")
    #expect(session.code == 0, "\(session.errors)")
    let lines = session.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let levels = lines.filter { $0.count > 6 && Int($0[0]) != nil && Int($0[1]) != nil }.map {
      $0[0] + " " + $0[1]
    }
    #expect(levels == ["1 1", "1 2", "2 1", "2 2", "3 1", "3 2"], "\(session.output)")
    #expect(
      session.output.contains("all 6 points pass all thresholds; the cheapest is subscribers=1 shards=1"))
    let csv = try folder.read("out/sweep.csv")
    #expect(
      csv.hasPrefix(
        "point,param_subscribers,param_shards,metric,statistic,unit,mean,ci95_low,ci95_high,min,max,replications,verdict\n"
      ))
    #expect(csv.contains("\n6,3,2,events.Latency,p(95),s,"))
    // What is not there leaves nothing behind, and its rules go with it.
    #expect(csv.contains("\n5,3,1,Audit.Invocations,sum,") && !csv.contains("\n4,2,2,Audit."))
    #expect(!(try folder.read("out/sweep_thresholds.csv")).contains("\n4,2,2,Audit."))
    #expect(try folder.read("out/run.json").contains("\"complete\": true"))
  }

  @Test func `an axis can stand across`() throws {
    let folder = try Folder()
    let file = try folder.write("small.sim.yaml", Self.scenario)
    let across = sweep(folder, file, to: "out", "--across", "shards", "--summary", "full").output
    #expect(across.contains("\n  subscribers   shards 1 ") && across.contains(" ± "), "\(across)")
    #expect(
      sweep(folder, file, to: "out", "--format", "markdown").output.contains("\n| subscribers | shards | "))
    let json = sweep(folder, file, to: "out", "--format", "json").output
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect((object?["points"] as? [Any])?.count == 6)
    #expect(sweep(folder, file, to: "out", "--across", "colour").code == 64)
    #expect(sweep(folder, file, to: "out", "--format", "junit").code == 64)
  }

  @Test func `the number of threads changes no byte`() throws {
    let folder = try Folder()
    let file = try folder.write("small.sim.yaml", Self.scenario)
    sweep(folder, file, to: "a", "--jobs", "1")
    sweep(folder, file, to: "b", "--jobs", "8")
    for name in Self.files { #expect(try folder.read("a/\(name)") == folder.read("b/\(name)"), "\(name)") }
  }

  @Test func `a sweep killed at any byte of its journal goes on to the same bytes`() throws {
    let folder = try Folder()
    let file = try folder.write("small.sim.yaml", Self.scenario)
    // Few points with more replications each: the test is about the journal.
    func sweep(to out: String) -> Session {
      self.sweep(
        folder, file, to: out, "--axis", "subscribers=1,3", "--axis", "shards=1", "--replications", "3")
    }
    let whole = sweep(to: "whole")
    let journal = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/whole/sweep.journal"))
    #expect(journal.count > 5000)
    var state: UInt64 = 20_261_121
    // The first ones cut the header, the last one nothing.
    var cuts = [0, 7, 60, journal.count - 1, journal.count]
    while cuts.count < 10 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      cuts.append(Int((state >> 33) % UInt64(journal.count)))
    }
    for (number, cut) in cuts.enumerated() {
      let out = "\(folder.path)/cut-\(number)"
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
      try journal.prefix(cut).write(to: URL(fileURLWithPath: "\(out)/sweep.journal"))
      let session = sweep(to: "cut-\(number)")
      #expect(session.code == whole.code && session.output == whole.output, "cut at byte \(cut)")
      for name in Self.files {
        #expect(
          try folder.read("cut-\(number)/\(name)") == folder.read("whole/\(name)"), "\(name), byte \(cut)")
      }
      // Everything is finished once: what was kept was not run again.
      let text = try folder.read("cut-\(number)/sweep.journal")
      #expect(text.split(separator: "\n").count { $0.contains(" run\t") } == 6, "byte \(cut)")
    }
  }

  @Test func `bytes that are no journal are left alone`() throws {
    let folder = try Folder()
    let file = try folder.write("small.sim.yaml", Self.scenario)
    sweep(folder, file, to: "out", "--axis", "subscribers=1", "--axis", "shards=1")
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/out/sweep.journal")))
    // A damaged line ends what is known; a file that begins otherwise is somebody else's.
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/out/sweep.journal"))
    #expect(sweep(folder, file, to: "out", "--axis", "subscribers=1", "--axis", "shards=1").code == 0)
    try Data("notes\nof mine\n".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/out/sweep.journal"))
    let session = sweep(folder, file, to: "out", "--axis", "subscribers=1", "--axis", "shards=1")
    #expect(
      session.code == 73 && session.errors.contains("is not the journal of a sweep"), "\(session.errors)")
    #expect(try folder.read("out/sweep.journal") == "notes\nof mine\n")
  }

  @Test func `another sweep does not go on in the same folder`() throws {
    let folder = try Folder()
    let file = try folder.write("small.sim.yaml", Self.scenario)
    let small = ["--axis", "subscribers=1", "--axis", "shards=1"]
    func run(_ more: String...) -> Session {
      Session(["sweep", file, "-o", "\(folder.path)/out"] + small + more)
    }
    #expect(run().code == 0)
    for change in [["--seed", "8"], ["--axis", "subscribers=2"], ["--set", "Mail.maxConcurrent=9"]] {
      let session = Session(["sweep", file, "-o", "\(folder.path)/out"] + small + change)
      #expect(
        session.code == 73 && session.errors.contains("holds another sweep"), "\(change) \(session.errors)")
    }
    // What is shown is no part of what is simulated: a reading that is missing is made.
    let other = run("--measure", "Index.Duration avg", "--quiet", "--summary", "compact")
    #expect(other.code == 0, "\(other.errors)")
    #expect(try folder.read("out/sweep.csv").contains("1,1,1,Index.Duration,avg,s,"))
    #expect(run("--seed", "8", "--restart").code == 0)
  }

  @Test func `seven shards merge into the bytes of one process`() throws {
    let folder = try Folder()
    let file = try folder.write("small.sim.yaml", Self.scenario)
    let whole = sweep(folder, file, to: "whole")
    let names = (1...7).map { "\(folder.path)/parts/shard-\($0)-of-7" }
    for index in 1...7 { sweep(folder, file, to: "parts", "--shard", "\(index)/7") }
    let onto = Session(["merge", "-o", "\(names[0])/"] + names)
    #expect(onto.code == 64 && onto.errors.contains("whose files would be lost"), "\(onto.errors)")
    let merged = Session(["merge"] + names.shuffled())
    #expect(merged.code == whole.code && merged.output == whole.output, "\(merged.errors)")
    for name in Self.files {
      #expect(try folder.read("parts/\(name)") == folder.read("whole/\(name)"), "\(name)")
    }

    func problem(_ folders: [String]) -> (Int32, String) {
      let session = Session(["merge", "-o", "\(folder.path)/none"] + folders)
      return (session.code, session.errors)
    }
    let missing = problem(Array(names[..<2] + names[3...5]))
    #expect(missing.0 == 65 && missing.1.contains("shards 3, 7 of 7 are missing"), "\(missing)")
    let twice = problem(names + [names[3]])
    #expect(twice.0 == 65 && twice.1.contains("shard 4 of 7 is given 2 times"), "\(twice)")
    sweep(folder, file, to: "other", "--shard", "2/7", "--seed", "8")
    let foreign = problem([names[0], "\(folder.path)/other/shard-2-of-7"] + names[2...])
    #expect(foreign.0 == 65 && foreign.1.contains("belongs to another sweep"), "\(foreign)")
    let unwritten = problem([names[0], "\(folder.path)/nowhere"])
    #expect(unwritten.0 == 66, "\(unwritten)")
    try FileManager.default.removeItem(atPath: names[1] + "/run.json")
    let killed = problem(names)
    #expect(killed.0 == 65 && killed.1.contains("it goes on where it was"), "\(killed)")
  }

  @Test func `all points are checked before any runs and each mistake is said once`() throws {
    let folder = try Folder()
    let text = Self.scenario.replacing("values: [1, 2]", with: "values: [1, 0, 2]").replacing(
      "rate: 30/min", with: "rate: 30 per min")
    let session = sweep(folder, try folder.write("broken.sim.yaml", text), to: "out")
    #expect(session.code == 65)
    #expect(session.errors.components(separatedBy: "write 30/min").count == 2, "\(session.errors)")
    #expect(session.errors.contains("(at subscribers=1 shards=0)"), "\(session.errors)")
    #expect(session.errors.contains("broken.sim.yaml:30:57: error[T221]"), "\(session.errors)")
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
    let plain = try folder.write("plain.sim.yaml", CommandTests.scenario)
    let without = sweep(folder, plain, to: "out")
    #expect(without.code == 64 && without.errors.contains("--axis"), "\(without.errors)")
  }

  struct Sharding: Sendable, CustomTestStringConvertible {
    var argument: String
    var environment: [String: String] = [:]
    /// `3/7`, or the beginning of the message.
    var expected: String
    var testDescription: String {
      argument + " " + environment.map { "\($0)=\($1)" }.sorted().joined(separator: " ")
    }
  }

  @Test(arguments: [
    Sharding(argument: "3/7", expected: "3/7"), Sharding(argument: "1/1", expected: "1/1"),
    Sharding(argument: "0/7", expected: "--shard 0/7: shards count from 1 to 7"),
    Sharding(argument: "8/7", expected: "--shard 8/7"), Sharding(argument: "3", expected: "--shard is '3'"),
    Sharding(argument: "x/7", expected: "--shard is 'x/7'"),
    Sharding(argument: "1/0", expected: "--shard is '1/0'"),
    Sharding(argument: "auto", expected: "--shard auto: none of SLURM_ARRAY_TASK_ID"),
    Sharding(
      argument: "auto",
      environment: [
        "SLURM_ARRAY_TASK_ID": "12", "SLURM_ARRAY_TASK_MIN": "4", "SLURM_ARRAY_TASK_MAX": "16",
        "SLURM_ARRAY_TASK_STEP": "4", "SLURM_ARRAY_TASK_COUNT": "4",
      ], expected: "3/4"),
    Sharding(
      argument: "auto",
      environment: [
        "SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "9",
        "SLURM_ARRAY_TASK_STEP": "1", "SLURM_ARRAY_TASK_COUNT": "3",
      ], expected: "--shard auto: the Slurm array has gaps"),
    // A part of an array that is run again: its own minimum would lie.
    Sharding(
      argument: "auto/7",
      environment: [
        "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_MAX": "3",
        "SLURM_ARRAY_TASK_COUNT": "1",
      ], expected: "4/7"),
    Sharding(
      argument: "auto/7", environment: ["SLURM_ARRAY_TASK_ID": "7"],
      expected: "--shard auto: SLURM_ARRAY_TASK_ID 7 is not one of 7 shards"),
    Sharding(
      argument: "auto", environment: ["AWS_BATCH_JOB_ARRAY_INDEX": "0", "AWS_BATCH_JOB_ARRAY_SIZE": "10"],
      expected: "1/10"),
    Sharding(
      argument: "auto", environment: ["JOB_COMPLETION_INDEX": "2"],
      expected: "--shard auto: JOB_COMPLETION_INDEX is set, but nothing tells the number"),
    Sharding(argument: "auto/3", environment: ["JOB_COMPLETION_INDEX": "2"], expected: "3/3"),
    Sharding(
      argument: "auto", environment: ["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4"], expected: "1/4"),
    Sharding(argument: "auto/4", environment: ["PARALLEL_SEQ": "4"], expected: "4/4"),
    Sharding(
      argument: "auto", environment: ["AWS_BATCH_JOB_ARRAY_INDEX": "one"],
      expected: "--shard auto: AWS_BATCH_JOB_ARRAY_INDEX is 'one'"),
  ])
  func `a shard is what its batch system says`(_ test: Sharding) {
    let found: String
    do throws(ShardArgument.Problem) {
      found = try ShardArgument.read(test.argument) { test.environment[$0] }.description
    } catch { found = error.message }
    #expect(found.hasPrefix(test.expected), "\(found)")
  }
}
