import Scenarios
import Testing

/// Files that could hurt are refused by size, count and name, before any work that grows with them.
@Suite struct BadInputTests {
  /// Codes of the errors that loading and compiling a scenario gives.
  private func codes(_ text: String, files: [String: String] = [:]) -> [String] {
    var texts = files
    texts["bad.sim.yaml"] = text
    var diagnostics = Diagnostics()
    do {
      let loaded = try ScenarioLoader(fileSystem: MemoryFiles(texts)).load(
        path: "bad.sim.yaml", into: &diagnostics)
      _ = ScenarioCompiler.compile(loaded, into: &diagnostics)
    } catch {
      return error.diagnostics.filter { $0.severity == .error }.map(\.code)
    }
    return diagnostics.all.filter { $0.severity == .error }.map(\.code)
  }

  @Test("a bomb of aliases is counted, not written out")
  func aliasBomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 {
      let ten = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(ten)]\n"
    }
    #expect(codes(text + "Simulation: *a20\n") == ["Y110"])
    // The same in keys, which a reader compares as whole trees.
    #expect(codes(text + "? *a20\n: 1\n").first == "Y110")
  }

  @Test("a file of 10 MB is refused by its size")
  func largeFile() {
    #expect(codes("Simulation: {name: " + String(repeating: "x", count: 10_000_000) + "}\n") == ["Y102"])
    #expect(
      codes(
        "extends: big.yaml\nSimulation: {version: 1}\n",
        files: ["big.yaml": String(repeating: "# x\n", count: 2_500_000)]
      )
      .contains("Y101"))
  }

  @Test("nesting is refused at a fixed depth, whatever the form", arguments: [200, 1000, 100_000])
  func deepNesting(depth: Int) {
    func nested(_ open: String, _ close: String) -> String {
      String(repeating: open, count: depth) + String(repeating: close, count: depth)
    }
    #expect(codes("Simulation: " + nested("[", "]") + "\n") == ["Y109"])
    #expect(codes("Simulation: " + nested("{a: ", "}") + "\n") == ["Y109"])
    if depth <= 1000 {
      let lines = (0..<depth).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
      #expect(codes(lines) == ["Y109"])
    }
  }

  @Test("extends and include that go round in a circle are named")
  func cycles() {
    let own = codes("extends: bad.sim.yaml\nSimulation: {version: 1}\n")
    #expect(own.first == "Y121")
    let two = codes(
      "extends: b.yaml\nSimulation: {version: 1}\n",
      files: ["b.yaml": "extends: c.yaml\n", "c.yaml": "extends: b.yaml\n"])
    #expect(two.contains("Y121"))
    let mixed = codes(
      "Simulation: {version: 1, include: [b.yaml]}\n", files: ["b.yaml": "extends: ./bad.sim.yaml\n"])
    #expect(mixed.contains("Y121"))
  }

  @Test(
    "files outside the project are not read",
    arguments: [
      "/etc/passwd", "~/secrets.yaml", "../../outside.yaml", "x/../../../outside.yaml",
      "../../../../../../etc/passwd",
    ])
  func pathsOutside(path: String) {
    let files = [
      "/outside.yaml": "Simulation: {name: outside}\n", "/etc/passwd": "Simulation: {name: outside}\n",
    ]
    #expect(codes("extends: \(path)\nSimulation: {version: 1}\n", files: files).contains("Y122"))
    #expect(codes("Template: \(path)\nSimulation: {version: 1}\n", files: files).contains("Y122"))
    let trace = """
      Resources: {S: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}}
      Simulation:
        version: 1
        workloads: {w: {into: S, arrivals: {process: trace, file: \(path)}}}

      """
    #expect(codes(trace, files: files).contains("Y122"))
  }

  @Test("what is refused is an error with a position, and the rest of the file is still checked")
  func allInOneGo() {
    let text = """
      Resources: {S: {Type: AWS::Kinesis::Stream, Properties: {Shards: 1}}}
      Simulation:
        version: 1
        era: 1999
        workloads: {w: {into: T, arrivals: {process: poisson, rate: 1000 per min}}}

      """
    let found = codes(text)
    #expect(Set(found).isSuperset(of: ["T203", "E401", "S304"]))
    #expect(found.count >= 4)
  }
}
