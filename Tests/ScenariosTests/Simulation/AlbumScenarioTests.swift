import Kernel
import Scenarios
import Services
import Testing

/// The album launch in the scenario language, number by number.
@Suite struct AlbumScenarioTests {
  static let first = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      OrdersTopic:
        Type: AWS::SNS::Topic
      OrdersTable:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions: [{AttributeName: orderId, AttributeType: S}]
          KeySchema: [{AttributeName: orderId, KeyType: HASH}]
          ProvisionedThroughput: {ReadCapacityUnits: 50, WriteCapacityUnits: 100}
      FetchOrders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: fetch.handler
          Timeout: 300
          MemorySize: 512
          Events:
            Tick: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}
      SendZip:
        Type: AWS::Serverless::Function
        Properties:
          Handler: send.handler
          Timeout: 60
          MemorySize: 256
          Events:
            Order: {Type: SNS, Properties: {Topic: !Ref OrdersTopic}}
    Simulation:
      version: 1
      name: album-v01-sns
      era: 2017
      limits: {lambda.accountConcurrency: 100}
      run: {duration: 2h, drain: 12h, replications: 20, seed: 42}
      services:
        OrdersDb: {kind: store}
        ZipUrlApi:
          latency: lognormal(mean=667ms cv=0.3)
          maxConcurrent: 10
          overLimit: {reply: 429, after: 30ms}
        EmailApi:
          latency: lognormal(mean=80ms cv=0.5)
          dedupe: true
      workloads:
        orders:
          into: OrdersDb
          arrivals:
            process: poisson
            startRate: 50/min
            stages:
              - {duration: 5m,  target: 1000/min}
              - {duration: 55m, target: 1000/min}
              - {duration: 1h,  target: 100/min}
          size: 2KiB
          fields:
            country: {choice: {allowed: 0.98, blocked: 0.02}}
      functions:
        FetchOrders:
          coldStart: lognormal(mean=900ms cv=0.4)
          perInvocation:
            - take: {from: OrdersDb, max: all}
            - send: {to: OrdersTopic, each: true, time: 15ms}
        SendZip:
          coldStart: lognormal(mean=900ms cv=0.4)
          perMessage:
            - call: {service: ZipUrlApi, times: 3}
            - call: {service: EmailApi}
            - write: {to: OrdersTable, size: 1KiB}
      thresholds:
        ZipUrlApi.OverLimit: ['count == 0']
        orders.Latency:      ['p(95) < 15m', 'max < 6h']
        cost.Total:          ['value < 20 USD']
    """

  static let second = """
    extends: first.sim.yaml
    Resources:
      OrdersTopic: null
      OrderStream:
        Type: AWS::Kinesis::Stream
        Properties: {ShardCount: 5, RetentionPeriodHours: 24}
      SendZip:
        Properties:
          Events:
            Order: null
            Stream:
              Type: Kinesis
              Properties:
                Stream: !GetAtt OrderStream.Arn
                StartingPosition: TRIM_HORIZON
                BatchSize: 1
      IteratorAgeAlarm:
        Type: AWS::CloudWatch::Alarm
        Properties:
          Namespace: AWS/Lambda
          MetricName: IteratorAge
          Dimensions: [{Name: FunctionName, Value: !Ref SendZip}]
          Statistic: Maximum
          Period: 60
          EvaluationPeriods: 5
          Threshold: 900000
          ComparisonOperator: GreaterThanThreshold
    Simulation:
      name: album-v02-kinesis
      workloads:
        orders: {key: uniform}
      functions:
        FetchOrders:
          perInvocation:
            - take: {from: OrdersDb, max: all}
            - send: {to: OrderStream, each: true, time: 12ms, batch: 500}
        SendZip:
          errors:
            - {when: "country == 'blocked'", at: ZipUrlApi, raise: true, name: parse-error}
      timeline:
        - {at: 3h, set: {Simulation.functions.SendZip.errors.0.raise: false}, note: fix deployed}
      thresholds:
        orders.DrainTime: ['value < 6h']
        SendZip.ConcurrentExecutions: ['max <= 5']
      expect:
        alarms:
          IteratorAgeAlarm: {state: ALARM, by: 30m}
    """

  @Test("the first design compiles to its numbers") func theFirstDesign() throws {
    let compiled = try compile(["first.sim.yaml": Self.first], "first.sim.yaml")
    let system = compiled.system
    #expect(compiled.name == "album-v01-sns" && compiled.era == .y2017 && compiled.region == "us-east-1")
    #expect(system.run == RunSpec(duration: .hours(2), drain: .hours(12), replications: 20, seed: 42))
    #expect(system.limits[.lambdaAccountConcurrency] == 100)
    #expect(compiled.overriddenLimits == [.init(name: .lambdaAccountConcurrency, preset: 1000, value: 100)])

    let orders = try #require(system.workloads.first)
    #expect(orders.destination == .store(0) && orders.size == .constant(2048) && orders.key == .uniform)
    guard case .poisson(let knots) = orders.arrivals else { Issue.record("not poisson"); return }
    #expect(knots.map(\.time) == [0, 300, 3600, 7200])
    let rates = [50.0 / 60, 1000.0 / 60, 1000.0 / 60, 100.0 / 60]
    #expect(knots.map(\.rate) == rates)
    // Trapezoids: 5 min of (50 + 1000)/2, 55 min of 1000, 60 min of (1000 + 100)/2 a minute.
    let volume = zip(knots, knots.dropFirst()).reduce(0) {
      $0 + ($1.1.time - $1.0.time) * ($1.0.rate + $1.1.rate) / 2
    }
    #expect(abs(volume - (5 * 525 + 55 * 1000 + 60 * 550)) < 1e-6)
    guard case .choice(let choices) = orders.fields[0].source else { Issue.record("no choice"); return }
    #expect(orders.fields[0].name == "country" && choices.map(\.value) == ["allowed", "blocked"])
    #expect(choices.map(\.cumulative) == [0.98, 1])

    #expect(system.stores.map(\.name) == ["OrdersDb"])
    #expect(system.partners.map(\.name) == ["ZipUrlApi", "EmailApi"])
    #expect(
      system.partners[0].latency == .lognormal(mean: 0.667, cv: 0.3) && system.partners[0].maxConcurrent == 10
    )
    #expect(system.partners[0].overLimit == .reply(status: 429, after: .milliseconds(30)))
    #expect(
      !system.partners[0].dedupe && system.partners[0].maxRate == nil && system.partners[0].errorRate == 0)
    #expect(system.partners[1].latency == .lognormal(mean: 0.08, cv: 0.5) && system.partners[1].dedupe)

    #expect(system.tables.map(\.keyAttribute) == ["orderId"])
    #expect(system.tables[0].capacity == .provisioned(readUnits: 50, writeUnits: 100))
    #expect(system.functions.map(\.logicalID) == ["FetchOrders", "SendZip"])
    #expect(system.functions.map(\.timeout) == [.seconds(300), .seconds(60)])
    #expect(system.functions.map(\.memorySize) == [512, 256])
    #expect(system.functions.allSatisfy { $0.coldStart == .lognormal(mean: 0.9, cv: 0.4) })
    #expect(
      system.functions.allSatisfy {
        $0.asyncMaximumRetryAttempts == 2 && $0.asyncMaximumEventAge == .hours(6)
      })
    #expect(system.schedules.map(\.expression) == [.rate(minutes: 5)] && system.schedules[0].function == 0)
    #expect(system.subscriptions.count == 1 && system.subscriptions[0].function == 1)
    #expect(system.mappings.isEmpty && system.streams.isEmpty && system.ledgerCuts == [.zero])
    #expect(
      compiled.picture.lines == [
        "orders ▸ OrdersDb ▸ FetchOrders (every 5m) ▸ OrdersTopic ▸ SendZip ▸ ZipUrlApi×3, EmailApi, OrdersTable"
      ])
  }

  @Test("the first design's steps are in order") func theFirstSteps() throws {
    let system = try compile(["first.sim.yaml": Self.first], "first.sim.yaml").system
    guard case .steps(let fetch) = system.functions[0].handler, fetch.scope == .perInvocation,
      case .take(store: 0, max: nil) = fetch.steps[0], case .send(let send) = fetch.steps[1]
    else { Issue.record("FetchOrders is something else"); return }
    #expect(send.destination == .topic(0) && send.each && send.batch == 1 && send.time == .constant(0.015))
    #expect(send.size == nil && send.key == .inherited && send.resend)
    guard case .steps(let zip) = system.functions[1].handler, zip.scope == .perMessage, zip.steps.count == 3,
      case .call(let first) = zip.steps[0], case .call(let second) = zip.steps[1],
      case .write(let write) = zip.steps[2]
    else { Issue.record("SendZip is something else"); return }
    #expect(first.partner == 0 && first.times == 3 && first.timeout == nil && first.retries == nil)
    #expect(second.partner == 1 && second.times == 1)
    #expect(write.table == 0 && write.size == .constant(1024) && write.set.isEmpty)
  }

  @Test("the first design's rules have their limits in base units") func theFirstRules() throws {
    let thresholds = try compile(["first.sim.yaml": Self.first], "first.sim.yaml").thresholds
    #expect(thresholds.map(\.limit) == [0, 900, 21_600, 20])
    #expect(thresholds.map(\.unit) == [.count, .seconds, .seconds, .usd])
    #expect(thresholds.map(\.aggregation) == [.count, .percentile(0.95), .maximum, .value])
    #expect(thresholds.map(\.comparison) == [.equal, .less, .less, .less])
    #expect(
      thresholds.map(\.measure) == [
        .service(.overLimit), .workload(.latency), .workload(.latency), .costTotal,
      ])
    #expect(thresholds.allSatisfy { $0.across == .every && $0.severity == .error && !$0.abortOnFail })
  }

  @Test("the second design replaces the topic by a stream") func theSecondDesign() throws {
    let compiled = try compile(
      ["first.sim.yaml": Self.first, "second.sim.yaml": Self.second], "second.sim.yaml")
    let system = compiled.system
    #expect(compiled.name == "album-v02-kinesis" && system.topics.isEmpty && system.subscriptions.isEmpty)
    #expect(system.streams.map(\.shardCount) == [5] && system.streams[0].retention == .hours(24))
    let mapping = try #require(system.mappings.first)
    #expect(
      system.functions[mapping.function].logicalID == "SendZip" && mapping.stream == 0
        && mapping.batchSize == 1)
    #expect(
      mapping.startingPosition == .trimHorizon && mapping.maximumRetryAttempts == nil && mapping.enabled)
    guard case .steps(let fetch) = system.functions[0].handler, case .send(let send) = fetch.steps[1] else {
      Issue.record("FetchOrders sends nothing")
      return
    }
    #expect(send.destination == .stream(0) && send.batch == 500 && send.time == .constant(0.012))

    let rule = try #require(system.functions[1].errors.first)
    #expect(rule.name == "parse-error" && rule.partner == 0 && rule.isRaised && !rule.isCaught)
    #expect(rule.when == .compare(.field("country"), .equal, .text("blocked")))
    let change = try #require(system.timeline.first)
    #expect(change.time == .zero + .hours(3) && change.note == "fix deployed")
    guard case .errorRule(function: 1, rule: 0, let fixed) = change.change else {
      Issue.record("no fix"); return
    }
    #expect(!fixed.isRaised && fixed.when == rule.when)

    let alarm = try #require(system.alarms.first)
    #expect(
      alarm.namespace == "AWS/Lambda" && alarm.metricName == "IteratorAge" && alarm.resource == "SendZip")
    #expect(alarm.statistic == .maximum && alarm.period == .seconds(60) && alarm.threshold == 900_000)
    #expect(alarm.evaluationPeriods == 5 && alarm.datapointsToAlarm == 5 && alarm.comparison == .greaterThan)
    #expect(alarm.treatMissingData == .missing)
    #expect(compiled.alarmExpectations.map(\.rule) == [.reaches(state: "ALARM", by: .minutes(30))])
    let concurrency = try #require(
      compiled.thresholds.first { $0.metricText == "SendZip.ConcurrentExecutions" })
    #expect(
      concurrency.limit == 5 && concurrency.comparison == .lessOrEqual && concurrency.aggregation == .maximum)
    #expect(
      compiled.picture.lines == [
        "orders ▸ OrdersDb ▸ FetchOrders (every 5m) ▸ OrderStream ×5 ▸ SendZip ▸ ZipUrlApi×3, EmailApi, OrdersTable"
      ])
  }
}

/// Compiles a scenario held in memory; throws its mistakes.
func compile(_ texts: [String: String], _ path: String) throws -> CompiledScenario {
  var diagnostics = Diagnostics()
  let loaded = try ScenarioLoader(fileSystem: MemoryFiles(texts)).load(path: path, into: &diagnostics)
  guard let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics) else {
    throw ScenarioError(diagnostics.all)
  }
  return compiled
}
