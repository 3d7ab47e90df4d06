import Foundation
import Testing

/// `explain` as its users see it.
@Suite struct ExplainCommandTests {
  typealias Session = CommandTests.Session

  private func withScenario(_ body: (_ path: String, _ folder: CommandTests.Folder) throws -> Void) throws {
    let folder = try CommandTests.Folder()
    try body(folder.write("shop.sim.yaml", CommandTests.scenario), folder)
  }

  @Test("codes, properties and limits are explained as ever, and take no options of scenarios")
  func names() {
    #expect(Session(["explain", "S304"]).output.contains("1000/min"))
    #expect(Session(["explain", "lambda.accountConcurrency"]).code == 0)
    #expect(Session(["explain", "AWS::Kinesis::Stream.ShardCont"]).code == 64)
    for arguments in [
      ["S304", "--set", "a.b=1"], ["S304", "SendZip"], ["S304", "--against", "out"],
      ["S304", "--format", "json"],
    ] {
      let session = Session(["explain"] + arguments)
      #expect(session.code == 64)
      #expect(session.errors.contains("'S304' is no scenario file"), "\(session.errors)")
    }
  }

  @Test("a scenario is explained before any run, the same every time and for programs, too")
  func scenario() throws {
    try withScenario { path, _ in
      let text = Session(["explain", path])
      #expect(text.code == 0, "\(text.errors)")
      #expect(text.output.contains("Send workers"))
      #expect(text.output.contains("2 workers / "))
      #expect(text.output == Session(["explain", path]).output)
      #expect(Session(["explain", path, "--variant", "four-shards"]).output.contains("4 workers / "))
      #expect(
        Session(["explain", path, "--set", "OrderStream.ShardCount=7"]).output.contains("7 workers / "))
      let json = Session(["explain", path, "--format", "json"])
      let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
      #expect((document?["stations"] as? [Any])?.isEmpty == false)
      #expect(Session(["explain", path, "--format", "markdown"]).output.hasPrefix("# "))
    }
  }

  @Test("one resource in depth, and the nearest name for one that is not there")
  func resource() throws {
    try withScenario { path, _ in
      let send = Session(["explain", path, "Send"])
      #expect(send.code == 0)
      #expect(send.output.contains("lambda.accountConcurrency"))
      #expect(send.output.contains("§4.1"))
      let changed = Session([
        "explain", path, "Send", "--set", "Simulation.limits.\"lambda.accountConcurrency\"=50",
      ])
      #expect(changed.output.contains("set here, preset"), "\(changed.output) \(changed.errors)")
      let wrong = Session(["explain", path, "OrderStrem"])
      #expect(wrong.code == 64)
      #expect(wrong.errors.contains("nearest: OrderStream"), "\(wrong.errors)")
    }
  }

  @Test("beside a run: from its folder, and as a part of the run")
  func against() throws {
    try withScenario { path, folder in
      let out = "\(folder.path)/out"
      let run = Session(["run", path, "--out", out, "--explain"])
      #expect(run.output.contains("FORMULA AND RUN"))
      let beside = Session(["explain", path, "--against", out])
      #expect(beside.code == 0, "\(beside.errors)")
      let title = "FORMULA AND RUN (\(out))"
      let a = try #require(run.output.range(of: title))
      let b = try #require(beside.output.range(of: title))
      #expect(run.output[a.lowerBound...] == beside.output[b.lowerBound...])
      #expect(beside.output.contains("Send.Duration avg"))
      #expect(Session(["run", path, "--out", out, "--explain", "--format", "json"]).code == 64)
      #expect(!beside.errors.contains("warning: "), "\(beside.errors)")
      let other = Session(["explain", path, "--against", out, "--set", "Simulation.name=other"])
      #expect(other.code == 65 && other.errors.contains("not of 'other'"), "\(other.errors)")
      let setting = Session(["explain", path, "--against", out, "--set", "Api.latency=1s"])
      #expect(setting.code == 0 && setting.errors.contains("made without --set Api.latency=1s"))
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try (text + "\n# changed\n").write(toFile: path, atomically: true, encoding: .utf8)
      let changed = Session(["explain", path, "--against", out])
      #expect(
        changed.code == 0 && changed.errors.contains("is not what the results in"), "\(changed.errors)")
    }
  }

  @Test("what is wrong with files and folders is said, with the codes of all commands")
  func mistakes() throws {
    try withScenario { path, folder in
      #expect(Session(["explain", "\(folder.path)/none.sim.yaml"]).code == 66)
      #expect(Session(["explain", path, "--against", "\(folder.path)/none"]).code == 66)
      #expect(Session(["explain", path, "--against", folder.path]).errors.contains("has no summary.csv"))
      _ = try folder.write("summary.csv", "variant,metric,mean\n,orders.Created,5\n")
      let columns = Session(["explain", path, "--against", folder.path])
      #expect(columns.code == 65)
      #expect(
        columns.errors.contains("column statistic, ci95_low, ci95_high is missing"), "\(columns.errors)")
      let header = "variant,metric,statistic,unit,mean,ci95_low,ci95_high,min,max,replications\n"
      _ = try folder.write("summary.csv", header + ",orders.Created,count,count,many,,,1,1,1\n")
      #expect(
        Session(["explain", path, "--against", folder.path]).errors.contains("summary.csv:2: the mean 'many'")
      )
      let broken = try folder.write(
        "broken.sim.yaml", CommandTests.scenario.replacing("ShardCount: 2,", with: "ShardCont: 2,"))
      let session = Session(["explain", broken])
      #expect(session.code == 65)
      #expect(session.errors.contains("ShardCount"))
    }
  }

  /// 100 orders a minute are more than 2 workers of 2 s can take.
  @Test("a run with its explanation judges what explain --against judges, also without a steady state")
  func growing() throws {
    let folder = try CommandTests.Folder()
    let path = try folder.write(
      "shop.sim.yaml",
      CommandTests.scenario.replacing("duration: 2m", with: "duration: 12m").replacing(
        "mean=200ms", with: "mean=2s"))
    let out = "\(folder.path)/out"
    let run = Session(["run", path, "--out", out, "--explain"])
    #expect(run.output.contains("no steady state"), "\(run.output)")
    let beside = Session(["explain", path, "--against", out])
    let title = "FORMULA AND RUN (\(out))"
    let a = try #require(run.output.range(of: title))
    let b = try #require(beside.output.range(of: title))
    #expect(run.output[a.lowerBound...] == beside.output[b.lowerBound...])
  }

  @Test("the capacity of workers is that of the report after a run")
  func capacity() throws {
    let folder = try CommandTests.Folder()
    let path = try folder.write(
      "shop.sim.yaml",
      CommandTests.scenario.replacing("duration: 2m", with: "duration: 6m").replacing(
        "lognormal(mean=200ms cv=0.3)", with: "2s"
      ).replacing("replications: 3", with: "replications: 1"))
    let words = "2 workers / 2.04s"
    #expect(Session(["explain", path]).output.contains("  59/min"))
    #expect(Session(["explain", path]).output.contains(words))
    let run = Session(["run", path, "--out", "\(folder.path)/out"])
    #expect(run.output.contains("\(words) = 59 orders/min"), "\(run.output)")
  }
}
