import Services

/// The keys of the `Simulation` block. Source: scenario format §3, §4, §8.
extension SchemaTable {
  package static let simulation: [PropertySchema] = [
    .init("version", .enumeration(["1"]), required: true, "format version"),
    .init("name", .string, default: "the file's name", "shown in outputs"),
    .init("description", .string, "shown in outputs"),
    .init("era", .string, default: "now", "now, a year or a month: preset of limits, prices and behaviour"),
    .init("region", .string, default: "us-east-1", "region, for limits and names"),
    .init("parameters", .names(.any), "values of the template's parameters"),
    .init("limits", .names(.either([.number, .boolean])), "overrides of single preset numbers"),
    .init("run", .object(run), "how long and how often"),
    .init("services", .names(.object(service)), "things outside AWS"),
    .init("workloads", .names(.object(workload)), "named message populations"),
    .init("functions", .names(.object(function)), "behaviour of handlers by logical id, '*' is the default"),
    .init("timeline", .list(.object(timelineEntry)), "changes while the clock runs"),
    .init("thresholds", .names(.list(.defined("threshold"))), "pass or fail rules"),
    .init(
      "knownFailures", .names(.list(.string)),
      "rules that a design is known to break, for 'highwater test', by variant; base is the file as it stands, '*' every design"
    ),
    .init(
      "expect",
      .object([
        .init(
          "alarms",
          .names(
            .object([
              .init(
                "state", .enumeration(["OK", "ALARM", "INSUFFICIENT_DATA"]), "state that the alarm enters"),
              .init("by", .quantity(.duration), "at the latest at this time"),
              .init("never", .boolean, "true: the alarm never enters ALARM"),
            ])), "by logical id")
      ]), "what alarms must do"),
    .init(
      "variants", .names(.any), "named patches of the whole scenario, compared on the same random numbers"),
    .init("sweep", .object(sweep), "the grid that 'highwater sweep' runs"),
    .init("output", .object(output), "where results go and how much is kept"),
    .init("include", .list(.string), "files merged first"),
  ]

  private static let run: [PropertySchema] = [
    .init("start", .string, default: "1970-01-01T00:00:00Z", "RFC 3339, for calendars and labels only"),
    .init("duration", .quantity(.duration), default: "1h", "how long messages arrive"),
    .init(
      "warmup", .either([.enumeration(["auto"]), .quantity(.duration)]), default: "0s",
      "values of messages created earlier are left out; auto finds out how long"),
    .init(
      "drain", .quantity(.duration), default: "24h", "time allowed afterwards until everything is settled"),
    .init("replications", .integer, in: 1...100_000, default: "10", "independent repetitions"),
    .init(
      "precision", .either([.string, .list(.string)]),
      "replicates until measures are this precise: 2%, or 'orders.Latency p(95)=5s' and the like"),
    .init(
      "replicationsMax", .integer, in: 10...100_000, default: "200", "most replications that precision takes"
    ),
    .init("seed", .integer, in: 0...9_223_372_036_854_774_784, default: "1", "seed of all random numbers"),
  ]

  static let service: [PropertySchema] = [
    .init(
      "kind", .enumeration(["api", "store"]), default: "api",
      "an API that is called, or a store that is taken from"),
    .init("latency", .distribution(.duration), default: "0", "time of an admitted call"),
    .init("maxConcurrent", .integer, in: 0...1_000_000_000, "calls in flight at once"),
    .init("maxRate", .quantity(.rate), "calls a second, with a burst of one second"),
    .init(
      "overLimit", .object(overLimit), default: "{reply: 429, after: 10ms}", "what happens beyond the limits"),
    .init("errorRate", .quantity(.share), default: "0%", "share of admitted calls answered with 500"),
    .init(
      "rateWindow", .quantity(.duration),
      "counts maxRate in windows of this length, which let twice as much through across their end"),
    .init(
      "underLoad",
      .object([
        .init("knee", .integer, in: 0...1_000_000_000, default: "0", "calls in service that take no longer"),
        .init("contention", .quantity(.share), default: "0%", "longer by this for each call beyond the knee"),
        .init(
          "coherency", .quantity(.share), default: "0%", "longer by this for each pair of calls in service"),
      ]), "latency that grows with the calls in service"),
    .init(
      "collapse",
      .object([
        .init(
          "from", .integer, in: 0...1_000_000_000, required: true, "calls in service up to which none fails"),
        .init(
          "dead", .integer, in: 1...1_000_000_000, required: true, "calls in service from which all fail"),
        .init("timeout", .quantity(.duration), default: "30s", "a failing call holds its place this long"),
      ]), "calls that fail with 503 when too many are in service, and hold their place all the same"),
    .init("bandwidth", .quantity(.rate), "bytes a second of one connection, for calls with a reply size"),
    .init("dedupe", .boolean, default: "false", "acts once for each message, however often it is called"),
  ]
  private static let overLimit: [PropertySchema] = [
    .init("reply", .integer, in: 400...599, default: "429", "HTTP status of the answer"),
    .init("after", .quantity(.duration), default: "10ms", "time until the answer"),
    .init(
      "queue", .quantity(.duration),
      "calls over maxConcurrent wait, first in first out, and are answered with reply (503) after this"),
    .init("suspend", .quantity(.duration), "the account is suspended this long"),
    .init(
      "tolerate", .integer, in: 0...1_000_000_000, default: "0", "calls over the limit before the suspension"),
  ]

  private static let workload: [PropertySchema] = [
    .init("into", .string, required: true, "where messages go: store, topic, stream or function"),
    .init("arrivals", .object(arrivals), required: true, "when messages come"),
    .init("size", .distribution(.size), default: "1KiB", "bytes of a message"),
    .init(
      "key", .either([.string]), default: "uniform",
      "uniform, constant, zipf(s=... keys=...) or a field's name"),
    .init("fields", .names(.distribution(.measure)), "values that conditions and handlers see"),
    .init("producer", .object(producer), "how messages are put into a stream"),
  ]
  private static let producer: [PropertySchema] = [
    .init(
      "retry", .enumeration(ProducerSpec.Retry.allCases.map(\.rawValue)), default: "sdk",
      "what happens to rejected records: the SDK repeats a PutRecord but no entry of a PutRecords, none is lost at once, until-accepted sends again"
    ),
    .init("batch", .integer, in: 1...10_000, default: "1", "records of one PutRecords call; 1 is PutRecord"),
    .init("linger", .quantity(.duration), default: "0s", "how long a record waits for others"),
  ]
  private static let arrivals: [PropertySchema] = [
    .init(
      "process", .enumeration(["constant", "poisson", "mmpp", "backlog", "trace", "counts", "schedule"]),
      required: true,
      "kind of arrival process"),
    .init("rate", .quantity(.rate), "constant and poisson: messages a second"),
    .init("startRate", .quantity(.rate), "poisson: rate at time zero"),
    .init(
      "stages",
      .list(
        .object([
          .init("duration", .quantity(.duration), required: true, "length of the stage"),
          .init("target", .quantity(.rate), required: true, "rate at its end"),
        ])), "poisson: rates, linear between the targets"),
    .init(
      "states",
      .list(
        .object([
          .init("rate", .quantity(.rate), required: true, "rate of the state"),
          .init("stay", .quantity(.duration), required: true, "mean stay in the state"),
        ])), "mmpp: states in a ring"),
    .init(
      "count", .integer, in: 1...1_000_000_000, "backlog: messages waiting; schedule: messages each time"),
    .init("sendRate", .quantity(.rate), "backlog: rate of release"),
    .init(
      "file", .string,
      "trace: CSV with a row for each message; counts: CSV or CloudWatch JSON with a count for each period"),
    .init(
      "columns",
      .object([
        .init("time", .string, default: "time_s, time_ms, timestamp, ...", "column of the times"),
        .init("size", .string, default: "size_bytes", "trace: column of the sizes [bytes]"),
        .init("key", .string, default: "key", "trace: column of the partition keys"),
        .init("value", .string, default: "Sum", "counts: column, statistic or series of the counts"),
      ]), "trace and counts: names of columns"),
    .init(
      "unit", .enumeration(TimeUnit.allCases.map(\.rawValue)), default: "by name and first row",
      "trace and counts: unit of the times; iso are dates with times of day"),
    .init(
      "origin", .string, default: "the first row",
      "trace and counts: instant that is time zero, or start for that of run.start; earlier rows are left out"
    ),
    .init(
      "speed", .number, in: 0.000_001...1_000_000, default: "1",
      "trace and counts: how much faster time passes"),
    .init("at", .quantity(.duration), default: "0s", "trace and counts: when the file begins"),
    .init(
      "loop", .either([.boolean, .quantity(.duration)]), default: "false",
      "trace and counts: begins again at its end; of a trace also after a duration"),
    .init("sort", .boolean, default: "false", "trace: puts the rows in order of time"),
    .init("period", .quantity(.duration), default: "that of the rows", "counts: length of the periods"),
    .init(
      "within", .enumeration(CountsPlacement.allCases.map(\.rawValue)), default: "poisson",
      "counts: Poisson at the rate of the period; or exactly the count, anywhere in the period or evenly"),
    .init("expression", .string, "schedule: cron(...) or rate(...)"),
    .init(
      "scale", .number, in: 0...1_000_000_000, default: "1",
      "factor on all rates of the process, also on those of 'within: poisson'; its shape and its draws stay"),
  ]

  private static let function: [PropertySchema] = [
    .init("coldStart", .distribution(.duration), default: "preset of the era", "time that a cold start adds"),
    .init("handler", .string, "name of a registered Swift handler"),
    .init("config", .names(.any), "settings of that handler"),
    .init("perInvocation", .defined("steps"), "steps of an invocation without messages of its own"),
    .init("perBatch", .defined("steps"), "steps once for a batch"),
    .init("perMessage", .defined("steps"), "steps for each message of a batch, in order"),
    .init("errors", .list(.object(errorRule)), "what raises errors, and which are caught"),
  ]
  static let errorRule: [PropertySchema] = [
    .init("when", .condition, required: true, "condition on the message or the call"),
    .init("at", .string, "the service whose call raises the error"),
    .init("raise", .boolean, default: "true", "false switches the rule off"),
    .init("catch", .boolean, default: "false", "true: logged, and the handler goes on"),
    .init("name", .string, default: "error", "name in logs and reasons"),
  ]
  private static let timelineEntry: [PropertySchema] = [
    .init("at", .quantity(.duration), required: true, "time of the change"),
    .init("for", .quantity(.duration), "the change is taken back after this"),
    .init("set", .names(.any), required: true, "path: value"),
    .init("note", .string, "shown in outputs"),
  ]
  static let sweep: [PropertySchema] = [
    .init("axes", .names(.object(axis)), "settings that take several values, by the name of their column"),
    .init(
      "measures", .list(.string),
      "quantities shown beside the thresholds, such as 'orders.Latency p(95)' or cost.Monthly"),
  ]
  static let axis: [PropertySchema] = [
    .init("set", .string, "path of the setting, whole or in the short form of --set"),
    .init("values", .list(.any), "its values"),
    .init(
      "range",
      .object([
        .init("from", .either([.number, .string]), required: true, "first value, with its unit"),
        .init("to", .either([.number, .string]), required: true, "last value, with the same unit"),
        .init(
          "steps", .integer, in: 2...100_000, default: "every whole number", "values, both ends included"),
        .init(
          "scale", .enumeration(["linear", "log"]), default: "linear", "equal differences or equal ratios"),
      ]), "values between two ends"),
    .init(
      "toggle", .list(.string),
      "resources, services or workloads: the first 1, 2, ... of them are there, the others are not"),
  ]
  private static let output: [PropertySchema] = [
    .init("dir", .string, default: "out/", "folder of the results"),
    .init("period", .quantity(.duration), default: "60s", "width of the buckets, whole minutes"),
    .init("messages", .string, default: "all", "all, sample(0.01) or none"),
    .init("traces", .integer, in: 0...1_000_000, default: "20", "messages of each workload that leave spans"),
  ]

  /// Kinds that contain themselves or stand in several places.
  package static func definition(_ name: String) -> SchemaKind {
    switch name {
    case "steps": .list(.oneKey(step))
    case "threshold":
      .either([
        .thresholdExpression,
        .object([
          .init("assert", .thresholdExpression, required: true, "the rule"),
          .init(
            "across", .enumeration(["every", "mean", "ci95"]), default: "every", "how replications count"),
          .init("after", .quantity(.duration), "values before this are left out"),
          .init(
            "severity", .enumeration(["error", "warning"]), default: "error", "whether a miss fails the run"),
          .init("abortOnFail", .boolean, default: "false", "stop the remaining replications"),
        ]),
      ])
    default: preconditionFailure("no definition '\(name)'")
    }
  }
  package static let definitionNames = ["steps", "threshold"]

  private static let step: [PropertySchema] = [
    .init(
      "call",
      .object([
        .init("service", .string, required: true, "the service"),
        .init(
          "times", .integer, in: 1...1_000_000, default: "1", "calls in a row; the last one has the effect"),
        .init(
          "reply", .lawOrField(.size), "size of the answer, or a numeric field; takes time by the bandwidth"),
        .init("timeout", .quantity(.duration), "the caller gives up after this"),
        .init(
          "retries",
          .either([
            .integer,
            .object([
              .init("max", .integer, in: 0...1000, required: true, "further attempts"),
              .init("backoff", .quantity(.duration), default: "1s", "pause before each"),
            ]),
          ]), "further attempts after a failed call"),
      ]), "calls a service"),
    .init(
      "send",
      .object([
        .init("to", .string, required: true, "topic, stream, store or function"),
        .init(
          "each", .boolean, default: "true",
          "true: the messages that the step holds travel on; false: one new message about the first of them"),
        .init("batch", .integer, in: 1...10_000, default: "1", "messages of one API call"),
        .init("time", .distribution(.duration), default: "preset of the era", "time of one API call"),
        .init("size", .distribution(.size), default: "size of the message", "bytes of what is sent"),
        .init("key", .string, default: "key of the message", "constant text, or a field's name"),
        .init("resend", .boolean, default: "true", "whether rejected entries of a batch are sent again"),
      ]), "passes messages on"),
    .init(
      "take",
      .object([
        .init("from", .string, required: true, "the store"),
        .init("max", .either([.integer, .enumeration(["all"])]), default: "all", "messages at most"),
      ]), "takes messages from a store"),
    .init(
      "read",
      .object([
        .init("to", .string, "the table or bucket"),
        .init("from", .string, "the table or bucket"),
        .init("size", .any, effect: .none, "size of the item; the table knows it"),
        .init("count", .integer, in: 1...1, default: "1", "items; only 1 is modelled"),
        .init("consistent", .boolean, default: "true", "strong or eventual"),
      ]), "reads the item of the message, or the object under its id"),
    .init(
      "write",
      .object([
        .init("to", .string, required: true, "the table or bucket"),
        .init(
          "size", .lawOrField(.size), default: "1KiB",
          "bytes of the item or object; for objects also a field's name"),
        .init("count", .integer, in: 1...1, default: "1", "items; only 1 is modelled"),
        .init("set", .names(.either([.string, .number])), "attributes of the item"),
      ]), "writes the item of the message, or an object under its id"),
    .init(
      "invoke",
      .object([
        .init("function", .string, required: true, "logical id"),
        .init("async", .boolean, default: "false", "do not wait for the answer"),
      ]), "invokes a function"),
    .init(
      "compute", .lawOrField(.duration),
      "CPU time at one whole CPU, scaled by MemorySize; a numeric field is a time that the message brings"),
    .init("sleep", .lawOrField(.duration), "waits; a numeric field is a time that the message brings"),
    .init(
      "parallel",
      .object([
        .init("each", .enumeration(["message"]), "once for each message, at the same time"),
        .init("do", .defined("steps"), "steps of each"),
        .init("branches", .list(.defined("steps")), "lists of steps that run at the same time"),
      ]), "runs steps at the same time"),
    .init(
      "if",
      .object([
        .init("when", .condition, required: true, "condition"),
        .init("then", .defined("steps"), required: true, "steps when it holds"),
        .init("else", .defined("steps"), "steps otherwise"),
      ]), "runs steps on a condition"),
    .init(
      "fail",
      .object([
        .init("rate", .quantity(.share), default: "100%", "share of the times"),
        .init("when", .condition, "condition"),
        .init("name", .string, default: "failure", "name in logs and reasons"),
      ]), "raises an error"),
  ]
}
