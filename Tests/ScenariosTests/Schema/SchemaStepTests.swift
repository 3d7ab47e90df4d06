import Foundation
import Scenarios
import Testing

/// Schema, validator and explanations come from one table and must agree.
@Suite struct SchemaStepTests {
  /// Scenarios with one mistake of structure each; both sides must see it.
  static let mistakes: [(name: String, json: String)] = [
    ("misspelt key of Simulation", #"{"Simulation": {"version": 1, "treshold": {}}}"#),
    ("misspelt key of a service", #"{"Simulation": {"version": 1, "services": {"A": {"maxConcurent": 1}}}}"#),
    ("words instead of a duration", #"{"Simulation": {"version": 1, "run": {"duration": "2 hours"}}}"#),
    ("number without unit as duration", #"{"Simulation": {"version": 1, "run": {"drain": 90}}}"#),
    (
      "words instead of a rate",
      #"{"Simulation": {"version": 1, "services": {"A": {"maxRate": "1000 per min"}}}}"#
    ),
    ("share above one", #"{"Simulation": {"version": 1, "services": {"A": {"errorRate": 120}}}}"#),
    (
      "distribution with colons",
      #"{"Simulation": {"version": 1, "services": {"A": {"latency": "exp(mean: 1s)"}}}}"#
    ),
    (
      "unknown distribution",
      #"{"Simulation": {"version": 1, "services": {"A": {"latency": "gausian(mean=1s)"}}}}"#
    ),
    ("no replications", #"{"Simulation": {"version": 1, "run": {"replications": 0}}}"#),
    ("text instead of true", #"{"Simulation": {"version": 1, "services": {"A": {"dedupe": "often"}}}}"#),
    (
      "unknown process",
      #"{"Simulation": {"version": 1, "workloads": {"w": {"into": "A", "arrivals": {"process": "poison"}}}}}"#
    ),
    ("malformed rule", #"{"Simulation": {"version": 1, "thresholds": {"w.Latency": ["p95 < 5m"]}}}"#),
    ("rule without value", #"{"Simulation": {"version": 1, "thresholds": {"w.Latency": ["max <"]}}}"#),
    ("rule that is no list", #"{"Simulation": {"version": 1, "thresholds": {"w.Latency": "max < 5m"}}}"#),
    (
      "unknown step",
      #"{"Simulation": {"version": 1, "functions": {"F": {"perMessage": [{"cal": {"service": "A"}}]}}}}"#
    ),
    (
      "two steps in one",
      #"{"Simulation": {"version": 1, "functions": {"F": {"perMessage": [{"sleep": "1s", "compute": "1s"}]}}}}"#
    ),
    (
      "call without service",
      #"{"Simulation": {"version": 1, "functions": {"F": {"perMessage": [{"call": {}}]}}}}"#
    ),
    (
      "unknown alarm state", #"{"Simulation": {"version": 1, "expect": {"alarms": {"A": {"state": "RED"}}}}}"#
    ),
    (
      "no shards",
      #"{"Resources": {"S": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 0}}}, "Simulation": {"version": 1}}"#
    ),
    (
      "shards as a text",
      #"{"Resources": {"S": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": "many"}}}, "Simulation": {"version": 1}}"#
    ),
    (
      "unknown property",
      #"{"Resources": {"S": {"Type": "AWS::Kinesis::Stream", "Properties": {"Shards": 5}}}, "Simulation": {"version": 1}}"#
    ),
    (
      "timeout beyond the bound",
      #"{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 901}}}, "Simulation": {"version": 1}}"#
    ),
    (
      "unit in a template",
      #"{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": "2m"}}}, "Simulation": {"version": 1}}"#
    ),
    (
      "unknown state of a rule",
      #"{"Resources": {"R": {"Type": "AWS::Events::Rule", "Properties": {"State": "ON"}}}, "Simulation": {"version": 1}}"#
    ),
    ("misspelt top-level key", #"{"Resurces": {}, "Simulation": {"version": 1}}"#),
  ]
  static let structural = [
    "T203", "T210", "T220", "T221", "T228", "S301", "S302", "S303", "S304", "S305", "S308", "S312",
  ]

  @Test("the validator sees the mistake", arguments: mistakes.map(\.name))
  func validatorSees(name: String) throws {
    let codes = try Self.codes(Self.mistakes.first { $0.name == name }!.json)
    #expect(codes.contains { Self.structural.contains($0) }, "\(name): \(codes)")
  }

  static func codes(_ json: String) throws -> [String] {
    var diagnostics = Diagnostics()
    let loaded = try ScenarioLoader(fileSystem: MemoryFiles(["x.yaml": json])).load(
      path: "x.yaml", into: &diagnostics)
    _ = ScenarioCompiler.compile(loaded, into: &diagnostics)
    // Every sample lacks workloads and more; those are not its mistake.
    return diagnostics.all.filter { $0.severity == .error && !$0.message.contains("nothing would happen") }
      .map(\.code)
  }

  static let hasJSONSchema = run("import jsonschema")?.status == 0

  /// Runs Python with a program; nil where there is no Python.
  static func run(_ program: String, _ arguments: [String] = []) -> (status: Int32, output: String)? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-W", "ignore", "-c", program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test(
    "the JSON Schema sees the same mistakes and accepts the sound ones",
    .enabled(if: hasJSONSchema, "needs python3 with jsonschema"))
  func schemaSees() throws {
    let sound = [
      #"{"Simulation": {"version": 1, "run": {"duration": "2h", "warmup": 0}, "services": {"A": {"latency": "lognormal(mean=2s cv=0.4)", "errorRate": "0.2%", "maxRate": "1.2k/s"}}}}"#,
      #"{"extends": "a.yaml", "Resources": {"S": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": {"Ref": "N"}, "RetentionPeriodHours": 24}}, "B": {"Type": "AWS::S3::Bucket"}, "C": null}, "Simulation": {"thresholds": {"w.Latency": ["p(95) < 15m", {"assert": "max < 6h", "across": "mean"}]}, "functions": {"F": {"perMessage": [{"if": {"when": "not item.x", "then": [{"call": {"service": "A", "times": 3}}]}}]}}}}"#,
    ]
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try JSONSchema.text().write(
      to: folder.appendingPathComponent("schema.json"), atomically: true, encoding: .utf8)
    let all = "[" + (Self.mistakes.map(\.json) + sound).joined(separator: ",") + "]"
    try all.write(to: folder.appendingPathComponent("samples.json"), atomically: true, encoding: .utf8)
    let program = """
      import json, sys, jsonschema
      schema = json.load(open(sys.argv[1] + '/schema.json'))
      jsonschema.Draft202012Validator.check_schema(schema)
      v = jsonschema.Draft202012Validator(schema)
      print(''.join('1' if v.is_valid(s) else '0' for s in json.load(open(sys.argv[1] + '/samples.json'))))
      """
    let result = try #require(Self.run(program, [folder.path]))
    #expect(result.status == 0)
    let verdicts = Array(result.output.filter { "01".contains($0) })
    try #require(verdicts.count == Self.mistakes.count + sound.count)
    for (verdict, mistake) in zip(verdicts, Self.mistakes) {
      #expect(verdict == "0", "accepted: \(mistake.name)")
    }
    for (verdict, text) in zip(verdicts.suffix(sound.count), sound) {
      #expect(verdict == "1", "refused: \(text)")
    }
  }

  @Test("the JSON Schema is JSON") func schemaIsJSON() throws {
    let object = try JSONSerialization.jsonObject(with: Data(JSONSchema.text().utf8)) as? [String: Any]
    #expect(object?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect((object?["$defs"] as? [String: Any])?["simulation"] != nil)
  }

  @Test("properties, keys, numbers and codes can be explained") func explains() throws {
    let shards = try #require(Explain.property("AWS::Kinesis::Stream.ShardCount"))
    #expect(shards.contains("an integer from 1 to 100000"))
    #expect(Explain.property("Kinesis::Stream.ShardCount") == shards)
    #expect(try #require(Explain.property("Simulation.run.drain")).contains("24h"))
    #expect(Explain.property("run.drain") == Explain.property("Simulation.run.drain"))
    #expect(try #require(Explain.property("services.latency")).contains("distribution"))
    #expect(try #require(Explain.property("lambda.accountConcurrency")).contains("fact sheet §4.1"))
    #expect(try #require(Explain.code("S304")).contains("1000/min"))
    #expect(Explain.code("s304") == Explain.code("S304"))
    #expect(Explain.code("S399") == nil && Explain.property("AWS::Kinesis::Stream.Shards") == nil)
    #expect(Explain.nearest("AWS::Kinesis::Stream.ShardCont") == "AWS::Kinesis::Stream.ShardCount")
    #expect(Set(Explain.codes).count == Explain.codes.count)
    let reference = Explain.reference()
    for type in SchemaTable.resources { #expect(reference.contains("## \(type.type)")) }
    for key in SchemaTable.simulation { #expect(reference.contains("| `\(key.name)` |")) }
  }
}
