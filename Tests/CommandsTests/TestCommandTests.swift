import Foundation
import Testing

/// `highwater test` as its users see it.
@Suite struct TestCommandTests {
  typealias Session = CommandTests.Session

  /// Three files below a folder: one with a variant, one without thresholds, one that fails.
  private func stories() throws -> CommandTests.Folder {
    let folder = try CommandTests.Folder()
    for name in ["b", ".hidden", "a"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }
    let small = CommandTests.scenario.replacing("duration: 2m", with: "duration: 1m").replacing(
      "replications: 3", with: "replications: 2")
    _ = try folder.write("a/orders.sim.yaml", small)
    _ = try folder.write(
      "b/silent.sim.yml", String(small[..<small.firstRange(of: "  thresholds:")!.lowerBound]))
    _ = try folder.write(
      "b/strict.sim.yaml",
      String(small[..<small.firstRange(of: "  variants:")!.lowerBound]).replacing("max <= 4", with: "max < 0")
    )
    _ = try folder.write(".hidden/orders.sim.yaml", small)
    _ = try folder.write("b/notes.yaml", "no: scenario")
    return folder
  }

  private func test(_ folder: CommandTests.Folder, _ options: String...) -> (
    code: Int32, text: String, errors: String
  ) {
    let session = Session(["test", folder.path] + options)
    return (session.code, session.output.replacing(folder.path, with: "."), session.errors)
  }

  @Test func `every rule of every design has its line, in the order of the files`() throws {
    let session = test(try stories())
    #expect(session.code == 99)
    let lines = session.text.split(separator: "\n").map(String.init)
    let marks = lines.filter {
      $0.contains("orders.Lost") || $0.contains("Api.InFlight") || $0.hasPrefix("./")
    }
    #expect(
      marks.map { String($0.prefix(24)) } == [
        "./a/orders.sim.yaml (bas", "  ✓ orders.Lost   count ", "  ✓ Api.InFlight  max <=",
        "./a/orders.sim.yaml (fou", "  ✓ orders.Lost   count ", "  ✓ Api.InFlight  max <=",
        "./b/silent.sim.yml", "./b/strict.sim.yaml  2 r",
        "  ✓ orders.Lost   count ", "  ✗ Api.InFlight  max < ",
      ])
    #expect(session.text.contains("again  highwater run ./b/strict.sim.yaml\n"))
    #expect(
      session.text.hasSuffix(
        "\n3 files, 4 designs, 6 rules: 5 hold, 1 fails; 1 design without thresholds\n"))
    #expect(session.errors.isEmpty)
  }

  @Test func `the same bytes on one thread and on several`() throws {
    let folder = try stories()
    for format in ["text", "junit"] {
      let one = test(folder, "--format", format, "--jobs", "1")
      let many = test(folder, "--format", format, "--jobs", "5")
      #expect(one.text == many.text && one.code == many.code, "\(format)")
    }
  }

  @Test func `filters choose rules, and nothing chosen is a mistake`() throws {
    let folder = try stories()
    let some = test(folder, "--filter", "ORDERS.LOST", "--exclude", "four-shards")
    #expect(some.code == 0)
    #expect(some.text.hasSuffix("2 files, 2 designs, 2 rules: 2 hold, 0 fail\n"))
    #expect(test(folder, "--filter", "nothing").code == 64)
    let variant = test(folder, "--variant", "four-shards")
    #expect(variant.text.hasSuffix("\n1 file, 1 design, 2 rules: 2 hold, 0 fail\n"))
    #expect(test(folder, "--variant", "five-shards").code == 64)
  }

  @Test func `a rule that is known to fail is no failure, one that holds against the list is`() throws {
    let folder = try stories()
    let known = "  knownFailures: {base: ['Api.InFlight max < 0']}\n"
    let file = "\(folder.path)/b/strict.sim.yaml"
    let text = try folder.read("b/strict.sim.yaml")
    _ = try folder.write("b/strict.sim.yaml", text + known)
    let session = Session(["test", file])
    #expect(session.code == 0, "\(session.output)\(session.errors)")
    #expect(session.output.contains("~ Api.InFlight  max < 0"))
    #expect(session.output.contains("2 rules: 1 holds, 0 fail, 1 fails as expected"))
    // `run` judges the rule as it stands.
    #expect(Session(["run", file, "-o", "\(folder.path)/out"]).code == 99)

    _ = try folder.write(
      "b/strict.sim.yaml", (text + known).replacing("max < 0", with: "max < 9"))
    let outdated = Session(["test", file])
    #expect(outdated.code == 99)
    #expect(outdated.output.contains("max=2, but knownFailures lists it for 'base'"))
  }

  @Test func `a broken file is reported, and the others run`() throws {
    let folder = try stories()
    _ = try folder.write(
      "a/broken.sim.yaml", CommandTests.scenario.replacing("sise", with: "").replacing("size:", with: "sise:")
    )
    let session = test(folder, "--quiet")
    #expect(session.code == 65)
    #expect(session.errors.contains("did you mean 'size'?"))
    #expect(session.text.contains("./a/broken.sim.yaml\n  ✗ broken: 1 error; nothing was simulated\n"))
    #expect(session.text.hasSuffix("5 hold, 1 fails; 1 broken file; 1 design without thresholds\n"))
    let github = test(folder, "--format", "github")
    #expect(github.code == 65)
    #expect(github.text.contains("::error file=./a/broken.sim.yaml,line="))
    #expect(
      github.text.contains(
        "title=threshold failed::Api.InFlight: max < 0: max=2 in replication 0; highwater run"))
    let junit = test(folder, "--format", "junit")
    #expect(junit.text.contains("<testsuites tests=\"7\" failures=\"1\" errors=\"1\" skipped=\"0\">"))
    #expect(
      junit.text.contains(
        "<testcase classname=\"./a/orders.sim.yaml.four-shards\" name=\"orders.Lost: count == 0\"/>"))
    #expect(junit.text.contains("<error message=\"./a/broken.sim.yaml:"))
    let markdown = test(folder, "--format", "markdown")
    #expect(markdown.text.hasPrefix("<!-- highwater:test -->\n### Highwater: 4 files, 4 designs, 6 rules: "))
    #expect(
      markdown.text.contains(
        "| ❌ | ./b/strict.sim.yaml | Api.InFlight | `max < 0` | max=2 in replication 0 |"))
    let json = test(folder, "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any]
    #expect(object?["exitCode"] as? Int == 65)
    #expect(
      (object?["files"] as? [[String: Any]])?.map { $0["broken"] as? Bool } == [true, false, false, false])
  }

  @Test func `a handler that nobody registered breaks its file only`() throws {
    let folder = try stories()
    _ = try folder.write(
      "b/strict.sim.yaml",
      CommandTests.scenario.replacing(
        "{perMessage: [{call: {service: Api}}]}", with: "{handler: album.sendZipp}"))
    let session = test(folder)
    #expect(session.code == 65)
    #expect(session.errors.contains("album.sendZip"))
    #expect(session.text.contains("4 rules: 4 hold"))
  }

  @Test(
    arguments: [
      (["test", "no-such-folder"], 66), (["test", "/tmp", "--jobs", "0"], 64),
      (["test", "--filter", ""], 64),
    ] as [([String], Int32)])
  func `mistakes of the command line have their codes`(arguments: [String], code: Int32) {
    #expect(Session(arguments).code == code)
  }

  @Test func `a folder without scenarios is said`() throws {
    let folder = try CommandTests.Folder()
    let session = Session(["test", folder.path])
    #expect(session.code == 66 && session.errors.contains("ends with .sim.yaml"))
  }

  @Test func `warnings and undecided rules fail only when strict`() throws {
    let folder = try CommandTests.Folder()
    let rules = "[{assert: 'max < 0', severity: warning}]"
    let file = try folder.write(
      "warn.sim.yaml", CommandTests.scenario.replacing("['max <= 4']", with: rules))
    #expect(Session(["test", file, "--filter", "base"]).code == 0)
    #expect(Session(["test", file, "--filter", "base", "--strict"]).code == 99)
    let open = try folder.write(
      "open.sim.yaml",
      CommandTests.scenario.replacing("['max <= 4']", with: "[{assert: 'avg < 1', across: ci95}]"))
    #expect(Session(["test", open, "--filter", "base", "--replications", "1"]).code == 0)
    #expect(Session(["test", open, "--filter", "base", "--replications", "1", "--strict"]).code == 98)
  }
}
