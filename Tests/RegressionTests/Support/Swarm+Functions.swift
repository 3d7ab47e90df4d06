/// The functions of a random scenario and what lies behind them.
extension Swarm {
  mutating func addTable() {
    guard features.hasTable else { return }
    let units =
      "{ReadCapacityUnits: \(generator.pick([1, 5, 100])), WriteCapacityUnits: \(generator.pick([1, 5, 100]))}"
    resources += """
        Table:
          Type: AWS::DynamoDB::Table
          Properties:
            AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
            KeySchema: [{AttributeName: id, KeyType: HASH}]
            \(generator.chance(0.3) ? "BillingMode: PAY_PER_REQUEST" : "ProvisionedThroughput: \(units)")

      """
  }

  /// Where given-up messages go: they end there, unless a function consumes them.
  mutating func addDeadLetterQueue() {
    if generator.chance(0.4) {
      addConsumedQueue("Dead", consumer: "Redeemer", isDeep: true)
    } else {
      resources += "  Dead: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 1209600}}\n"
    }
  }

  /// What functions pass messages on to.
  mutating func addDeepLayer() {
    if features.hasDeepFunction {
      addFunction("Leaf", events: nil, scope: "perMessage", isDeep: true, asynchronous: true)
      deepSteps += [
        "{invoke: {function: Leaf}}", "{invoke: {function: Leaf, async: true}}", "{send: {to: Leaf}}",
      ]
    }
    if features.hasDeepQueue {
      addConsumedQueue("Later", consumer: "LaterPuller", isDeep: true)
      deepSteps += ["{send: {to: Later}}", "{send: {to: Later, each: false}}"]
    }
    if features.hasBucket {
      var notifications = ""
      if generator.chance(0.5) {
        addFunction("Indexer", events: nil, scope: "perMessage", isDeep: true, asynchronous: true)
        notifications =
          "LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt Indexer.Arn}]"
      } else if features.hasDeepQueue, generator.chance(0.5) {
        notifications = "QueueConfigurations: [{Event: 's3:ObjectCreated:*', Queue: !GetAtt Later.Arn}]"
      }
      let properties =
        notifications.isEmpty ? "" : ", Properties: {NotificationConfiguration: {\(notifications)}}"
      resources += "  Bucket: {Type: AWS::S3::Bucket\(properties)}\n"
      deepSteps += [
        "{write: {to: Bucket, size: \(generator.pick(["10KiB", "5MB"]))}}", "{read: {from: Bucket}}",
      ]
      if features.hasTimeline, generator.chance(0.4) {
        changes.append("{at: 50s, for: 30s, set: {Simulation.outages.Bucket: true}}")
      }
    }
    if features.hasArchive {
      let interval = generator.pick([0, 60, 300])
      resources += """
          Lake: {Type: AWS::S3::Bucket}
          Archive:
            Type: AWS::KinesisFirehose::DeliveryStream
            Properties:
              ExtendedS3DestinationConfiguration:
                BucketARN: !GetAtt Lake.Arn
                RoleARN: arn:aws:iam::123456789012:role/archive
                BufferingHints: {IntervalInSeconds: \(interval), SizeInMBs: 1}

        """
      deepSteps.append("{send: {to: Archive}}")
      if features.hasTimeline, generator.chance(0.4) {
        changes.append("{at: 50s, for: 90s, set: {Simulation.outages.Lake: true}}")
      }
    }
  }

  /// A function and its steps; returns its timeout [s].
  ///
  /// - Parameters:
  ///   - isDeep: It passes nothing on.
  ///   - asynchronous: Events reach it by its asynchronous queue, whose settings are drawn too.
  @discardableResult
  mutating func addFunction(
    _ name: String, events: String?, scope: String, isDeep: Bool = false, asynchronous: Bool = false
  ) -> Int {
    let timeout = declare(name, events: events, asynchronous: asynchronous)
    var steps = [generator.pick(["{compute: exp(mean=20ms)}", "{sleep: exp(mean=300ms)}", "{sleep: 10ms}"])]
    if features.hasTable, generator.chance(0.7) {
      steps.append("{read: {from: Table}}")
      steps.append("{write: {to: Table, size: \(generator.pick(["500B", "3KiB"])), set: {seen: 1}}}")
    }
    if features.hasPartner, generator.chance(0.8) {
      var call = "service: Partner, times: \(generator.pick([1, 1, 3]))"
      if generator.chance(0.3) { call += ", timeout: \(generator.pick(["200ms", "2s"]))" }
      if generator.chance(0.3) { call += ", retries: {max: 2, backoff: 500ms}" }
      steps.append("{call: {\(call)}}")
    }
    if features.hasPoison { steps.append("{fail: {when: state == 'poison', name: poison}}") }
    if !isDeep, !deepSteps.isEmpty, generator.chance(0.7) { steps.append(onward()) }
    if features.hasErrors, generator.chance(0.5) {
      steps.append("{fail: {rate: \(generator.pick([5, 30]))%, name: fault}}")
    }
    if scope == "perBatch", generator.chance(0.5) {
      steps = ["{parallel: {each: message, do: [\(steps.joined(separator: ", "))]}}"]
    }
    functions += "    \(name):\n      coldStart: \(generator.pick(["0s", "lognormal(mean=900ms cv=0.4)"]))\n"
    functions += "      \(scope): [\(steps.joined(separator: ", "))]\n"
    if features.hasErrors, generator.chance(0.5) {
      functions += "      errors: [{when: call.failed, catch: true}]\n"
    }
    return timeout
  }

  /// To one target of the deep layer, or to two of them one after the other or at the same time.
  private mutating func onward() -> String {
    let first = generator.pick(deepSteps)
    let second = generator.pick(deepSteps)
    return generator.pick([first, "\(first), \(second)", "{parallel: {branches: [[\(first)], [\(second)]]}}"])
  }

  /// The resource of a function; returns its timeout [s].
  @discardableResult
  mutating func declare(_ name: String, events: String?, asynchronous: Bool = false) -> Int {
    names.append(name)
    let timeout = generator.pick([3, 20, 60])
    var settings = ""
    if features.hasLimits, generator.chance(0.3) {
      let places = generator.pick([1, 2, 10])
      if reserved + places < 100 {
        reserved += places
        settings += "      ReservedConcurrentExecutions: \(places)\n"
      }
    }
    if asynchronous, generator.chance(0.4) {
      let destination =
        features.hasDeadLetters && generator.chance(0.6)
        ? ", DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Dead.Arn}}" : ""
      settings +=
        "      EventInvokeConfig: {MaximumRetryAttempts: \(generator.pick([0, 1, 2])), MaximumEventAgeInSeconds: \(generator.pick([60, 600]))\(destination)}\n"
    } else if asynchronous, features.hasDeadLetters, generator.chance(0.6) {
      settings += "      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}\n"
    }
    resources += """
        \(name):
          Type: AWS::Serverless::Function
          Properties:
            Handler: index.handler
            Runtime: nodejs22.x
            CodeUri: src/
            Timeout: \(timeout)
            MemorySize: \(generator.pick([128, 512, 2048]))
      \(events.map { "      Events: \($0)\n" } ?? "")\(settings)
      """
    return timeout
  }
}
