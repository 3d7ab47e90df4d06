import Foundation
import HighwaterCommands
import Planning
import Testing

/// `plan` as its users see it.
@Suite struct PlanCommandTests {
  typealias Session = CommandTests.Session
  typealias Folder = CommandTests.Folder

  /// A worker of half a second for each shard, eight orders a second: four shards are too few, and many are too many for
  /// the partner.
  static let scenario = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}
      Work:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs22.x
          Handler: index.handler
          MemorySize: 256
          Events: {Orders: {Type: Kinesis, Properties: {Stream: !GetAtt Orders.Arn, StartingPosition: LATEST, BatchSize: 1}}}
    Simulation:
      version: 1
      name: workers
      run: {duration: 40s, drain: 1h, replications: 3, seed: 7}
      services:
        Partner: {latency: 500ms, maxConcurrent: 40}
      workloads:
        orders: {into: Orders, arrivals: {process: poisson, rate: 480/min}, size: 1KiB}
      functions: {Work: {coldStart: 0s, perMessage: [{call: {service: Partner}}]}}
      thresholds:
        orders.Latency: ['p(95) < 3s']
        Partner.InFlight: ['max <= 9']
    """

  static let files = ["plan.csv", "plan_thresholds.csv", "plan.json"]

  @discardableResult
  func plan(_ folder: Folder, _ file: String, to out: String, _ more: [String]) -> Session {
    Session(["plan", file, "-o", "\(folder.path)/\(out)"] + more)
  }

  @Test func `the cheapest design is that of the whole grid`() throws {
    let folder = try Folder()
    let file = try folder.write("workers.sim.yaml", Self.scenario)
    let session = plan(folder, file, to: "out", ["--axis", "Orders.ShardCount=1..12"])
    #expect(session.code == 0, "\(session.errors)")
    let whole = plan(folder, file, to: "whole", ["--axis", "Orders.ShardCount=1..12", "--exhaustive"])
    let answer = try #require(
      session.output.split(separator: "\n").first { $0.contains("passes all thresholds") })
    #expect(whole.output.contains(answer), "\(session.output)\n\(whole.output)")
    #expect(session.output.contains("NEIGHBOURS") && session.output.contains("fails: orders.Latency"))
    let csv = try folder.read("out/plan.csv")
    #expect(csv.hasPrefix("design,param_Orders.ShardCount,replications,verdict,objective,"))
    #expect(csv.split(separator: "\n").count == 13)
    #expect(csv.contains("fails at Orders.ShardCount="))
    #expect(session.output.contains("all 12 designs would be 36 runs"))
    #expect(try folder.read("out/plan.json").contains("\"complete\": true"))
  }

  @Test func `threads and earlier plans change no byte`() throws {
    let folder = try Folder()
    let file = try folder.write("workers.sim.yaml", Self.scenario)
    let axis = ["--axis", "Orders.ShardCount=1..12", "--minimize", "Orders.ShardCount"]
    let one = plan(folder, file, to: "a", axis + ["--jobs", "1"])
    let many = plan(folder, file, to: "b", axis + ["--jobs", "8"])
    // Another question first: what it ran is used again.
    plan(folder, file, to: "c", ["--axis", "Orders.ShardCount=1..12", "--front", "orders.Latency p(95)"])
    let journal = try folder.read("c/plan.journal").split(separator: "\n").count
    let later = plan(folder, file, to: "c", axis)
    #expect(one.code == 0 && one.output == many.output && one.output == later.output)
    for name in Self.files {
      #expect(try folder.read("a/\(name)") == folder.read("b/\(name)"), "\(name)")
      #expect(try folder.read("a/\(name)") == folder.read("c/\(name)"), "\(name)")
    }
    let added = try folder.read("c/plan.journal").split(separator: "\n").count - journal
    #expect(added < 20, "\(added) lines")
  }

  @Test func `a plan that was cut off goes on to the same bytes`() throws {
    let folder = try Folder()
    let file = try folder.write("workers.sim.yaml", Self.scenario)
    let axis = ["--axis", "Orders.ShardCount=1..8"]
    let whole = plan(folder, file, to: "whole", axis)
    let journal = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/whole/plan.journal"))
    for cut in [0, 40, journal.count / 3, journal.count / 2, journal.count - 1] {
      let out = "\(folder.path)/cut-\(cut)"
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
      try journal.prefix(cut).write(to: URL(fileURLWithPath: "\(out)/plan.journal"))
      #expect(plan(folder, file, to: "cut-\(cut)", axis).output == whole.output, "cut at byte \(cut)")
      for name in Self.files {
        #expect(try folder.read("cut-\(cut)/\(name)") == folder.read("whole/\(name)"), "\(name), byte \(cut)")
      }
    }
  }

  @Test func `a rate is bracketed and can be repeated`() throws {
    let folder = try Folder()
    let file = try folder.write("workers.sim.yaml", Self.scenario)
    let session = plan(folder, file, to: "out", ["--rate", "orders", "--width", "5%"])
    #expect(session.code == 0, "\(session.errors)")
    #expect(session.output.contains("/min holds, ") && session.output.contains("binding: orders.Latency"))
    #expect(session.output.contains("STATIONS"))
    let overlay = try folder.write("seed.yaml", "Simulation: {run: {seed: 7}}\n")
    let overlaid = plan(
      folder, file, to: "overlaid",
      ["-f", overlay, "--rate", "orders", "--width", "20%", "--replications", "2"])
    let again = "repeat it: highwater run \(file) -f \(overlay) --set orders.arrivals.scale="
    #expect(
      overlaid.output.replacing("\n", with: " ").split(separator: " ").joined(separator: " ").contains(again))
    // The scenario itself passes and fails at the two ends.
    let json = try JSONSerialization.jsonObject(
      with: Data(
        plan(folder, file, to: "out", ["--rate", "orders", "--width", "5%", "--format", "json"]).output.utf8))
    let answer = try #require((json as? [String: Any])?["answer"] as? [String: Any])
    for (end, code) in [("holds", Int32(0)), ("fails", 99)] {
      let scale = try #require((answer[end] as? [String: Any])?["scale"] as? Double)
      let run = Session(["run", file, "-o", "\(folder.path)/run", "--set", "orders.arrivals.scale=\(scale)"])
      #expect(run.code == code, "\(end) \(scale)")
    }
    // A range that holds as a whole, one that fails as a whole.
    let easy = plan(folder, file, to: "easy", ["--rate", "orders=40/min..80/min"])
    #expect(easy.code == 0 && easy.output.contains("80/min holds, and nothing above it"))
    let hard = plan(folder, file, to: "hard", ["--rate", "orders=2000/min..3000/min"])
    #expect(hard.code == 99 && hard.output.contains("no rate was shown to hold"))
  }

  @Test func `fronts and sensitivities have their tables`() throws {
    let folder = try Folder()
    let file = try folder.write("workers.sim.yaml", Self.scenario)
    let front = plan(
      folder, file, to: "out",
      [
        "--axis", "Orders.ShardCount=2,4,8,16", "--front", "orders.Latency p(95)",
        "--set", "Simulation.run.duration=1m",
      ])
    #expect(front.code == 0 && front.output.contains("on the front of cost.Monthly"), "\(front.output)")
    // 16 shards break the rule about the partner; the rule about the front's measure excludes nothing.
    #expect(front.output.contains("Partner.InFlight"))
    let sensitivity = plan(folder, file, to: "out", ["--sensitivity"])
    #expect(sensitivity.code == 0, "\(sensitivity.errors)")
    #expect(
      sensitivity.output.contains("orders.arrivals.scale") && sensitivity.output.contains("Orders.ShardCount")
    )
    let csv = try folder.read("out/plan_sensitivity.csv")
    #expect(csv.hasPrefix("setting,low,high,metric,") && csv.contains("Work.MemorySize,230,282,"))
    for format in ["json", "markdown"] {
      #expect(plan(folder, file, to: "out", ["--sensitivity", "--format", format]).code == 0)
    }
  }

  @Test func `questions that make no sense are explained`() throws {
    let folder = try Folder()
    let file = try folder.write("workers.sim.yaml", Self.scenario)
    let axis = ["--axis", "Orders.ShardCount=1..4"]
    func refused(_ arguments: [String], _ code: Int32 = 64, _ words: String...) {
      let session = plan(folder, file, to: "out", arguments)
      #expect(session.code == code, "\(arguments): \(session.errors)")
      for words in words { #expect(session.errors.contains(words), "\(arguments): \(session.errors)") }
    }
    refused([], 64, "give --axis")
    refused(axis + ["--rate", "orders"], 64, "--rate asks about one design")
    refused(["--rate", "order"], 64, "did you mean 'orders'?")
    refused(["--rate", "orders=5..x"], 64, "is not a rate")
    refused(["--rate", "orders=50/min..5/min"], 64, "goes upwards")
    refused(["--rate", "orders", "--sensitivity"], 64, "different questions")
    refused(axis + ["--confidence", "high"], 64, "--confidence is 'high'")
    refused(axis + ["--indifference", "none"], 64, "--indifference is 'none'")
    refused(axis + ["--replications-max", "2"], 64, "below the 3 replications")
    refused(axis + ["--format", "junit"], 64, "a plan has text, json, markdown")
    refused(axis + ["--sample", "lhs:4"], 64, "--sample is for sweep")
    refused(axis + ["--width", "5%"], 64, "--width is for --rate")
    refused(["--rate", "orders", "--exhaustive"], 64, "--exhaustive is for --axis")
    refused(axis + ["--axis", "Resources.Orders.Properties.ShardCount=5,6"], 65, "set the same")
    refused(
      axis + ["--minimize", "orders.Latancy p(95)"], 65, "in --minimize", "nearest: 'orders.Latency'")
    refused(
      axis + ["--set", "Simulation.functions={Wrk: {}}", "--set", "Resources.Work=null"], 65,
      "no function is named 'Wrk'; the scenario has no function")
    refused(["--axis", "Orders.ShardCoun=1..4"], 65, "did you mean")
    refused(["--axis", "Orders.ShardCount=0..4"], 65, "--axis:1")
    refused(axis + ["--set", "Simulation.thresholds=null"], 64, "no thresholds")
    _ = try folder.write("plan.journal", String(repeating: "something else\n", count: 30))
    let damaged = plan(folder, file, to: "", axis)
    #expect(damaged.code == 73 && damaged.errors.contains("not the journal of a plan"), "\(damaged.errors)")
    let none = plan(folder, file, to: "none", ["--axis", "Orders.ShardCount=1..3"])
    #expect(none.code == 99 && none.output.contains("no design passes all thresholds"), "\(none.output)")
  }

  @Test func `an objective without a value is no answer, and one that ties takes no replications`() throws {
    let folder = try Folder()
    let file = try folder.write("workers.sim.yaml", Self.scenario)
    let axis = [
      "--axis", "Orders.ShardCount=4..5", "--set", "Simulation.thresholds={orders.Lost: [count == 0]}",
    ]
    let never = plan(
      folder, file, to: "never",
      axis + ["--minimize", "orders.Latency p(95)", "--set", "orders.arrivals.rate=0.5/min"])
    #expect(never.code == 99 || never.code == 0, "\(never.errors)")
    let ties = plan(folder, file, to: "ties", axis + ["--minimize", "orders.Lost count", "--strict"])
    #expect(ties.code == 0 && ties.output.contains("Orders.ShardCount=4 passes"), "\(ties.output)")
    let path = plan(
      folder, file, to: "path",
      ["--axis", "Orders.ShardCount=8..9", "--minimize", "Resources.Orders.Properties.ShardCount"])
    #expect(path.output.contains("with the least Orders.ShardCount"), "\(path.output)\(path.errors)")
    #expect(path.output.contains("repeat it: highwater run"))
  }
}
