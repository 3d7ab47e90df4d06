import Testing

@testable import Scenarios

/// Resolves a template and shows what was found as `code line:column message`.
func resolve(
  _ text: String, parameters: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws -> (template: ResolvedTemplate, found: [String]) {
  let root = try read(text, sourceLocation: sourceLocation)
  var diagnostics = Diagnostics()
  let template = TemplateResolver.resolve(
    root, parameters: try parameters.map { try read($0) }, region: "eu-west-1", stackName: "launch",
    into: &diagnostics)
  let found = diagnostics.all.map {
    "\($0.code) \($0.position?.line ?? -1):\($0.position?.column ?? -1) \($0.message)"
  }
  return (template, found)
}

/// Evaluates one value inside a template with parameters, mappings, conditions and two resources.
private func value(_ text: String) throws -> (outline: String, found: [String]) {
  let (template, found) = try resolve(
    """
    Parameters:
      Stage: {Type: String, Default: prod}
      Shards: {Type: Number, Default: '4'}
      Zones: {Type: CommaDelimitedList, Default: 'a, b,c'}
    Mappings: {Sizes: {prod: {memory: 512, list: [x, y]}, test: {memory: 128}}}
    Conditions:
      IsProd: !Equals [!Ref Stage, prod]
      IsTest: !Equals [!Ref Stage, test]
      Both: !And [!Condition IsProd, !Not [!Condition IsTest]]
      Either: !Or [!Condition IsTest, !Equals [1, 2]]
    Resources:
      Topic: {Type: AWS::SNS::Topic}
      Stream: {Type: AWS::Kinesis::Stream}
      Probe:
        Type: Custom::Probe
        Properties: {Value: \(text)}
    """)
  let outline = template.resource("Probe")?.properties["Value"].map { TemplateText.display($0.outline) }
  return (outline ?? "nothing", found)
}

@Suite struct `Intrinsic functions are evaluated` {
  @Test(arguments: [
    ("!Ref Stage", "prod"), ("!Ref Shards", "4"), ("!Ref Zones", "[a, b, c]"), ("!Ref Topic", "${Topic}"),
    ("!Ref AWS::Region", "eu-west-1"), ("!Ref AWS::AccountId", "123456789012"),
    ("!Ref AWS::StackName", "launch"),
    ("!Ref AWS::Partition", "aws"), ("!Ref AWS::URLSuffix", "amazonaws.com"),
    ("!Ref AWS::NoValue", "nothing"),
    ("[1, !Ref AWS::NoValue, 2]", "[1, 2]"), ("{a: !Ref AWS::NoValue, b: 1}", "{b: 1}"),
    ("!GetAtt Stream.Arn", "${Stream.Arn}"), ("{'Fn::GetAtt': Stream.Arn}", "${Stream.Arn}"),
    ("!Sub '${Stage}-${AWS::Region}-${Topic}-${Stream.Arn}'", "prod-eu-west-1-${Topic}-${Stream.Arn}"),
    ("!Sub '${!literal} costs $5'", "${literal} costs $5"),
    ("!Sub ['${A}/${Stage}', {A: !Ref Shards}]", "4/prod"),
    ("!Join ['-', [a, !Ref Stage, !Ref Shards]]", "a-prod-4"), ("!Join [',', !Ref Zones]", "a,b,c"),
    ("!Split ['/', 'x/y/z']", "[x, y, z]"), ("!Select [1, !Split ['/', x/y/z]]", "y"),
    ("!Select ['2', !Ref Zones]", "c"),
    ("!Select [5, !Split [':', !GetAtt Stream.Arn]]", "${Stream}"),
    ("!Select [3, !Split [':', !GetAtt Stream.Arn]]", "eu-west-1"),
    ("!FindInMap [Sizes, !Ref Stage, memory]", "512"), ("!FindInMap [Sizes, prod, list]", "[x, y]"),
    ("!FindInMap [Sizes, none, memory, {DefaultValue: 64}]", "64"),
    ("!If [IsProd, 1, 2]", "1"), ("!If [IsTest, 1, {a: !Ref Stage}]", "{a: prod}"),
    ("!If [Both, 1, 2]", "1"), ("!If [Either, 1, !Ref AWS::NoValue]", "nothing"),
    ("{Condition: {x: 1}}", "{Condition: {x: 1}}"),
  ])
  func known(text: String, expected: String) throws {
    let (outline, found) = try value(text)
    #expect(outline == expected)
    #expect(found == [])
  }

  @Test(arguments: [
    (
      "!ImportValue Shared-Topic", "${Fn::ImportValue Shared-Topic}",
      "M502 16:25 Fn::ImportValue Shared-Topic is known only after a deployment; its value is left open"
    ),
    (
      "!Select [1, !Split [',', !ImportValue X]]", "${Fn::ImportValue X}",
      "M502 16:50 Fn::ImportValue X is known only after a deployment; its value is left open"
    ),
    ("!Base64 abc", "${Fn::Base64}", "M502 16:25 Fn::Base64 is not evaluated; its value is left open"),
    ("!GetAZs ''", "${Fn::GetAZs}", "M502 16:25 Fn::GetAZs is not evaluated; its value is left open"),
    (
      "{'Fn::Transform': {Name: AWS::Include}}", "${Fn::Transform}",
      "M502 16:25 Fn::Transform is not evaluated; its value is left open"
    ),
    (
      "'{{resolve:ssm:/x}}'", "${a dynamic reference}",
      "M502 16:25 a dynamic reference is known only after a deployment; its value is left open"
    ),
    ("!Ref Topik", "${Topik}", "T207 16:25 'Topik' is not a resource of this template; nearest: 'Topic'"),
    (
      "!GetAtt Streem.Arn", "${Streem.Arn}",
      "T207 16:33 'Streem' is not a resource of this template; nearest: 'Stream'"
    ),
    ("!GetAtt Stage.Arn", "${Stage.Arn}", "T207 16:33 'Stage' is a parameter, not a resource"),
    (
      "!Sub 'a-${Stag}'", "a-${Stag}",
      "T207 16:35 'Stag' is not a resource of this template; nearest: 'Stage'"
    ),
    ("!Sub 'a-${Stage'", "${Fn::Sub}", "T204 16:30 Fn::Sub has '${' without '}'"),
    ("!Sub '${Zones}'", "''", "T204 16:33 'Zones' is a list; Fn::Sub needs one value"),
    ("!Select [3, !Ref Zones]", "${Fn::Select}", "T211 16:34 index 3 is outside a list of 3"),
    ("!FindInMap [Sizes, prd, memory]", "${Fn::FindInMap}", "T216 16:44 this map has no 'prd'"),
    ("!FindInMap [Size, prod, memory]", "${Fn::FindInMap}", "T216 16:37 Mappings has no 'Size'"),
    ("!If [IsPrd, 1, 2]", "1", "T209 16:30 there is no condition 'IsPrd'"),
    ("!If [IsProd, 1]", "${Fn::If}", "T204 16:29 Fn::If takes [condition, value if true, value if false]"),
    ("!Join [a, b, c]", "${Fn::Join}", "T204 16:31 Fn::Join takes [separator, list]"),
    (
      "!GetAtt Stream", "${Fn::GetAtt}",
      "T204 16:33 Fn::GetAtt takes a resource and an attribute: [Id, Attribute] or Id.Attribute"
    ),
    ("!Equals [1, 2]", "${Fn::Equals}", "T204 16:33 Fn::Equals belongs into Conditions"),
    ("{'Fn::Subb': x}", "${Fn::Subb}", "T212 16:25 there is no function 'Fn::Subb'"),
    (
      "{'Fn::Sub': x, other: 1}", "{other: 1}",
      "T204 16:26 Fn::Sub stands beside other keys; it must be alone"
    ),
  ])
  func `unknown or wrong`(text: String, expected: String, complaint: String) throws {
    let (outline, found) = try value(text)
    #expect(found == [complaint])
    #expect(outline == expected || outline.isEmpty && expected == "''")
  }

  @Test func `an opaque value says why`() throws {
    let (template, _) = try resolve(
      "Resources: {A: {Type: T, Properties: {x: !Sub ['a-${B}', {B: !ImportValue N}], y: plain}}}")
    let properties = template.resources[0].properties
    #expect(properties["x"]?.opaqueReason == "Fn::ImportValue N")
    #expect(properties["x"]?.displayText == "a-${Fn::ImportValue N}")
    #expect(properties["y"]?.opaqueReason == nil)
  }

  @Test func `a value stands where it is used, not where it is defined`() throws {
    let (template, _) = try resolve(
      "Parameters:\n  N: {Type: Number, Default: 4}\nResources:\n  S: {Type: T, Properties: {Count: !Ref N}}\n"
    )
    #expect(template.resources[0].properties["Count"]?.place == "4:36")
  }
}

@Suite struct `Parameters and conditions` {
  @Test(arguments: [
    ("P: {Type: String}", nil, "T205 1:14 parameter 'P' has neither a value nor a Default"),
    (
      "P: {Type: String, AllowedValues: [a, b], Default: c}", nil,
      "T206 1:64 parameter 'P' is 'c'; allowed: a, b"
    ),
    ("P: {Type: Number, Default: x}", nil, "T206 1:41 parameter 'P' is a number, not 'x'"),
    ("P: {Type: Number, MinValue: 2, Default: 1}", nil, "T206 1:54 parameter 'P' is 1; its MinValue is 2"),
    ("P: {Type: Number, MaxValue: 2, Default: 3}", nil, "T206 1:54 parameter 'P' is 3; its MaxValue is 2"),
    ("Stage: {Type: String, Default: a}", "{Stag: x}", "T206 1:2 the template has no parameter 'Stag'"),
    ("P: {Type: String, Default: a}", "{P: {a: 1}}", "T206 1:5 parameter 'P' is one value"),
    (
      "P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /x}", nil,
      "M505 1:71 parameter 'P' is read from the parameter store at deployment"
    ),
  ])
  func `a parameter's value is checked`(declared: String, given: String?, expected: String) throws {
    #expect(try resolve("Parameters: {\(declared)}\nResources: {}\n", parameters: given).found == [expected])
  }

  @Test func `a given value wins over the default`() throws {
    let text =
      "Parameters: {P: {Type: 'List<Number>', Default: '1,2'}, Q: {Type: 'AWS::SSM::Parameter::Value<String>'}}\n"
      + "Resources: {A: {Type: T, Properties: {p: !Ref P, q: !Ref Q}}}\n"
    let (template, found) = try resolve(text, parameters: "{P: [7, 8], Q: name}")
    #expect(found == [])
    #expect(template.resources[0].properties.outline == "{p: [7, 8], q: name}")
  }

  @Test func `resources with a false condition are left out, and references to them are found`() throws {
    let (template, found) = try resolve(
      """
      Conditions: {No: !Equals [a, b], Yes: !Not [!Condition No]}
      Resources:
        A: {Type: T, Condition: No}
        B: {Type: T, Condition: Yes, DependsOn: [A, C], Properties: {x: !If [No, !Ref A, 1]}}
        C: {Type: T, Properties: {x: !Ref A}}
      """)
    #expect(template.resources.map(\.logicalID) == ["B", "C"])
    #expect(template.removed == ["A"])
    #expect(template.resource("B")?.dependsOn == ["C"])
    #expect(found == ["T208 5:32 'A' is left out because condition 'No' is false"])
  }

  @Test func `conditions that go round, or ask what nobody knows`() throws {
    let (_, found) = try resolve(
      """
      Conditions:
        A: !Not [!Condition B]
        B: !Not [!Condition A]
        C: !Equals [!ImportValue X, y]
        D: !And [!Condition C]
        E: plain
      Resources: {}
      """)
    #expect(
      found.map { $0.prefix { $0 != "'" } } == [
        "T209 3:23 condition ",
        "M502 4:15 Fn::ImportValue X is known only after a deployment; its value is left open",
        "M503 4:6 this comparison needs a value known only after a deployment; taken as false",
        "T204 5:11 Fn::And takes 2 to 10 conditions",
        "T204 6:6 a condition is Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition",
      ])
  }
}
