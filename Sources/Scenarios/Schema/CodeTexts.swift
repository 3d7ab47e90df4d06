/// The long texts of the diagnostics' codes.
enum CodeTexts {
  struct Entry: Sendable {
    var code: String
    var title: String
    var text: String
    init(_ code: String, _ title: String, _ text: String) {
      self.code = code
      self.title = title
      self.text = text
    }
  }

  static let all: [Entry] = yaml + template + simulation + simulationNames + dataFiles + eras + gaps + advice

  private static let yaml: [Entry] = [
    .init(
      "Y101", "file cannot be read",
      "A file that the scenario names does not exist, is a folder or cannot be read. Paths are relative to the file that names them."
    ),
    .init(
      "Y102", "file too large",
      "Scenario files may have 5 MiB. Put message lists into a trace (CSV), which has no such limit."),
    .init(
      "Y103", "not a text",
      "The file is not UTF-8, or holds a NUL or another character that YAML does not allow."),
    .init(
      "Y104", "empty file",
      "The file holds nothing but blanks and comments. A scenario needs at least a Simulation block."),
    .init(
      "Y105", "YAML syntax",
      "The text is not YAML. Frequent reasons: a value with ': ' or ' #' inside needs quotes; indentation differs between neighbours; a bracket is not closed."
    ),
    .init("Y106", "tab", "YAML allows only blanks for indentation."),
    .init("Y107", "several documents", "A scenario is one document; '---' may stand only at the beginning."),
    .init(
      "Y108", "duplicate key", "The same key appears twice in one mapping; only one of them could count."),
    .init("Y109", "nested too deep", "Mappings and lists are nested deeper than 100 levels."),
    .init(
      "Y110", "too many nodes",
      "Aliases multiply what they stand for: written out, the file has more than 500,000 nodes."),
    .init("Y111", "unknown anchor", "An alias (*name) needs its anchor (&name) before it."),
    .init(
      "Y112", "unknown tag",
      "Known tags are the short intrinsic functions of CloudFormation: !Ref, !GetAtt, !Sub, !Join, !If and so on."
    ),
    .init("Y113", "key is not a word", "A key is one word or a quoted text."),
    .init("Y114", "merge key", "'<<' takes a mapping or a list of mappings."),
    .init("Y115", "not a mapping", "A scenario, and each of its variants, is a mapping of keys."),
    .init("Y120", "path expected", "extends, include and Template take relative paths."),
    .init(
      "Y121", "circle of files", "Files that extend or include each other in a circle have no beginning."),
    .init(
      "Y122", "path outside the project",
      "Files must lie inside the project: the nearest folder with a .git, otherwise the parent of the scenario's folder. Absolute paths are refused."
    ),
    .init("Y123", "unknown variant", "The variant is not one of Simulation.variants."),
    .init("Y124", "setting without value", "--set takes PATH=VALUE, with one YAML value."),
    .init(
      "Y125", "path leads nowhere",
      "--set changes what exists; new keys are allowed only in open mappings such as limits or workloads."),
    .init("Y126", "ambiguous path", "The short form of --set fits several places: write the whole path."),
  ]

  private static let template: [Entry] = [
    .init("T201", "malformed resource", "A resource is a mapping with Type and Properties."),
    .init(
      "T202", "unknown key of a resource",
      "Beside Type and Properties a resource has Condition, DependsOn, Metadata and the deployment policies."),
    .init(
      "T203", "unknown property",
      "CloudFormation has no such property for the type; a deployment would fail. Properties that exist and are not modelled are accepted and reported as M510 or M513."
    ),
    .init("T204", "malformed intrinsic function", "The function got an argument of the wrong shape."),
    .init(
      "T205", "parameter without value",
      "A parameter without Default needs a value under Simulation.parameters."),
    .init(
      "T206", "bad parameter value",
      "The value is not allowed by the parameter's declaration, or the template has no such parameter."),
    .init(
      "T207", "unknown resource",
      "A reference names something that is neither a resource nor a parameter of the template."),
    .init("T208", "resource left out", "The reference leads to a resource whose Condition is false."),
    .init("T209", "unknown condition", "The condition is not declared, or depends on itself."),
    .init(
      "T210", "unit in the template",
      "CloudFormation's numbers have fixed units: seconds, megabytes, hours. Unit literals such as 2m belong under Simulation."
    ),
    .init("T211", "index outside the list", "Fn::Select counts from 0."),
    .init("T212", "unknown function", "There is no intrinsic function of this name."),
    .init("T213", "DependsOn", "DependsOn takes the logical id of a resource, or a list of them."),
    .init("T214", "malformed event", "An event of a SAM function is a mapping with Type and Properties."),
    .init("T216", "missing map entry", "Fn::FindInMap looks up a key that the mapping does not have."),
    .init(
      "T220", "wrong kind of value",
      "The property takes another kind of value, such as an integer, true or false, or one of a few words."),
    .init("T221", "value out of bounds", "CloudFormation accepts the property only within these bounds."),
    .init(
      "T222", "required property missing", "The type cannot be deployed or simulated without the property."),
    .init(
      "T223", "wrong type of resource",
      "The reference leads to a resource of another type than is needed here."),
    .init(
      "T224", "malformed schedule",
      "A schedule is rate(5 minutes) or cron(minutes hours day-of-month month day-of-week year), in UTC. One of the two day fields is ?."
    ),
    .init(
      "T225", "value not known",
      "The model needs the value, and it is known only after deployment: a parameter from the parameter store, an import, an attribute. Give it under Simulation.parameters or with --set."
    ),
    .init("T226", "unknown metric", "The namespace has no metric or dimension of this name."),
    .init("T227", "unknown resource type", "The type differs by a slip from one that exists."),
    .init(
      "T228", "unknown top-level key",
      "A scenario has the sections of a template, and Simulation, extends and Template."),
    .init("T229", "unknown event type", "SAM has no event of this type."),
    .init(
      "T230", "malformed filter or policy",
      "A filter pattern is a mapping of fields to lists of tests, in JSON or YAML: values, prefix, suffix, equals-ignore-case, anything-but, numeric, exists. A redrive policy is a JSON object."
    ),
    .init(
      "T231", "visibility timeout too short",
      "Lambda refuses a mapping from a queue whose VisibilityTimeout is shorter than the function's Timeout: messages would come again while they are being handled."
    ),
    .init(
      "T240", "consumer read twice",
      "A consumer with enhanced fan-out has one subscription to a shard: a second mapping would take it away from the first."
    ),
  ]

  private static let simulation: [Entry] = [
    .init(
      "S300", "no Simulation block",
      "A template alone can be validated; to run it, say under Simulation what arrives and what handlers do."),
    .init(
      "S301", "unknown key", "The Simulation block is closed: a misspelt key would otherwise do nothing."),
    .init("S302", "wrong kind of value", "The key takes another kind of value."),
    .init("S303", "required key missing", "The block means nothing without the key."),
    .init(
      "S304", "malformed literal",
      "Values have units. Durations: 250ms 2s 5m 1h 2d. Sizes: 300B 2KiB 1.5MB. Rates: 1000/min 1.2k/s 2MiB/s. Shares: 0.2%. Money: 20 USD. Distributions: a constant, or name(k=v k=v) with blanks between the parameters: const exp uniform normal lognormal gamma erlang weibull pareto zipf, from files empirical replay fit, or {choice: {a: 0.9, b: 0.1}}."
    ),
    .init("S305", "value out of bounds", "The value is outside the range that makes sense here."),
    .init(
      "S306", "malformed condition",
      "Conditions compare fields of the message, item.NAME, attempt and age with numbers, durations or texts in quotes: country == 'blocked' and attempt < 3. call.failed is true after a failed call. and, or, not and parentheses combine them."
    ),
    .init("S307", "unknown name", "Nothing of the needed kind has this name."),
    .init("S308", "keys that do not go together", "The keys exclude each other, or one needs another."),
    .init(
      "S309", "wrong kind of destination",
      "Messages go into stores, topics, streams and functions; calls go to APIs."),
  ]

  private static let simulationNames: [Entry] = [
    .init(
      "S310", "cannot change while running",
      "A timeline may set Simulation.functions.X.errors.N.(raise|catch|when), Simulation.services.X.(latency|maxConcurrent|maxRate|overLimit|errorRate|dedupe|rateWindow|underLoad|collapse|bandwidth), Simulation.outages.BUCKET, Resources.X.Properties.ReservedConcurrentExecutions, Resources.X.Properties.ShardCount, and Enabled or State of mappings and schedules."
    ),
    .init(
      "S311", "threshold matches no metric",
      "A rule about a metric that does not exist would pass without meaning anything. Names: <workload>.Latency, <service>.InFlight, <LogicalId>.<CloudWatch metric>[:Statistic], cost.Total, '*' for all."
    ),
    .init(
      "S312", "malformed rule",
      "A rule is AGG OP VALUE: avg, min, max, med, p(N), sum, count, rate or value; <, <=, ==, !=, >=, >; a value with its unit."
    ),
    .init(
      "S313", "aggregation or unit does not fit",
      "Durations have quantiles and no count; counters have a count and a rate; each is compared with a value of its own unit."
    ),
    .init(
      "S314", "malformed expectation",
      "expect.alarms takes {state: ALARM, by: 30m} or {never: true} for alarms of the template that are simulated."
    ),
    .init(
      "S315", "unknown preset number",
      "limits overrides numbers of the era's preset; 'highwater limits' prints their names."),
    .init(
      "S316", "trace or sample file",
      "A trace is a CSV file with a header row, a column of times (time_s, time_ms, timestamp, ...) and a row for each message; size_bytes, key and further columns are optional. A sample is a column of a CSV file, a list of numbers, or the REPORT lines of Lambda. docs/traces.md describes the forms."
    ),
    .init(
      "S317", "name used twice",
      "Workloads, services and resources share one set of names, so that metrics are unambiguous."),
    .init(
      "S318", "unknown key field",
      "The partition key is uniform, constant, zipf(s=... keys=...) or the name of a field of the same workload."
    ),
    .init(
      "S319", "unknown function",
      "Simulation.functions describes functions of the template by their logical id, or '*'."),
    .init(
      "S320", "needs a service without a model",
      "A workload, an event or a step depends on a service that this version does not model. Without it the result would mean nothing."
    ),
    .init(
      "S330", "malformed axis",
      "An axis of a sweep is {set: PATH, values: [1, 2, 4]}, {set: PATH, range: {from: 1, to: 64, steps: 7, scale: log}} or {toggle: [A, B, C]}; on the command line --axis PATH=1,2,4, PATH=1..40 or PATH=1..64:log7. Both ends of a range have the same unit, and no two axes set the same."
    ),
    .init(
      "S331", "toggle of something unknown",
      "A toggle lists resources, services or workloads of the scenario, each once; level j keeps the first j of them."
    ),
    .init(
      "S332", "malformed measure",
      "A measure is METRIC AGG, as thresholds name them: 'orders.Latency p(95)', 'SendZip.IteratorAge max'. A count, a bill and a backlog need no AGG."
    ),
    .init(
      "S333", "malformed precision",
      "Simulation.run.precision and --precision take a share such as 2%, which is relative to the mean, or MEASURE=WIDTH such as 'orders.Latency p(95)=5s', or a list of them. A width with % is relative, any other is half the width of the interval in the unit of the measure; 0.001 for a share."
    ),
    .init(
      "S334", "no automatic warm-up",
      "warmup: auto looks at pilot replications minute by minute for the time after which backlogs and loads have settled. It needs ten minutes of arrivals, and a first half that is long enough to settle in; otherwise give the warmup itself or a longer duration."
    ),
    .init(
      "S335", "unknown design",
      "knownFailures lists by design the rules that it is known to break. Designs are the variants of the scenario, base for the file as it stands, '*' for all of them. 'highwater test' then reports a failure as expected, and a rule that holds there as a mistake of the list."
    ),
    .init(
      "S336", "unknown rule",
      "knownFailures names rules as METRIC EXPRESSION, written as under thresholds: 'orders.Latency p(95) < 15m', or as METRIC for all rules of a metric: orders.Lost."
    ),
    .init(
      "S337", "variant in place of the file",
      "The design base is the file as it stands, in tables, in results and under knownFailures. A variant of that name may be listed, as base: {}, to give it a place among the others; it cannot change anything."
    ),
    .init(
      "S338", "too many messages",
      "A workload has at most 1,000,000,000 messages in one run. Each of them is simulated, so that a thousandth of that is already a long run. Lower the rate, or simulate a shorter duration."
    ),
  ]

  private static let dataFiles: [Entry] = [
    .init(
      "S340", "malformed cell of a data file",
      "Times are seconds, numbers with the unit that the column's name or 'unit' says, or instants such as 2026-08-19T10:00:00Z; sizes are whole bytes; durations may have a unit, as in 250ms."
    ),
    .init(
      "S341", "a trace goes back in time",
      "Messages arrive in the order of the file. Rows out of order are more often a mistake of the export than meant; 'sort: true' puts them in order, equal times in the order of the file."
    ),
    .init(
      "S342", "counts per period",
      "Counts come from the output of 'aws cloudwatch get-metric-statistics' or 'get-metric-data', from the CSV of the CloudWatch console, or from any CSV with a column of times and one of counts. Every period has one count, and all are equally long."
    ),
    .init(
      "S343", "values that have no fit",
      "A fit needs at least two values that differ, all above zero. empirical(...) takes any values."),
  ]

  private static let eras: [Entry] = [
    .init("E401", "not an era", "An era is now, a year (2017) or a month (2016-08), from November 2014 on."),
    .init(
      "E402", "feature does not exist yet",
      "The feature came later than the era. Remove it, or choose a later era."),
    .init(
      "E403", "beyond the era's limit",
      "The platform of the era does not allow the value. 'highwater limits --era E' prints the limits; limits can be overridden under Simulation.limits."
    ),
    .init("E404", "number without meaning", "The rule behind the preset number does not exist in the era."),
    .init(
      "E405", "era between presets",
      "Two presets exist: 2017, for times before December 2020, and now. Features are checked against the month that the scenario gives."
    ),
  ]

  private static let gaps: [Entry] = [
    .init(
      "M501", "resources without effect",
      "Resources that carry no messages (roles, log groups, keys) are accepted and change nothing."),
    .init(
      "M502", "value left open",
      "The value is known only after deployment. It matters only where the model needs it."),
    .init(
      "M503", "comparison left open",
      "A condition compares a value that is known only after deployment; it is taken as false."),
    .init(
      "M504", "transform not run",
      "Macros and transforms other than SAM's are not run: what they would add is missing."),
    .init(
      "M505", "parameter from the store",
      "The parameter is read from the parameter store at deployment; give its value under Simulation.parameters."
    ),
    .init("M506", "Globals without effect", "Only Globals.Function has an effect on the simulation."),
    .init(
      "M507", "SAM without its transform",
      "SAM types need 'Transform: AWS::Serverless-2016-10-31' to be deployed."),
    .init(
      "M510", "property not modelled yet",
      "The real system would behave differently with this property; the results are those of a system without it."
    ),
    .init(
      "M511", "resource not modelled yet",
      "The resource carries messages and has no model yet: nothing flows through it."),
    .init("M512", "alarm left out", "The alarm watches something that the model does not produce."),
    .init(
      "M513", "properties without effect", "Nothing that is simulated depends on these properties and keys."),
  ]

  private static let advice: [Entry] = [
    .init(
      "A602", "mapping retries until expiry",
      "By default a batch that fails is retried until its records expire, and the shard waits behind it: one bad record can cost a day of data. MaximumRetryAttempts, MaximumRecordAgeInSeconds and BisectBatchOnFunctionError bound the damage."
    ),
    .init(
      "A603", "timeout shorter than the calls",
      "The mean time of the calls alone is longer than the function's Timeout."),
    .init(
      "A604", "overLimit without a limit",
      "overLimit says what happens beyond maxConcurrent or maxRate; without either it never applies."),
    .init("A605", "above the default quota", "The account needs a raised quota for this."),
    .init("A606", "after the end", "The stages or changes lie partly after the end of the run."),
    .init(
      "A607", "value never taken", "The condition compares a field with a text that the field never has."),
    .init(
      "A608", "function without behaviour",
      "Without steps or a handler the function returns at once: its metrics say little."),
    .init(
      "A615", "reply without a bandwidth",
      "A call names the size of its answer, and the service does not say how many bytes a second a connection carries: the size changes nothing."
    ),
    .init(
      "A616", "a fit far from its data",
      "The fitted law differs from the values by more than chance (p of at most 0.01 among 999 refitted samples), or with more than 5000 values by more than 0.05 in probability. 'highwater fit FILE' judges by the same rule and shows every family with a P-P table. Take another family, split the values by what makes them differ (cold and warm, small and large), or draw from the values themselves with empirical(...)."
    ),
    .init("A609", "nothing leads here", "No event, mapping, workload or step reaches this."),
    .init(
      "A610", "filter on a field that no message has",
      "Messages show the fields of their workload to filters. A pattern on another field lets nothing through, or with 'exists: false' everything."
    ),
    .init(
      "A611", "short visibility timeout",
      "While a function is throttled its mapping tries a batch again until the visibility timeout ends. AWS advises six times the function's timeout, and the batching window on top."
    ),
    .init(
      "A612", "queue without dead-letter queue",
      "A message that always fails is received again and again, up to the end of its retention, and takes room in batches from good ones."
    ),
    .init(
      "A613", "few receives under reserved concurrency",
      "Pollers receive more than the reserved concurrency lets run. What is throttled until its visibility timeout ends has used up a receive: good messages end in the dead-letter queue. MaximumConcurrency keeps pollers from receiving what cannot run; AWS advises a maxReceiveCount of five at least."
    ),
  ]
}
