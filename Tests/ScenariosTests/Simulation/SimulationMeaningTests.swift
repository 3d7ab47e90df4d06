import Kernel
import Scenarios
import Services
import Testing

/// What the keys of a scenario become, beyond the album.
@Suite struct SimulationMeaningTests {
  /// A scenario with a stream, a worker and one API, and more keys below `Simulation` or `Resources`.
  static func scenario(
    resources: String = "", simulation: String = "", arrivals: String = "{process: constant, rate: 10/s}",
    workload: String = "", worker: String = "", era: String = "2017", files: [String: String] = [:]
  ) throws -> CompiledScenario {
    var texts = files
    texts["x.sim.yaml"] = """
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Orders: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}
        Table:
          Type: AWS::DynamoDB::Table
          Properties:
            KeySchema: [{AttributeName: id, KeyType: HASH}]
            ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 7}
        Worker:
          Type: AWS::Serverless::Function
          Properties:
            Timeout: 30
            Events:
              S: {Type: Kinesis, Properties: {Stream: !GetAtt Orders.Arn, StartingPosition: LATEST}}
      \(resources)
      Simulation:
        version: 1
        era: \(era)
        services: {Api: {latency: 100ms, maxConcurrent: 10}}
        workloads: {orders: {into: Orders, arrivals: \(arrivals)\(workload)}}
        functions: {Worker: {perMessage: [{call: {service: Api}}]\(worker)}}
      \(simulation)
      """
    return try compile(texts, "x.sim.yaml")
  }

  @Test("a change with an end is taken back") func timelineReverts() throws {
    let compiled = try Self.scenario(
      simulation: """
          timeline:
            - {at: 2h, set: {Simulation.services.Api.latency: 5s}}
            - {at: 1h, for: 30m, set: {Simulation.services.Api.errorRate: 100%}, note: outage}
            - {at: 3h, for: 1h, set: {Resources.Worker.Properties.Events.S.Properties.Enabled: false}}
        """)
    let entries = compiled.system.timeline
    #expect(entries.map(\.time.seconds) == [3600, 5400, 7200, 10_800, 14_400])
    #expect(entries.map(\.note) == ["outage", "end of: outage", nil, nil, nil])
    let partners = entries.compactMap { entry -> PartnerSpec? in
      if case .partner(0, let spec) = entry.change { spec } else { nil }
    }
    #expect(partners.map(\.errorRate) == [1, 0, 0])
    #expect(partners.map(\.latency) == [.constant(0.1), .constant(0.1), .constant(5)])
    let states = entries.compactMap { entry -> Bool? in
      if case .mappingEnabled(0, let state) = entry.change { state } else { nil }
    }
    #expect(states == [false, true])
  }

  @Test("a change keeps what an earlier change set") func timelineAccumulates() throws {
    let compiled = try Self.scenario(
      simulation: """
          timeline:
            - {at: 1h, set: {Simulation.services.Api.maxConcurrent: 3, Simulation.services.Api.overLimit.after: 1s}}
            - {at: 2h, set: {Simulation.services.Api: {latency: 2s, errorRate: 5%}}}
        """)
    guard case .partner(0, let last) = compiled.system.timeline.last?.change else {
      Issue.record("no change of the service")
      return
    }
    #expect(last.maxConcurrent == 3 && last.latency == .constant(2) && last.errorRate == 0.05)
    #expect(last.overLimit == .reply(status: 429, after: .seconds(1)))
  }

  @Test("reserved concurrency can change") func reservedConcurrencyChanges() throws {
    let compiled = try Self.scenario(
      simulation:
        "  timeline: [{at: 1h, for: 1h, set: {Resources.Worker.Properties.ReservedConcurrentExecutions: 2}}]")
    let values = compiled.system.timeline.compactMap { entry -> Int?? in
      if case .reservedConcurrency(function: 0, let value) = entry.change { value } else { nil }
    }
    #expect(values == [2, nil])
  }

  @Test("a trace brings times, sizes, keys and fields") func readsATrace() throws {
    let compiled = try Self.scenario(
      arrivals: "{process: trace, file: orders.csv, sort: true}", workload: ", fields: {bytes: 5}",
      files: ["orders.csv": "time_s,size_bytes,key,country\r\n2.5,100,b,\"a,b\"\r\n1,,a,3\r\n"])
    guard case .trace(let rows, nil) = compiled.system.workloads[0].arrivals else {
      Issue.record("no trace"); return
    }
    #expect(compiled.system.workloads[0].fields.map(\.name) == ["bytes", "country"])
    #expect(rows.map(\.time) == [.zero + .seconds(1), .zero + .milliseconds(2500)])
    #expect(rows.map(\.sizeBytes) == [nil, 100] && rows.map(\.key) == ["a", "b"])
    #expect(rows.map { $0.fields.last! } == [.number(3), .text("a,b")])
    #expect(rows.allSatisfy { $0.fields.count == 2 })
  }

  @Test("arrival processes are what their keys say") func readsArrivals() throws {
    guard case .constant(let rate) = try Self.scenario().system.workloads[0].arrivals else {
      Issue.record(""); return
    }
    #expect(rate == 10)
    guard
      case .backlog(let count, let sendRate) = try Self.scenario(
        arrivals: "{process: backlog, count: 300, sendRate: 900/s}"
      ).system.workloads[0].arrivals
    else { Issue.record("no backlog"); return }
    #expect(count == 300 && sendRate == 900)
    guard
      case .mmpp(let states) = try Self.scenario(
        arrivals: "{process: mmpp, states: [{rate: 1/s, stay: 5m}, {rate: 60/min, stay: 10s}]}"
      ).system.workloads[0].arrivals
    else { Issue.record("no mmpp"); return }
    #expect(states.map(\.rate) == [1, 1] && states.map(\.stay) == [300, 10])
    guard
      case .schedule(.cron(let cron), let each) = try Self.scenario(
        arrivals: "{process: schedule, expression: 'cron(0/30 8 ? * MON-FRI *)', count: 4}"
      ).system.workloads[0].arrivals
    else { Issue.record("no schedule"); return }
    #expect(cron.minutes == [0, 30] && cron.hours == [8] && cron.daysOfWeek == [2, 3, 4, 5, 6] && each == 4)
  }

  @Test("keys are uniform, constant, skewed or a field") func readsKeys() throws {
    func key(_ text: String) throws -> KeySpec {
      try Self.scenario(workload: ", fields: {shop: {choice: {a: 1}}}, key: \(text)").system.workloads[0].key
    }
    #expect(try key("uniform") == .uniform)
    #expect(try key("constant") == .constant("constant"))
    #expect(try key("zipf(s=0.9 keys=50000)") == .zipf(exponent: 0.9, keys: 50_000))
    #expect(try key("shop") == .field("shop"))
  }

  @Test("a choice of durations is a law with jumps") func readsAChoice() throws {
    let compiled = try Self.scenario(
      simulation: "  run: {duration: 1h}", worker: ", coldStart: {choice: {2s: 0.25, 1s: 75%}}")
    let law = compiled.system.functions[0].coldStart
    #expect([0, 0.5, 0.7499, 0.75, 0.999].map(law.sample) == [1, 1, 1, 2, 2])
    #expect(abs(law.mean - 1.25) < 1e-12)
  }

  @Test("an empirical law holds the values of its column") func readsAnEmpiricalLaw() throws {
    let compiled = try Self.scenario(
      worker: ", coldStart: {file: starts.csv, column: start}", files: ["starts.csv": "start\n3s\n1\n2s\n"])
    #expect(compiled.system.functions[0].coldStart == .empirical([1, 2, 3]))
  }

  @Test("cuts of the ledger are zero, the warm-up and every after, once each") func cutsTheLedger() throws {
    let compiled = try Self.scenario(
      simulation: """
          run: {duration: 2h, warmup: 10m}
          thresholds:
            orders.Lost: [{assert: 'count == 0', after: 30m}, {assert: 'rate < 1%', after: 10m, across: mean}]
        """)
    #expect(compiled.system.ledgerCuts == [.zero, .zero + .minutes(10), .zero + .minutes(30)])
    #expect(compiled.thresholds.map(\.after) == [.minutes(30), .minutes(10)])
    #expect(compiled.thresholds.map(\.across) == [.every, .mean])
    #expect(compiled.thresholds[1].unit == .fraction && compiled.thresholds[1].limit == 0.01)
  }

  @Test("metric names reach workloads, services, resources and the bill") func readsMetrics() throws {
    let compiled = try Self.scenario(
      simulation: """
          thresholds:
            '*.IteratorAge': ['p(99) < 5s']
            Worker.Duration:Maximum: ['max < 20s']
            Orders.GetRecords.IteratorAgeMilliseconds: ['max < 1m']
            Orders.IncomingBytes: ['sum < 1GiB']
            Api.InFlight: ['max <= 10']
            cost.Worker: ['value < 1 USD']
            cost.Monthly: ['value < 100 USD']
            '*.Latency': ['avg < 1h']
        """)
    let rules = compiled.thresholds
    #expect(
      rules.map(\.subjects) == [
        ["Worker"], ["Worker"], ["Orders"], ["Orders"], ["Api"], ["Worker"], [], ["orders"], ["Api"],
      ])
    #expect(rules.map(\.isWildcard) == [true, false, false, false, false, false, false, true, true])
    #expect(rules.map(\.limit) == [5, 20, 60, 1_073_741_824, 10, 1, 100, 3600, 3600])
    #expect(rules[7...].map(\.metricText) == ["*.Latency of workloads", "*.Latency of services"])
    guard case .cloudWatch(let duration, statistic: .maximum) = rules[1].measure else {
      Issue.record(""); return
    }
    #expect(
      duration.name == "Duration" && duration.baseUnitsPerSample == 0.001 && duration.statistic == .average)
    guard case .cloudWatch(_, statistic: .sum) = rules[3].measure else { Issue.record(""); return }
  }

  @Test("a registered handler keeps its settings in order") func readsASwiftHandler() throws {
    let text = """
      Resources:
        Worker: {Type: AWS::Lambda::Function, Properties: {}}
      Simulation:
        version: 1
        workloads: {orders: {into: Worker, arrivals: {process: constant, rate: 1/s}}}
        functions: {Worker: {handler: album.sendZip, config: {to: topic, batch: 10, pause: 5ms, code: '7'}}}
      """
    let compiled = try compile(["x.yaml": text], "x.yaml")
    guard case .swift(let name, let config) = compiled.system.functions[0].handler else {
      Issue.record(""); return
    }
    #expect(name == "album.sendZip" && config.map(\.name) == ["to", "batch", "pause", "code"])
    #expect(config.map(\.value) == [.text("topic"), .number(10), .text("5ms"), .text("7")])
    #expect(
      compiled.system.functions[0].timeout == .seconds(3) && compiled.system.functions[0].memorySize == 128)
    #expect(compiled.era == .now && compiled.system.workloads[0].destination == .function(0))
  }

  @Test("the star describes functions that leave keys out") func theStarIsTheDefault() throws {
    let text = """
      Resources:
        A: {Type: AWS::Lambda::Function, Properties: {}}
        B: {Type: AWS::Lambda::Function, Properties: {Timeout: 10}}
      Simulation:
        version: 1
        workloads:
          a: {into: A, arrivals: {process: constant, rate: 1/s}}
          b: {into: B, arrivals: {process: constant, rate: 1/s}}
        functions:
          '*': {coldStart: 1s, perMessage: [{sleep: 3ms}]}
          B: {perMessage: [{sleep: 9ms}]}
      """
    let functions = try compile(["x.yaml": text], "x.yaml").system.functions
    #expect(functions.map(\.coldStart) == [.constant(1), .constant(1)])
    let sleeps = functions.map { function -> Double? in
      if case .steps(let program) = function.handler, case .sleep(.constant(let s)) = program.steps[0] {
        s
      } else {
        nil
      }
    }
    #expect(sleeps == [0.003, 0.009])
  }

  @Test("steps with state read, branch and write") func readsStatefulSteps() throws {
    let text = """
      Resources:
        Table:
          Type: AWS::DynamoDB::Table
          Properties:
            KeySchema: [{AttributeName: id, KeyType: HASH}]
            ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 7}
        Worker: {Type: AWS::Lambda::Function, Properties: {}}
      Simulation:
        version: 1
        services: {Api: {latency: 100ms}}
        output: {dir: results, period: 5m, messages: sample(1%), traces: 3}
        workloads: {orders: {into: Worker, arrivals: {process: constant, rate: 1/s}}}
        functions:
          Worker:
            perBatch:
              - parallel:
                  each: message
                  do:
                    - read: {to: Table}
                    - if:
                        when: not item.zipUrl
                        then:
                          - call: {service: Api, times: 3, timeout: 2s, retries: {max: 2, backoff: 100ms}}
                          - write: {to: Table, size: 2KiB, set: {zipUrl: 'yes', tries: 3}}
                        else: [{fail: {rate: 10%, name: again}}]
      """
    let compiled = try compile(["x.yaml": text], "x.yaml")
    #expect(compiled.output.directory == "results" && compiled.output.period == .minutes(5))
    #expect(compiled.system.output.messages == .sample(0.01) && compiled.system.output.traces == 3)
    guard case .steps(let program) = compiled.system.functions[0].handler, program.scope == .perBatch,
      case .parallelEach(let each) = program.steps[0], case .read(let read) = each[0],
      case .conditional(let when, let then, let otherwise) = each[1], case .call(let call) = then[0],
      case .write(let write) = then[1], case .fail(let rate, .always, "again") = otherwise[0]
    else {
      Issue.record("the steps became something else")
      return
    }
    #expect(read.table == 0 && read.consistent && when == .not(.truth(.item("zipUrl"))) && rate == 0.1)
    #expect(call.times == 3 && call.timeout == .seconds(2) && call.retries?.max == 2)
    #expect(call.retries?.backoff == .milliseconds(100) && write.size == .constant(2048))
    #expect(
      write.set.map(\.name) == ["zipUrl", "tries"] && write.set.map(\.value) == [.text("yes"), .number(3)])
  }

  @Test("explicit mappings, subscriptions and rules are deliveries too") func readsExplicitDeliveries() throws
  {
    let compiled = try Self.scenario(
      resources: """
          Other:
            Type: AWS::Lambda::Function
            Properties: {MemorySize: 1024, ReservedConcurrentExecutions: 5, Architectures: [arm64]}
          Mapping:
            Type: AWS::Lambda::EventSourceMapping
            Properties:
              EventSourceArn: !GetAtt Orders.Arn
              FunctionName: !Ref Other
              StartingPosition: TRIM_HORIZON
              MaximumRetryAttempts: 3
              MaximumRecordAgeInSeconds: 3600
              BisectBatchOnFunctionError: true
              Enabled: false
          Topic: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Other.Arn}]}}
          Subscription:
            Type: AWS::SNS::Subscription
            Properties: {TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Worker.Arn}
          Rule:
            Type: AWS::Events::Rule
            Properties: {ScheduleExpression: rate(1 hour), State: DISABLED, Targets: [{Id: a, Arn: !GetAtt Other.Arn}]}
          Invoke:
            Type: AWS::Lambda::EventInvokeConfig
            Properties: {FunctionName: !Ref Other, Qualifier: $LATEST, MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60}
        """, era: "now")
    let system = compiled.system
    let mapping = try #require(system.mappings.first { $0.logicalID == "Mapping" })
    #expect(mapping.function == 1 && mapping.batchSize == 100 && mapping.maximumRetryAttempts == 3)
    #expect(mapping.maximumRecordAge == .hours(1) && mapping.bisectBatchOnFunctionError && !mapping.enabled)
    #expect(system.mappings.first { $0.logicalID == "WorkerS" }?.startingPosition == .latest)
    #expect(system.subscriptions.map(\.function) == [1, 0])
    #expect(system.schedules.map(\.expression) == [.rate(minutes: 60)] && !system.schedules[0].enabled)
    let other = system.functions[1]
    #expect(other.memorySize == 1024 && other.reservedConcurrentExecutions == 5 && other.isArm)
    #expect(other.asyncMaximumRetryAttempts == 0 && other.asyncMaximumEventAge == .seconds(60))
  }

  @Test("the start of a run is a date in any zone") func readsTheStart() throws {
    func start(_ text: String) throws -> Int64 {
      try Self.scenario(simulation: "  run: {start: '\(text)'}").system.run.startEpochMinutes
    }
    #expect(try start("1970-01-01") == 0)
    #expect(try start("2000-03-01T00:00:00Z") == 951_868_800 / 60)
    #expect(try start("2016-08-19T20:30:00+02:00") == 1_471_631_400 / 60)
    #expect(throws: ScenarioError.self) { try start("2017-02-29") }
    #expect(throws: ScenarioError.self) { try start("19.8.2016") }
  }
}
