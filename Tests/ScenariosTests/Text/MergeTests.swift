import Testing

@testable import Scenarios

@Suite struct `Layers merge by documented rules` {
  func merged(_ patch: String, over base: String) throws -> String {
    Merge.apply(try read(patch), to: try read(base)).outline
  }

  @Test(arguments: [
    ("maps merge by key", "{a: {x: 1, y: 2}}", "{a: {y: 3, z: 4}}", "{a: {x: 1, y: 3, z: 4}}"),
    ("null removes", "{a: 1, b: 2}", "{a: null}", "{b: 2}"),
    ("null of a missing key is nothing", "{a: 1}", "{b: ~}", "{a: 1}"),
    ("nested null", "{a: {x: 1, y: 2}}", "{a: {x: null}}", "{a: {y: 2}}"),
    ("scalars replace", "{a: 1}", "{a: 2}", "{a: 2}"),
    ("lists replace", "{a: [1, 2, 3]}", "{a: [9]}", "{a: [9]}"),
    ("a map replaces a scalar", "{a: 1}", "{a: {b: 2}}", "{a: {b: 2}}"),
    ("a scalar replaces a map", "{a: {b: 2}}", "{a: 1}", "{a: 1}"),
    ("tags are values", "{a: !GetAtt S.Arn}", "{a: !GetAtt T.Arn}", "{a: {Fn::GetAtt: [T, Arn]}}"),
    ("functions are not merged into", "{a: {Ref: S}}", "{a: {b: 1}}", "{a: {b: 1}}"),
    ("maps do not merge into functions", "{a: {b: 1}}", "{a: {'Fn::Sub': x}}", "{a: {Fn::Sub: x}}"),
    ("functions in long form", "{a: {'Fn::If': [C, 1, 2]}}", "{a: {Ref: P}}", "{a: {Ref: P}}"),
    ("an empty map changes nothing", "{a: {b: 1}}", "{a: {}}", "{a: {b: 1}}"),
  ])
  func rule(_ name: String, base: String, patch: String, expected: String) throws {
    #expect(try merged(patch, over: base) == expected, "\(name)")
  }

  @Test func `nulls inside variants wait for their variant`() throws {
    let base = "Simulation: {variants: {few: {Resources: {A: null}}, old: {}}}"
    let patch = "Simulation: {variants: {old: null, more: {Resources: {B: null}}}}"
    #expect(
      try merged(patch, over: base)
        == "{Simulation: {variants: {few: {Resources: {A: null}}, more: {Resources: {B: null}}}}}")
  }

  @Test func `values keep the position of the layer they come from`() throws {
    let result = Merge.apply(try read("\n\n\na: {y: 3}"), to: try read("a: {x: 1, y: 2}"))
    #expect(result.at(path: "a.x")?.position.line == 1)
    #expect(result.at(path: "a.y")?.position.line == 4)
    #expect(result["a"]?.entry("y")?.keyPosition.line == 4)
    #expect(result.entry("a")?.keyPosition.line == 1)
  }
}
