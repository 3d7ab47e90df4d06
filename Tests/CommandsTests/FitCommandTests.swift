import Testing

/// `highwater fit` and runs over data files, as users see them.
@Suite struct FitCommandTests {
  typealias Session = CommandTests.Session

  @Test("prints families, a judgement, a P-P table and what to write")
  func values() throws {
    let folder = try CommandTests.Folder()
    let values = (1...60).map { "\(Double($0 * 13 % 61) * 10)" }.joined(separator: "\n")
    let file = try folder.write("d.csv", "latency_ms\n\(values)\n")
    let session = Session(["fit", file, "--bootstrap", "19", "--out", folder.path + "/out"])
    #expect(session.code == 0 && session.errors.isEmpty)
    for part in ["60 values of latency_ms", "█ FITS", "weibull(shape=", "█ P-P", "█ USE", "empirical("] {
      #expect(session.output.contains(part), "\(part)")
    }
    #expect(try folder.read("out/fit.csv").hasPrefix("family,value,empirical_p,fitted_p,fitted_value\n"))
    #expect(Session(["fit", file, "--bootstrap", "19"]).output == session.output)
  }

  @Test("looks at arrivals, as rows and as counts")
  func arrivals() throws {
    let folder = try CommandTests.Folder()
    let rows = try folder.write("t.csv", "time_s\n" + (1...200).map { "\(Double($0) * 0.7)\n" }.joined())
    let session = Session(["fit", rows, "--arrivals", "--bootstrap", "0"])
    #expect(
      session.code == 0
        && session.output.contains("200 arrivals in 2m19s, 1.429/s (199 gaps from the first to the last)")
        && session.output.contains("steadier"))
    let counts = try folder.write(
      "c.csv", "time,count\n" + (0..<20).map { "\($0 * 60),\(5 + $0 % 3)\n" }.joined())
    let counted = Session(["fit", counts, "--arrivals"])
    #expect(counted.code == 0 && counted.output.contains("119 messages in 20 periods of 1m"))
    #expect(counted.output.contains("process: counts"))
  }

  @Test("the memory of a log is a size")
  func memory() throws {
    let folder = try CommandTests.Folder()
    let report = "REPORT RequestId: 1\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMax Memory Used: "
    let log = try folder.write("f.log", (40...60).map { "\(report)\($0) MB\n" }.joined())
    let memory = Session(["fit", log, "--column", "memory", "--bootstrap", "0"])
    #expect(memory.code == 0 && memory.output.contains("min=40 MiB"), "\(memory.output)\(memory.errors)")
    let wrong = Session(["fit", log, "--column", "memory", "--quantity", "duration"])
    #expect(wrong.code == 65 && wrong.errors.contains("Max Memory Used is a size"), "\(wrong.errors)")
  }

  @Test("a law that begins at its smallest value has no A²")
  func pareto() throws {
    let folder = try CommandTests.Folder()
    let file = try folder.write("d.csv", "d\n" + (1...40).map { "\(1 + 1 / Double($0))\n" }.joined())
    let session = Session(["fit", file, "--family", "pareto", "--bootstrap", "19"])
    #expect(session.code == 0 && session.output.contains("pareto: p = "), "\(session.errors)")
    #expect(!session.output.contains("inf") && !session.output.contains("(AD)"), "\(session.output)")
  }

  @Test("arrivals out of order are advised with sort, those of one instant are refused")
  func oddArrivals() throws {
    let folder = try CommandTests.Folder()
    let file = try folder.write("t.csv", "time_s\n5\n1\n9\n")
    #expect(Session(["fit", file, "--arrivals"]).output.contains("t.csv, sort: true}"))
    for (rows, words) in [
      ("5\n", "one arrival has no rate"), ("5\n5\n", "arrivals at one instant have no rate"),
    ] {
      let file = try folder.write("one.csv", "time_s\n" + rows)
      let session = Session(["fit", file, "--arrivals"])
      #expect(session.code == 65 && session.errors.contains(words), "\(session.errors)")
    }
    let unnamed = Session(["fit", try folder.write("u.csv", "when,x\n1,2\n"), "--arrivals"])
    #expect(
      unnamed.code == 65 && unnamed.errors.contains("name it with '--column NAME'"), "\(unnamed.errors)")
  }

  @Test("rows of other lengths and commas before decimals are told, each")
  func ragged() throws {
    let folder = try CommandTests.Folder()
    let file = try folder.write("d.csv", "latency_ms,id\n1,a\n2,5,b\n3\n4,b\n")
    let session = Session(["fit", file])
    #expect(session.code == 65, "\(session.output)")
    #expect(session.errors.contains("d.csv:3:1: error[S316]: the row has 3 cells, the header has 2"))
    #expect(session.errors.contains("d.csv:4:1: error[S316]: the row has 1 cell, the header has 2"))
    let list = Session(["fit", try folder.write("l.csv", "1\n2,5\n3\n")])
    #expect(list.code == 65 && list.errors.contains("l.csv:2:1: error[S340]: the row has 2 cells"))
  }

  @Test("mistakes of a file and of the command line have their exit codes")
  func mistakes() throws {
    let folder = try CommandTests.Folder()
    let file = try folder.write("d.csv", "latency_ms\n1\nmuch\n")
    let bad = Session(["fit", file])
    #expect(bad.code == 65 && bad.errors.contains("d.csv:3:1: error[S340]: 'much' is not a duration"))
    #expect(bad.errors.contains("   3 | much\n"))
    #expect(Session(["fit", folder.path + "/no.csv"]).code == 66)
    #expect(Session(["fit", file, "--family", "normal"]).code == 64)
    #expect(Session(["fit", file, "--unit", "h"]).code == 64)
    #expect(Session(["fit", file, "--value", "Sum"]).code == 64)
    #expect(Session(["fit", file, "--column", "latencyms"]).errors.contains("did you mean 'latency_ms'?"))
  }

  @Test("a run depends on its data files: they are digested, and a sweep starts anew when one changes")
  func digests() throws {
    let folder = try CommandTests.Folder()
    _ = try folder.write("t.csv", "time_s\n1\n2\n3\n")
    _ = try folder.write("d.csv", "d\n1\n2\n4\n")
    let scenario = try folder.write(
      "a.sim.yaml",
      CommandTests.scenario.replacing("replications: 3", with: "replications: 1")
        .replacing("lognormal(mean=200ms cv=0.3)", with: "fit(d.csv family=gamma)")
        + "\n  sweep: {axes: {shards: {set: OrderStream.ShardCount, values: [1, 2]}}}\n")
    let sets = [
      "--set", "Simulation.workloads={orders: {into: OrderStream, arrivals: {process: trace, file: t.csv}}}",
    ]
    let run = Session(["run", scenario, "--out", folder.path + "/run"] + sets)
    #expect(run.output.contains("  input \(folder.path)/t.csv"), "\(run.errors)")
    let manifest = try folder.read("run/run.json")
    #expect(manifest.contains("3 arrivals from 1s to 3s") && manifest.contains("fitted to 3 values of d"))
    for name in ["a.sim.yaml", "t.csv", "d.csv"] {
      #expect(manifest.contains("\"file\": \"\(folder.path)/\(name)\",\n      \"sha256\""), "\(name)")
    }
    #expect(manifest.contains("\"family\": \"gamma\""))
    let sweep = ["sweep", scenario, "--out", folder.path + "/sweep"] + sets
    #expect(Session(sweep).code == 0 || Session(sweep).code == 99)
    let before = try folder.read("sweep/sweep.csv")
    _ = try folder.write("t.csv", "time_s\n1\n2\n3\n4\n")
    let changed = Session(sweep)
    let after = try folder.read("sweep/sweep.csv")
    #expect(changed.code != 0 || after != before)
  }
}
