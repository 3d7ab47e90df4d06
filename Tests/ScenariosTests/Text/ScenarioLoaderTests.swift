import Testing

@testable import Scenarios

/// Loads `main.yaml` of files held in memory.
func load(
  _ files: [String: String], main: String = "main.yaml", overlays: [String] = [], variant: String? = nil,
  sets: [String] = []
) -> (scenario: LoadedScenario?, diagnostics: [Diagnostic]) {
  var diagnostics = Diagnostics()
  do {
    let scenario = try ScenarioLoader(fileSystem: MemoryFiles(files)).load(
      path: main, overlays: overlays, variant: variant, sets: sets, into: &diagnostics)
    return (scenario, diagnostics.all)
  } catch {
    return (nil, error.diagnostics)
  }
}

@Suite struct `Files of a scenario are merged in order` {
  @Test func `include is under extends, the file, overlays, the variant and settings`() throws {
    func text(_ keys: String, rest: String = "") -> String { "Simulation:\n  services: {\(keys)}\n\(rest)" }
    let files = [
      "common.yaml": text("a: inc, b: inc, c: inc, d: inc, e: inc, f: inc"),
      "base.yaml": text("b: base, c: base, d: base, e: base, f: base"),
      "main.yaml": "extends: base.yaml\n"
        + text("c: main, d: main, e: main, f: main", rest: "  include: [common.yaml]\n")
        + "  variants: {v: {Simulation: {services: {e: variant, f: variant}}}}\n",
      "over.yaml": text("d: over, e: over, f: over"),
    ]
    let (scenario, found) = load(
      files, overlays: ["over.yaml"], variant: "v", sets: ["Simulation.services.f=set"])
    #expect(found == [])
    let services = scenario?.simulation["services"]?.entries?.map { "\($0.key)=\($0.value.text ?? "")" }
    #expect(services == ["a=inc", "b=base", "c=main", "d=over", "e=variant", "f=set"])
    #expect(scenario?.root["extends"] == nil)
    #expect(scenario?.simulation["include"] == nil)
    #expect(scenario?.files == ["main.yaml", "common.yaml", "base.yaml", "over.yaml"])
    #expect(scenario?.sources.map(\.file) == ["main.yaml", "common.yaml", "base.yaml", "over.yaml", "--set"])
    #expect(scenario?.variantNames == ["v"])
  }

  @Test func `extends chains are relative to the file that names them`() {
    let (scenario, found) = load([
      "main.yaml": "extends: lib/one.yaml\nResources: {A: {Type: main}}\n",
      "lib/one.yaml": "extends: ../two.yaml\nResources: {A: {Type: one}, B: {Type: one}}\n",
      "two.yaml": "Resources: {B: {Type: two}, C: {Type: two}}\n",
    ])
    #expect(found == [])
    #expect(scenario?.root.outline == "{Resources: {B: {Type: one}, C: {Type: two}, A: {Type: main}}}")
    #expect(scenario?.root.at(path: "Resources.C.Type")?.position.file == "two.yaml")
    #expect(scenario?.name == "main")
  }

  @Test func `a template by reference lies underneath, and null removes from it`() {
    let (scenario, found) = load([
      "main.yaml":
        "Template: ../template.yaml\nResources: {A: null, B: {Properties: {N: 2}}}\nSimulation: {name: x}\n",
      "../template.yaml":
        "Resources: {A: {Type: T}, B: {Type: T, Properties: {N: 1, M: 1}}}\nMetadata: {Simulation: {era: 2017}, K: 1}\n",
    ])
    #expect(found == [])
    #expect(
      scenario?.root.outline
        == "{Simulation: {era: 2017, name: x}, Resources: {B: {Type: T, Properties: {N: 2, M: 1}}}, Metadata: {K: 1}}"
    )
    #expect(scenario?.name == "x")
  }

  @Test func `a simulation in the metadata of a template counts`() {
    let (scenario, _) = load(["main.yaml": "Resources: {}\nMetadata:\n  Simulation: {name: inside}\n"])
    #expect(scenario?.simulation["name"]?.place == "3:22")
    #expect(scenario?.name == "inside")
  }

  @Test(arguments: [
    (
      ["main.yaml": "extends: main.yaml\n"],
      "Y121 main.yaml:1:10 extends goes round in a circle: main.yaml > main.yaml"
    ),
    (
      ["main.yaml": "extends: b.yaml\n", "b.yaml": "extends: c.yaml\n", "c.yaml": "extends: b.yaml\n"],
      "Y121 c.yaml:1:10 extends goes round in a circle: b.yaml > c.yaml > b.yaml"
    ),
    (
      ["main.yaml": "Simulation: {include: [./x/../main.yaml]}\n"],
      "Y121 main.yaml:1:24 include goes round in a circle: main.yaml > main.yaml"
    ),
    (
      ["main.yaml": "extends: /etc/passwd\n"],
      "Y122 main.yaml:1:10 extends '/etc/passwd' is an absolute path; write it relative to this file"
    ),
    (
      ["main.yaml": "extends: ~/x.yaml\n"],
      "Y122 main.yaml:1:10 extends '~/x.yaml' is an absolute path; write it relative to this file"
    ),
    (
      ["main.yaml": "Template: ../../etc/passwd\n"],
      "Y122 main.yaml:1:11 Template '../../etc/passwd' leads outside the project of this scenario"
    ),
    (
      ["main.yaml": "Simulation: {include: [../../../x.yaml]}\n"],
      "Y122 main.yaml:1:24 include '../../../x.yaml' leads outside the project of this scenario"
    ),
    (["main.yaml": "extends: gone.yaml\n"], "Y101 main.yaml:1:10 extends: there is no file 'gone.yaml'"),
    (["main.yaml": "extends: [a.yaml]\n"], "Y120 main.yaml:1:10 extends is the path of a file, one text"),
    (
      ["main.yaml": "- a\n"],
      "Y115 main.yaml:1:1 a scenario is a map with keys such as Resources and Simulation"
    ),
    (["other.yaml": "a: 1\n"], "Y101 main.yaml:0:0 there is no file 'main.yaml'"),
    (
      ["main.yaml": "Template: t.yaml\n", "t.yaml": "extends: u.yaml\n"],
      "Y120 t.yaml:1:1 a template cannot name another file with 'extends'"
    ),
  ])
  func `paths that cannot be followed`(files: [String: String], expected: String) {
    let found = load(files).diagnostics
    #expect(
      found.map {
        "\($0.code) \($0.position.map { "\($0.file):\($0.line):\($0.column)" } ?? "") \($0.message)"
      } == [expected])
  }

  @Test func `a project with a .git may be left by no path, but walked within`() {
    let files = [
      "main.yaml": "extends: ../../shared-base.yaml\n", "../../shared-base.yaml": "Resources: {}\n",
      "../../.git/HEAD": "ref",
    ]
    #expect(
      load(
        [
          "/repo/.git/HEAD": "x", "/repo/a/b/m.yaml": "extends: ../../up.yaml\n",
          "/repo/up.yaml": "Resources: {}\n",
        ],
        main: "/repo/a/b/m.yaml"
      ).diagnostics == [])
    #expect(
      load(
        [
          "/repo/.git/HEAD": "x", "/repo/a/m.yaml": "extends: ../../up.yaml\n", "/up.yaml": "Resources: {}\n",
        ],
        main: "/repo/a/m.yaml"
      ).diagnostics.map(\.code) == ["Y122"])
    #expect(load(files).diagnostics == [])
  }

  @Test func `an unknown variant names the nearest`() {
    let (scenario, found) = load(
      ["main.yaml": "Simulation: {variants: {base: {}, more-shards: {}}}\n"], variant: "more-shard")
    #expect(scenario != nil)
    #expect(found.map(\.message) == ["no variant 'more-shard' in this scenario; it has base, more-shards"])
    #expect(found.first?.hint == "did you mean 'more-shards'?")
  }

  @Test func `mistakes of several files are reported together`() {
    let found = load(["main.yaml": "extends: b.yaml\na: !Reff x\n", "b.yaml": "c: 1\nc: 2\n"]).diagnostics
    #expect(found.map(\.code) == ["Y112", "Y108"])
  }

  @Test func `the disk is read like memory`() throws {
    var diagnostics = Diagnostics()
    let stdin = [UInt8]("Simulation: {name: piped}\n".utf8)
    let scenario = try ScenarioLoader(fileSystem: DiskFiles(standardInput: stdin)).load(
      path: "-", into: &diagnostics)
    #expect(scenario.name == "piped")
    #expect(throws: ScenarioFileProblem.notFound) { _ = try DiskFiles().read("/no/such/file", limit: 9) }
    #expect(throws: ScenarioFileProblem.isDirectory) { _ = try DiskFiles().read("/", limit: 9) }
    #expect(throws: ScenarioFileProblem.tooLarge) { _ = try DiskFiles().read(#filePath, limit: 9) }
  }
}
