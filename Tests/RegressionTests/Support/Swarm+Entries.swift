/// Where messages enter a random scenario, and what reads them there.
extension Swarm {
  /// A pattern over the fields of the workloads.
  private mutating func pattern() -> String {
    generator.pick([
      #"{"state": ["good"]}"#, #"{"state": [{"anything-but": "poison"}]}"#,
      #"{"grade": [{"numeric": [">", 3]}]}"#, #"{"state": [{"prefix": "g"}], "grade": [{"exists": true}]}"#,
    ])
  }

  private mutating func criteria(under part: String) -> String {
    guard features.hasFilters, generator.chance(0.5) else { return "" }
    return ", FilterCriteria: {Filters: [{Pattern: '{\"\(part)\": \(pattern())}'}]}"
  }

  mutating func addStream() -> String {
    let shardCount = generator.pick([1, 2, 4])
    resources += "  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: \(shardCount)}}\n"
    for index in 0..<features.readerCount { addReader("Reader\(index)") }
    if features.hasTimeline, generator.chance(0.5) {
      let changed = shardCount == 1 || generator.chance(0.5) ? 2 * shardCount : shardCount / 2
      changes.append("{at: 30s, set: {Resources.Stream.Properties.ShardCount: \(changed)}}")
    }
    return "Stream"
  }

  private mutating func addReader(_ name: String) {
    var source = "Stream.Arn"
    if generator.chance(0.25) {
      // Enhanced fan-out.
      source = "Consumer\(name).ConsumerARN"
      resources += """
          Consumer\(name):
            Type: AWS::Kinesis::StreamConsumer
            Properties: {StreamARN: !GetAtt Stream.Arn, ConsumerName: \(name)}

        """
    }
    var properties = "Stream: !GetAtt \(source), StartingPosition: TRIM_HORIZON"
    properties += ", BatchSize: \(generator.pick([1, 3, 10, 100]))"
    properties += ", MetricsConfig: {Metrics: [EventCount]}"
    if generator.chance(0.5) { properties += ", MaximumRetryAttempts: \(generator.pick([0, 1, 3]))" }
    if generator.chance(0.2) { properties += ", MaximumRecordAgeInSeconds: \(generator.pick([60, 300]))" }
    if generator.chance(0.4) { properties += ", BisectBatchOnFunctionError: true" }
    if generator.chance(0.3) {
      properties += ", MaximumBatchingWindowInSeconds: \(generator.pick([1, 5, 30]))"
    }
    if generator.chance(0.3) {
      properties +=
        generator.chance(0.5)
        ? ", ParallelizationFactor: \(generator.pick([2, 5, 10]))"
        : ", TumblingWindowInSeconds: \(generator.pick([10, 60]))"
    }
    if generator.chance(0.3) { properties += ", FunctionResponseTypes: [ReportBatchItemFailures]" }
    properties += criteria(under: "data")
    if features.hasDeadLetters, generator.chance(0.5) {
      properties += ", DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}"
    }
    let scope = generator.pick(["perMessage", "perBatch"])
    addFunction(name, events: "{S: {Type: Kinesis, Properties: {\(properties)}}}", scope: scope)
  }

  mutating func addQueue() -> String {
    addConsumedQueue("Jobs", consumer: "Puller", isDeep: false)
    return "Jobs"
  }

  /// A queue and the function that a mapping invokes with its messages.
  mutating func addConsumedQueue(_ name: String, consumer: String, isDeep: Bool) {
    var properties = "Queue: !GetAtt \(name).Arn"
    let batch = generator.pick([1, 5, 10, 40])
    properties += ", BatchSize: \(batch)"
    if batch > 10 || generator.chance(0.3) {
      properties += ", MaximumBatchingWindowInSeconds: \(generator.pick([1, 5, 20]))"
    }
    if generator.chance(0.4) {
      properties += ", ScalingConfig: {MaximumConcurrency: \(generator.pick([2, 5]))}"
    } else if generator.chance(0.2) {
      properties +=
        ", ProvisionedPollerConfig: {MinimumPollers: 2, MaximumPollers: \(generator.pick([2, 20]))}"
    }
    if generator.chance(0.4) { properties += ", FunctionResponseTypes: [ReportBatchItemFailures]" }
    properties += criteria(under: "body")
    let timeout = addFunction(
      consumer, events: "{Q: {Type: SQS, Properties: {\(properties)}}}",
      scope: generator.pick(["perMessage", "perBatch"]), isDeep: isDeep)
    var settings = "VisibilityTimeout: \(timeout * generator.pick([1, 2, 6]))"
    settings += ", MessageRetentionPeriod: \(generator.pick([60, 300, 3600]))"
    if generator.chance(0.2) { settings += ", DelaySeconds: \(generator.pick([1, 30]))" }
    if name != "Dead", features.hasDeadLetters, generator.chance(0.7) {
      settings +=
        ", RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: \(generator.pick([1, 2, 5]))}"
    }
    resources += "  \(name): {Type: AWS::SQS::Queue, Properties: {\(settings)}}\n"
    if features.hasTimeline, generator.chance(0.3) {
      changes.append("{at: 40s, for: 50s, set: {Simulation.outages.\(name): true}}")
    }
    if features.hasTimeline, generator.chance(0.2) {
      changes.append(
        "{at: 20s, for: 1m, set: {Resources.\(consumer).Properties.Events.Q.Properties.Enabled: false}}")
    }
  }

  mutating func addTopic() -> String {
    resources += "  Topic: {Type: AWS::SNS::Topic}\n"
    for index in 0..<generator.pick([1, 2]) {
      let policy = subscriptionSettings()
      addFunction(
        "Subscriber\(index)", events: "{M: {Type: SNS, Properties: {Topic: !Ref Topic\(policy)}}}",
        scope: "perMessage", asynchronous: true)
    }
    if features.hasQueue, generator.chance(0.6) {
      let policy = subscriptionSettings()
      resources += """
          Fan:
            Type: AWS::SNS::Subscription
            Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Jobs.Arn\(policy)}

        """
    }
    return "Topic"
  }

  private mutating func subscriptionSettings() -> String {
    var text = ""
    if features.hasFilters, generator.chance(0.6) { text += ", FilterPolicy: \(pattern())" }
    if features.hasDeadLetters, generator.chance(0.4) {
      text += ", RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn}"
    }
    return text
  }

  mutating func addFetcher(to destinations: [String]) {
    let target = destinations.isEmpty ? nil : generator.pick(destinations)
    var steps = ["{take: {from: Store, max: \(generator.pick(["all", "20", "200"]))}}"]
    if let target {
      let batch = target == "Worker" ? 1 : generator.pick([1, 5, 10])
      let resend = generator.pick(["true", "true", "false"])
      let send = "{send: {to: \(target), each: true, batch: \(batch), resend: \(resend)}}"
      // To two targets at once, one of which may refuse while the other has taken its copy.
      steps.append(
        deepSteps.isEmpty || generator.chance(0.7)
          ? send : "{parallel: {branches: [[\(send)], [\(generator.pick(deepSteps))]]}}")
    }
    if features.hasErrors, generator.chance(0.3) { steps.append("{fail: {rate: 30%, name: fetch-failed}}") }
    declare("Fetcher", events: "{T: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}}")
    functions += "    Fetcher: {coldStart: 100ms, perInvocation: [\(steps.joined(separator: ", "))]}\n"
  }
}
