import Testing

@testable import Scenarios

@Suite struct `Settings of the command line change one place each` {
  static let scenario = """
    Resources:
      OrderStream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 5}}
      SendZip: {Type: AWS::Serverless::Function, Properties: {Timeout: 60, Arn: !Ref OrderStream}}
    Simulation:
      run: {duration: 2h}
      limits: {lambda.accountConcurrency: 100}
      services: {ZipUrlApi: {maxConcurrent: 10}}
      functions:
        SendZip: {coldStart: 1s, errors: [{raise: true}, {raise: false}]}
    """

  func outcome(_ sets: String..., at path: String) -> String? {
    let (scenario, found) = load(["main.yaml": Self.scenario], sets: sets)
    if let first = found.first {
      return "\(first.code) \(first.message)" + (first.hint.map { "; \($0)" } ?? "")
    }
    return scenario?.root.at(path: path)?.outline ?? "nothing"
  }

  @Test(arguments: [
    ("Resources.OrderStream.Properties.ShardCount=10", "Resources.OrderStream.Properties.ShardCount", "10"),
    ("OrderStream.ShardCount=10", "Resources.OrderStream.Properties.ShardCount", "10"),
    ("OrderStream.RetentionPeriodHours=48", "Resources.OrderStream.Properties.RetentionPeriodHours", "48"),
    ("OrderStream.DependsOn=SendZip", "Resources.OrderStream.DependsOn", "SendZip"),
    ("SendZip.Timeout=90", "Resources.SendZip.Properties.Timeout", "90"),
    ("SendZip.coldStart=2s", "Simulation.functions.SendZip.coldStart", "2s"),
    ("ZipUrlApi.maxConcurrent=3", "Simulation.services.ZipUrlApi.maxConcurrent", "3"),
    ("run.seed=7", "Simulation.run", "{duration: 2h, seed: 7}"),
    ("Simulation.run={duration: 1h, drain: 2h}", "Simulation.run", "{duration: 1h, drain: 2h}"),
    (
      "Simulation.functions.SendZip.errors.0.raise=false", "Simulation.functions.SendZip.errors.0.raise",
      "false"
    ),
    (
      "Simulation.limits.\"lambda.accountConcurrency\"=50", "Simulation.limits",
      "{lambda.accountConcurrency: 50}"
    ),
    ("limits.lambda.accountConcurrency=50", "Simulation.limits", "{lambda.accountConcurrency: 50}"),
    (
      "Simulation.limits.sns.retries=1", "Simulation.limits",
      "{lambda.accountConcurrency: 100, sns.retries: 1}"
    ),
    ("thresholds.orders.Lost=['count == 0']", "Simulation.thresholds", "{orders.Lost: ['count == 0']}"),
    ("Resources.SendZip=null", "Resources.SendZip", "nothing"),
    ("Simulation.run.duration=", "Simulation.run", "{}"),
    ("Simulation.functions.SendZip.errors.1=null", "Simulation.functions.SendZip.errors", "[{raise: true}]"),
    ("Simulation.name=a=b, c", "Simulation.name", "a=b, c"),
  ])
  func `a setting`(set: String, path: String, expected: String) {
    #expect(outcome(set, at: path) == expected)
  }

  @Test(arguments: [
    (
      "OrderSteam.ShardCount=1",
      "Y125 'OrderSteam.ShardCount' leads nowhere: the scenario has no 'OrderSteam'; did you mean 'OrderStream.ShardCount'?"
    ),
    (
      "Resources.OrderSteam.Properties.ShardCount=1",
      "Y125 'Resources' has no 'OrderSteam'; did you mean 'Resources.OrderStream'?"
    ),
    (
      "Resources.OrderStream.Propertys.ShardCount=1",
      "Y125 'Resources.OrderStream' has no 'Propertys'; did you mean 'Resources.OrderStream.Properties'?"
    ),
    ("Simulation.rnu.seed=1", "Y125 'Simulation' has no 'rnu'; did you mean 'Simulation.run'?"),
    ("run.sede=1", "Y125 'Simulation.run' has no 'sede'; did you mean 'Simulation.run.seed'?"),
    (
      "Simulation.services.ZipUrlApp.maxConcurrent=1",
      "Y125 'Simulation.services' has no 'ZipUrlApp'; did you mean 'Simulation.services.ZipUrlApi'?"
    ),
    (
      "Simulation.functions.SendZip.errors.2.raise=1",
      "Y125 'Simulation.functions.SendZip.errors' is a list without '2'; its indices are 0 to 1"
    ),
    ("Simulation.run.duration.x=1", "Y125 'Simulation.run.duration' is one value and has no 'x'"),
    ("SendZip.Arn.x=1", "Y125 'Resources.SendZip.Properties.Arn' is a function call; set it as a whole"),
    ("OrderStream.ShardCount", "Y124 'OrderStream.ShardCount' has no '='; write PATH=VALUE"),
    ("a..b=1", "Y124 'a..b' is not a path; write keys with dots between them, \"a.b\" for a key with dots"),
    ("run.seed={a", "Y105 a map is not closed: expected ',' or '}'"),
  ])
  func `a setting that cannot be`(set: String, expected: String) {
    let shown = outcome(set, at: "x")
    #expect(shown == expected || shown?.hasPrefix(expected + " (") == true, "\(shown ?? "")")
  }

  @Test func `short forms reach the properties of a function's events`() {
    let text = """
      Resources:
        Send: {Properties: {Events: {Queue: {Type: SQS, Properties: {ScalingConfig: {MaximumConcurrency: 10}}}}}}
      """
    for (path, key) in [
      ("ScalingConfig.MaximumConcurrency", "ScalingConfig.MaximumConcurrency"), ("BatchSize", "BatchSize"),
    ] {
      let (scenario, found) = load(["main.yaml": text], sets: ["Send.Events.Queue.\(path)=7"])
      #expect(found.map(\.message) == [])
      #expect(
        scenario?.root.at(path: "Resources.Send.Properties.Events.Queue.Properties.\(key)")?.text == "7",
        "\(path)")
    }
    let (whole, _) = load(
      ["main.yaml": text], sets: ["Send.Events.Queue.Properties.BatchSize=8", "Send.Events.Queue.Type=X"])
    #expect(whole?.root.at(path: "Resources.Send.Properties.Events.Queue.Properties.BatchSize")?.text == "8")
    #expect(whole?.root.at(path: "Resources.Send.Properties.Events.Queue.Type")?.text == "X")
  }

  @Test func `a short form that means two places is refused`() {
    let text = "Resources: {A: {Type: T, Properties: {x: 1}}}\nSimulation: {services: {A: {x: 2}}}\n"
    let found = load(["main.yaml": text], sets: ["A.x=3"]).diagnostics
    #expect(
      found.map(\.message) == [
        "'A.x' can mean Resources.A.Properties.x or Simulation.services.A.x; write one of them"
      ])
  }

  @Test func `later settings win and positions point into the command line`() {
    let (scenario, _) = load(["main.yaml": Self.scenario], sets: ["run.seed=1", "run.seed=2"])
    let seed = scenario?.root.at(path: "Simulation.run.seed")
    #expect(seed?.text == "2")
    #expect(seed?.position == SourcePosition(file: "--set", line: 2, column: 10))
  }
}
