import Foundation
import Testing

@Suite struct BaselineCommandTests {
  typealias Session = CommandTests.Session
  typealias Folder = CommandTests.Folder

  private static let small = CommandTests.scenario.replacing("duration: 2m", with: "duration: 30s")

  /// Folders with results of the scenario as it is (`old`) and with a partner that takes much longer (`new`).
  private static func results(_ folder: Folder) throws -> String {
    let file = try folder.write("orders.sim.yaml", small)
    for (name, latency) in [("old", "200ms"), ("new", "1500ms")] {
      let session = Session([
        "run", file, "-o", "\(folder.path)/\(name)", "--set", "Api.latency=\(latency)", "--replications", "8",
      ])
      #expect(session.code == 0, "\(session.errors)")
    }
    return file
  }

  @Test func `results are not worse than themselves, and worse with a slower partner`() throws {
    let folder = try Folder()
    _ = try Self.results(folder)
    let (old, new) = ("\(folder.path)/old", "\(folder.path)/new/")
    let same = Session(["compare", old, old, "--strict"])
    #expect(same.code == 0 && same.output.contains("not worse than the baseline"), "\(same.errors)")
    let worse = Session(["compare", old, new, "-o", "\(folder.path)/diff"])
    #expect(worse.code == 97 && worse.output.contains("WORSE"), "\(worse.output)")
    #expect(try folder.read("diff/baseline.csv").contains(",worse\n"))
    let tolerated = Session(["compare", old, new, "--tolerance", "100000%"])
    #expect(tolerated.code == 0, "\(tolerated.output)")
    let named = Session([
      "compare", old, new, "--tolerance", "100000%", "--tolerance", "orders.Latency avg=1ms", "--format",
      "json",
    ])
    #expect(named.code == 97 && named.output.contains("\"exitCode\": 97"))
    // The other way round everything is better.
    #expect(Session(["compare", new, old, "--tolerance", "cost.Total=100%"]).output.contains("BETTER"))
  }

  @Test func `GitHub has a page, and what differs in the scenarios is said`() throws {
    let folder = try Folder()
    _ = try Self.results(folder)
    let session = Session(
      ["compare", "\(folder.path)/old", "\(folder.path)/new", "--format", "github"],
      stepSummary: "\(folder.path)/page.md")
    #expect(session.code == 97 && session.output.contains("::error title=worse than the baseline::"))
    let page = try folder.read("page.md")
    #expect(page.contains("against the baseline") && page.contains("the scenarios differ: "), "\(page)")
    #expect(page.contains("Api.latency 200ms → 1500ms"), "\(page)")
  }

  @Test func `what does not go together is explained`() throws {
    let folder = try Folder()
    let file = try Self.results(folder)
    let (old, new) = ("\(folder.path)/old", "\(folder.path)/new")
    let cases: [([String], Int32, String)] = [
      (["compare", old], 64, "give two result folders"),
      (["compare", old, file], 64, "compare two folders, or scenarios"),
      (["compare", old, "\(folder.path)/nowhere"], 66, "no folder"),
      (["compare", file, "--tolerance", "5%"], 64, "is a scenario"),
      (["compare", old, new, "--seed", "3"], 64, "--seed is for scenarios"),
      (["compare", old, new, "--tolerance", "5"], 64, "is not a share"),
      (["compare", old, new, "--tolerance", "orders.Latncy=5%"], 64, "nearest: 'orders.Latency'"),
      (["compare", old, new, "--tolerance", "orders.Latency p(96)=5%"], 64, "orders.Latency has avg"),
      (["compare", old, new, "--tolerance", "orders.Latency avg=5 USD"], 64, "no tolerance in its unit (s)"),
    ]
    for (arguments, code, text) in cases {
      let session = Session(arguments)
      #expect(session.code == code && session.errors.contains(text), "\(arguments): \(session.errors)")
    }
  }

  @Test func `broken and foreign folders are refused, all at once`() throws {
    let folder = try Folder()
    let file = try Self.results(folder)
    let (old, new) = ("\(folder.path)/old", "\(folder.path)/new")
    // The second folder has a damaged row, the first no manifest.
    var lines = try folder.read("new/summary.csv").split(separator: "\n", omittingEmptySubsequences: false)
    lines[3] = "cut,off"
    try lines.joined(separator: "\n").write(toFile: "\(new)/summary.csv", atomically: true, encoding: .utf8)
    try FileManager.default.removeItem(atPath: "\(old)/run.json")
    let broken = Session(["compare", old, new])
    #expect(broken.code == 65)
    #expect(broken.errors.contains("has no run.json"), "\(broken.errors)")
    #expect(broken.errors.contains("new/summary.csv:4:1: a damaged row: cut,off"), "\(broken.errors)")
    _ = Session([
      "sweep", file, "-o", "\(folder.path)/s", "--axis", "OrderStream.ShardCount=1,2", "--replications", "1",
    ])
    let sweep = Session(["compare", "\(folder.path)/s", new])
    #expect(sweep.code == 65 && sweep.errors.contains("holds a sweep"), "\(sweep.errors)")
  }

  @Test func `compare shows what differs and which verdicts change`() throws {
    let folder = try Folder()
    let file = try folder.write(
      "orders.sim.yaml",
      Self.small.replacing("Api.InFlight: ['max <= 4']", with: "cost.Monthly: ['value < 40 USD']"))
    let session = Session(["compare", file, "-o", "\(folder.path)/out"])
    #expect(session.output.contains("~ OrderStream.ShardCount 2 → 4"), "\(session.output)")
    #expect(session.output.contains("verdicts that change from base"), "\(session.output)")
    #expect(session.output.contains("cost.Monthly 'value < 40 USD' ✓ 27."), "\(session.output)")
    #expect(session.output.contains("cut the variance of differences by a factor of"))
    let json = Session(["compare", file, "-o", "\(folder.path)/out", "--format", "json"])
    #expect(json.output.contains("\"path\": \"OrderStream.ShardCount\""))
    let markdown = Session(["compare", file, "-o", "\(folder.path)/out", "--format", "markdown"])
    #expect(markdown.output.contains("`~ OrderStream.ShardCount 2 → 4`"))
  }
}
