import Statistics

/// Serverless building blocks: batches, cold starts, retries, shards.
enum ServerlessAnswers {
  static func value(_ answer: KnownAnswer) throws -> AnswerValue {
    switch answer.category {
    case "bulk": .number(try bulk(answer))
    case "polling": .number(try polling(answer))
    case "retrial": .number(try retrial(answer))
    case "coldstart": .number(try coldStart(answer))
    case "semantics": .number(try semantics(answer))
    default: .number(try design(answer))
    }
  }

  private static func bulk(_ answer: KnownAnswer) throws -> Double {
    switch answer.model {
    case "M/M^[1,b]/1, batch closed at start":
      let queue = try BulkServiceQueue(
        arrivalRate: try answer.number("lambda"), batchRate: try answer.number("batch_service_rate"),
        batchMax: try answer.integer("batch_max"))
      switch answer.quantity {
      case "mean wait of a record before its batch starts": return queue.meanWait
      case "probability that the server is idle": return queue.idleProbability
      case "mean batch size": return queue.meanBatch
      default: throw answer.unanswered()
      }
    case "M/D(n)^[1,B]/1":
      let service = try answer.fields("service")
      let queue = try BatchTimeQueue(
        arrivalRate: try answer.number("lambda"), batchMax: try answer.integer("batch_max"),
        overhead: try answer.require(service["overhead"]?.number),
        perRecord: try answer.require(service["per_record"]?.number))
      switch answer.quantity {
      case "mean wait of a record before its batch starts": return queue.meanWait
      case "fraction of time idle": return queue.idleProbability
      case "mean batch size": return queue.meanBatch
      default: throw answer.unanswered()
      }
    case "batching window, Poisson arrivals":
      let batching = try BatchingWindow(
        arrivalRate: try answer.number("lambda"), window: try answer.number("window"),
        batchMax: try answer.integer("batch_max"))
      switch answer.quantity {
      case "mean batch size": return batching.meanBatch
      case "mean time a message waits for its batch to close": return batching.meanWait
      case "invocations per second": return batching.invocationRate
      default: throw answer.unanswered()
      }
    case "M^[X]/M/1":
      guard try answer.text("batch") == "fixed batches of 5" else { throw answer.unanswered() }
      let queue = try BatchArrivalQueue(
        batchRate: try answer.number("batch_rate"), serviceRate: try answer.number("mu"), meanBatch: 5,
        meanSquareBatch: 25)
      switch answer.quantity {
      case "mean number in system": return queue.meanNumber
      case "mean sojourn time": return queue.meanSojourn
      default: throw answer.unanswered()
      }
    default: throw answer.unanswered()
    }
  }

  private static func polling(_ answer: KnownAnswer) throws -> Double {
    guard answer.model.hasSuffix("gated") else { throw answer.unanswered() }
    return try SymmetricPolling(
      queues: try answer.integer("queues"), arrivalRateEach: try answer.number("lambda_each"),
      service: try answer.law("service"), switchover: try answer.law("switchover")
    ).gatedMeanWait
  }

  private static func retrial(_ answer: KnownAnswer) throws -> Double {
    let queue = try RetrialQueue(
      arrivalRate: try answer.number("lambda"), serviceRate: try answer.number("mu"),
      servers: try answer.integer("servers"), retryRate: try answer.number("retry_rate"))
    switch answer.quantity {
    case "mean number waiting to retry": return queue.meanOrbit
    case "mean time before service starts": return queue.meanWait
    default: throw answer.unanswered()
    }
  }

  private static func coldStart(_ answer: KnownAnswer) throws -> Double {
    let rate = try answer.number("lambda")
    switch answer.model {
    case "single-concurrency worker with idle timeout":
      let worker = try SingleWorkerColdStarts(
        arrivalRate: rate, service: try answer.law("service"), coldExtra: try answer.law("cold_extra"),
        keepAlive: try answer.number("keep_alive"))
      switch answer.quantity {
      case "fraction of requests that see a cold start": return worker.coldFraction
      case "mean waiting time in queue": return worker.meanWait
      case "mean sojourn time": return worker.meanSojourn
      default: throw answer.unanswered()
      }
    case "M/G/1/1 with idle timeout (same service cold or warm)":
      guard answer.quantity == "rejected fraction" else { throw answer.unanswered() }
      return try ErlangB.blocking(
        offeredLoad: rate * answer.number("mean_service"), servers: try answer.integer("concurrency"))
    case "M/M/infinity with instance pool, MRU reuse, fixed keep-alive":
      let pool = try PooledColdStarts(
        arrivalRate: rate, meanService: try answer.number("mean_service"),
        keepAlive: try answer.number("keep_alive"))
      switch answer.quantity {
      case "cold fraction": return pool.coldFraction
      case "mean number of live instances": return pool.meanInstances
      default: throw answer.unanswered()
      }
    case "unlimited pool, exponential keep-alive, cold slower than warm":
      let pool = try ExponentialKeepAlivePool(
        arrivalRate: rate, meanWarmService: try answer.number("mean_service_warm"),
        meanColdService: try answer.number("mean_service_cold"),
        meanKeepAlive: try answer.number("mean_keep_alive"))
      switch answer.quantity {
      case "cold fraction": return pool.coldFraction
      case "mean number of idle instances": return pool.meanIdleInstances
      default: throw answer.unanswered()
      }
    default: throw answer.unanswered()
    }
  }

  private static func semantics(_ answer: KnownAnswer) throws -> Double {
    func limit() throws -> ReceiveLimit {
      try ReceiveLimit(
        failureProbability: try answer.number("failure_probability"),
        receivesMax: try answer.integer("max_receives"))
    }
    func shards() throws -> ShardedWorkers {
      guard try answer.text("keys") == "uniform" else { throw answer.unanswered() }
      return try ShardedWorkers(
        arrivalRate: try answer.number("lambda"), serviceRate: try answer.number("mu"),
        shardCount: try answer.integer("shards"))
    }
    switch answer.quantity {
    case "offered concurrency including retries":
      return try limit().offeredLoad(
        arrivalRate: try answer.number("lambda"), meanService: try answer.number("mean_service"))
    case "probability that a message is dead-lettered": return try limit().deadLetterProbability
    case "mean number of attempts": return try limit().meanReceives
    case "probability that a batch fails":
      return try ReceiveLimit.batchFailure(
        recordFailure: try answer.number("record_failure"), records: try answer.integer("batch"))
    case "mean waiting time in queue": return try shards().meanWait
    case "ratio of mean waits": return try shards().waitRatioToSharedPool()
    case "mean time to the last completion":
      return try ForkJoin.unlimitedMeanSojourn(
        meanService: try answer.law("service").mean, branches: try answer.integer("branches"))
    case "mean sojourn time (both parts done)":
      return try ForkJoin.meanSojourn(
        arrivalRate: try answer.number("lambda"), serviceRate: try answer.number("mu"),
        branches: try answer.integer("branches"))
    default: throw answer.unanswered()
    }
  }

  private static func design(_ answer: KnownAnswer) throws -> Double {
    let rate = try answer.number("lambda")
    let mean = try answer.law("api_time").mean
    let limit = try answer.integer("limit")
    if answer.quantity == "fraction lost" {
      return try ErlangB.blocking(offeredLoad: rate * mean, servers: limit)
    }
    let queue = try MMcQueue(arrivalRate: rate, serviceRate: 1 / mean, servers: limit)
    switch answer.quantity {
    case "mean time from order to finished call": return queue.meanSojourn
    case "p99 time from order to finished call":
      return try queue.sojournQuantile(try answer.number("quantile"))
    default: throw answer.unanswered()
    }
  }
}
