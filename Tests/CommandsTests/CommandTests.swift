import ExampleHandlers
import Foundation
import HighwaterCommands
import OrdersFixture
import Reports
import Synchronization
import Testing

/// The command line as its users see it: exit codes, what goes where, and the same bytes every time.
@Suite struct CommandTests {
  /// One run of the program with everything it printed.
  struct Session {
    var code: Int32
    var output: String
    var errors: String

    init(
      _ arguments: [String], isColoured: Bool = false, isCI: Bool = true, stepSummary: String? = nil
    ) {
      let output = Mutex("")
      let errors = Mutex("")
      let console = Console(
        style: TerminalStyle(isColoured: isColoured, width: 100), showsProgressBar: false, isCI: isCI,
        stepSummary: stepSummary, output: { text in output.withLock { $0 += text } },
        errors: { text in errors.withLock { $0 += text } }
      )
      code = Program(handlers: albumHandlers, console: console).run(arguments)
      self.output = output.withLock { $0 }
      self.errors = errors.withLock { $0 }
    }
  }

  /// A folder of its own that goes away with the test.
  final class Folder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("highwater-\(UUID().uuidString)")
      .path
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws -> String {
      try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
      return "\(path)/\(name)"
    }
    func read(_ name: String) throws -> String {
      try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }
  }

  static let scenario = OrdersFixture.text

  @Test func `a scenario that holds exits 0 and leaves its files`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.scenario)
    let session = Session(["run", file, "-o", "\(folder.path)/out"])
    #expect(session.code == 0, "\(session.errors)")
    #expect(session.output.contains("THRESHOLDS"))
    for name in ["summary", "thresholds", "metrics", "messages", "spans", "alarms", "cost"] {
      let text = try folder.read("out/\(name).csv")
      #expect(text.hasSuffix("\n") && !text.contains("\r"), "\(name).csv")
    }
    #expect(try folder.read("out/run.json").contains("\"complete\": true"))
  }

  @Test func `a failed threshold exits 99`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.scenario)
    let session = Session(
      [
        "run", file, "-o", "\(folder.path)/out", "--set",
        "Simulation.thresholds={orders.Latency: ['max < 1ms']}",
      ])
    #expect(session.code == 99, "\(session.errors)")
  }

  @Test func `the same scenario gives the same bytes on one thread and on several`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.scenario)
    for (out, jobs) in [("a", "1"), ("b", "8")] {
      _ = Session(["run", file, "-o", "\(folder.path)/\(out)", "--jobs", jobs, "--reproducible"])
    }
    for name in ["summary.csv", "metrics.csv", "messages.csv", "spans.csv", "cost.csv", "run.json"] {
      #expect(try folder.read("a/\(name)") == folder.read("b/\(name)"), "\(name)")
    }
  }

  @Test func `compare runs the variants of a file on common draws`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.scenario)
    let session = Session(["compare", file, "-o", "\(folder.path)/out"])
    #expect(session.code == 0, "\(session.errors)")
    #expect(session.output.contains("four-shards"))
    #expect(try folder.read("out/compare.csv").contains("four-shards"))
  }

  @Test func `validate reports every mistake and exits 65`() throws {
    let folder = try Folder()
    let text = Self.scenario.replacing("ShardCount: 2,", with: "Shards: 2,").replacing(
      "100/min", with: "100 per min")
    let file = try folder.write("broken.sim.yaml", text)
    let session = Session(["validate", file])
    #expect(session.code == 65)
    #expect(session.output.contains("error[T203]"))
    #expect(session.output.contains("did you mean 'ShardCount'?"))
    #expect(session.output.contains("write 100/min"))
  }

  @Test func `a bad scenario is not run`() throws {
    let folder = try Folder()
    let file = try folder.write("broken.sim.yaml", Self.scenario.replacing("size: 1KiB", with: "sise: 1KiB"))
    let session = Session(["run", file, "-o", "\(folder.path)/out"])
    #expect(session.code == 65)
    #expect(session.errors.contains("nothing was simulated"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
  }

  @Test func `a handler that nobody registered is a mistake of the scenario`() throws {
    let folder = try Folder()
    let text = Self.scenario.replacing(
      "Send: {perMessage: [{call: {service: Api}}]}", with: "Send: {handler: album.sendZipp}")
    let session = Session(["run", try folder.write("handler.sim.yaml", text), "-o", "\(folder.path)/out"])
    #expect(session.code == 65)
    #expect(session.errors.contains("album.sendZip"))
  }

  struct Usage: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var code: Int32
    var testDescription: String { arguments.joined(separator: " ") }
  }

  @Test(arguments: [
    Usage(arguments: ["run"], code: 64), Usage(arguments: ["run", "a.yaml", "--jobs", "0"], code: 64),
    Usage(arguments: ["rnu", "a.yaml"], code: 64), Usage(arguments: ["limits", "--era", "soon"], code: 64),
    Usage(arguments: ["explain", "S9999"], code: 64),
    Usage(arguments: ["run", "no-such-file.yaml"], code: 66),
    Usage(arguments: ["validate", "no-such-file.yaml"], code: 66), Usage(arguments: ["--version"], code: 0),
    Usage(arguments: ["--help"], code: 0),
  ])
  func `exit codes say what went wrong`(_ usage: Usage) {
    #expect(Session(usage.arguments).code == usage.code)
  }

  @Test func `an output folder that cannot be written exits 73`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.scenario)
    #expect(Session(["run", file, "-o", "\(file)/out"]).code == 73)
  }

  @Test func `limits explain and schema describe the presets`() {
    #expect(Session(["limits", "--era", "2017"]).output.contains("lambda.accountConcurrency"))
    #expect(
      Session(["limits", "--format", "csv"]).output.hasPrefix(
        "limit,value,unit,mark,section,source,meaning\n"))
    #expect(Session(["explain", "AWS::Kinesis::Stream.ShardCount"]).output.contains("ShardCount"))
    #expect(Session(["explain", "T203"]).output.contains("T203"))
    #expect(Session(["schema"]).output.contains("https://json-schema.org/draft/2020-12/schema"))
  }

  @Test func `config prints the merged scenario with settings applied`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.scenario)
    let session = Session(["config", file, "--set", "OrderStream.ShardCount=9"])
    #expect(session.code == 0, "\(session.errors)")
    #expect(session.output.contains("ShardCount: 9"))
  }

  @Test func `colours come only when asked for`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.scenario)
    #expect(!Session(["run", file, "-o", "\(folder.path)/out"]).output.contains("\u{1B}"))
    #expect(Session(["run", file, "-o", "\(folder.path)/out"], isColoured: true).output.contains("\u{1B}"))
    #expect(
      !Session(["run", file, "-o", "\(folder.path)/out", "--no-color"], isColoured: true).output.contains(
        "\u{1B}"))
  }

  @Test func `a variant cannot take the place of the file, whatever the command`() throws {
    let folder = try Folder()
    let file = try folder.write(
      "orders.sim.yaml",
      Self.scenario.replacing("base: {}", with: "base: {Simulation: {services: {Api: {latency: 1s}}}}"))
    let out = ["-o", "\(folder.path)/out"]
    let commands = [
      ["run", file] + out, ["run", file, "--variant", "four-shards"] + out, ["compare", file] + out,
      ["sweep", file, "--axis", "OrderStream.ShardCount=1,2"] + out, ["test", file],
      ["plan", file, "--rate", "orders"] + out, ["explain", file],
    ]
    for arguments in commands {
      let session = Session(arguments)
      #expect(session.code == 65, "\(arguments)")
      #expect(session.errors.contains("error[S337]: the variant base is the scenario as it stands"))
    }
  }

  @Test func `a rate that no run could simulate is refused where it is written`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.scenario)
    let out = ["-o", "\(folder.path)/out"]
    let set = Session(["run", file, "--set", "orders.arrivals.rate=1e20/min"] + out)
    #expect(set.code == 65 && set.errors.contains("--set:1:22: error[S338]: this makes about 2e20 messages"))
    let axis = Session(["sweep", file, "--axis", "orders.arrivals.rate=1/min,1e20/min"] + out)
    #expect(axis.code == 65 && axis.errors.contains("--axis:1:28: error[S338]"), "\(axis.errors)")
    let plan = Session(["plan", file, "--rate", "orders=1/min..1e20/min"] + out)
    #expect(plan.code == 64 && plan.errors.contains("'1e20/min', about 2e20 messages"), "\(plan.errors)")
  }

  @Test(arguments: [
    ("run", "Warnings and undecided thresholds fail too"), ("merge", "not only when all points do"),
    ("sweep", "not only when all points do"), ("plan", "leaves something undecided"),
  ])
  func `strictness is explained for each command`(command: String, text: String) {
    let help = Session([command, "--help"]).output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(help.contains(text), "\(help)")
  }
}
