import Foundation
import Testing

@Suite struct PrecisionCommandTests {
  typealias Session = CommandTests.Session
  typealias Folder = CommandTests.Folder

  private static let small = CommandTests.scenario.replacing("duration: 2m", with: "duration: 30s")

  @Test func `run stops at the precision, after the same replication on one thread and on two`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.small)
    for jobs in ["1", "2"] {
      let session = Session([
        "run", file, "-o", "\(folder.path)/\(jobs)", "-j", jobs, "--precision", "orders.Latency avg=15%",
        "--reproducible",
      ])
      #expect(session.code == 0, "\(session.errors)")
      #expect(session.output.contains("precision reached after"))
    }
    for name in ["summary.csv", "messages.csv", "run.json"] {
      #expect(try folder.read("1/\(name)") == folder.read("2/\(name)"), "\(name)")
    }
    let manifest = try folder.read("1/run.json")
    #expect(manifest.contains("\"ending\": \"reached\"") && manifest.contains("\"complete\": true"))
  }

  @Test func `the cap names the measure that missed`() throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.small)
    let session = Session([
      "run", file, "-o", "\(folder.path)/out", "--precision", "orders.Latency avg=0.01%",
      "--replications-max", "10",
    ])
    #expect(session.code == 0, "\(session.errors)")
    #expect(session.output.contains("precision not reached after 10 replications"))
    #expect(session.output.contains("orders.Latency avg misses its goal 0.01 %"))
  }

  @Test func `a number of replications on the command line wins over a precision of the file`() throws {
    let folder = try Folder()
    let file = try folder.write(
      "orders.sim.yaml", Self.small.replacing("replications: 3", with: "precision: 1%"))
    let session = Session(["run", file, "-o", "\(folder.path)/out", "--replications", "2"])
    #expect(session.code == 0 && session.output.contains("2 replications"), "\(session.errors)")
    let sweep = Session(["sweep", file, "-o", "\(folder.path)/s", "--axis", "OrderStream.ShardCount=1,2"])
    #expect(sweep.code == 64 && sweep.errors.contains("give --replications"))
  }

  struct Usage: Sendable, CustomTestStringConvertible {
    var options: [String]
    var code: Int32
    var text: String
    var testDescription: String { options.joined(separator: " ") }
  }

  @Test(arguments: [
    Usage(options: ["--precision", "2%", "--replications", "5"], code: 64, text: "give one of them"),
    Usage(options: ["--replications-max", "50", "--replications", "5"], code: 64, text: "no meaning beside"),
    Usage(options: ["--replications-max", "50"], code: 64, text: "give --precision 2%"),
    Usage(
      options: ["--precision", "2%", "--replications-max", "5"], code: 64, text: "expected 10 to 100000"),
    Usage(options: ["--precision", "two"], code: 65, text: "'two' is not a precision: write 2%"),
    Usage(options: ["--precision", "orders.Latncy p(95)=2%"], code: 65, text: "nearest: 'orders.Latency'"),
    Usage(options: ["--set", "Simulation.run.warmup=auto"], code: 65, text: "error[S334]"),
  ])
  func `explains what does not go together`(_ usage: Usage) throws {
    let folder = try Folder()
    let file = try folder.write("orders.sim.yaml", Self.small)
    let session = Session(["run", file, "-o", "\(folder.path)/out"] + usage.options)
    #expect(session.code == usage.code)
    #expect(session.errors.contains(usage.text), "\(session.errors)")
  }

  @Test func `auto says that a launch has no warm-up, in words and in the manifest`() throws {
    let folder = try Folder()
    let file = try folder.write(
      "launch.sim.yaml",
      Self.small.replacing("replications: 3", with: "warmup: auto, replications: 2").replacing(
        "process: poisson, rate: 100/min", with: "process: backlog, count: 20"))
    let session = Session(["run", file, "-o", "\(folder.path)/out"])
    #expect(session.output.contains("no warm-up: workload 'orders' drains what is there at the start"))
    #expect(try folder.read("out/run.json").contains("\"reason\": \"workload 'orders' drains"))
  }
}
