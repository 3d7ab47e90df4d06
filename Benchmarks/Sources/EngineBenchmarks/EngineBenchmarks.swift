import ExampleHandlers
import HandlerKit
import Kernel
import Records
import Scenarios
import Services
import VirtualRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Prints the engine's benchmarks as Markdown; run from the folder of this package.
@main struct EngineBenchmarks {
  static func main() throws {
    print("| engine | amount | CPU | per unit | budget | peak memory |")
    print("|---|---:|---:|---:|---:|---:|")
    // First, while the process's peak memory is still its own.
    messagesInFlight(1_000_000)
    try album("order, Kinesis story, steps", variant: nil, budget: "–")
    try album("order, Kinesis story, Swift handlers", variant: "swift", budget: "4 µs")
    try launchDay()
    try hotStream()
    try handlers(awaits: 0)
    try handlers(awaits: 20)
    idlePollers(shards: 1000, subscribers: 2, budget: "1 s in all")
    idlePollers(shards: 1000, subscribers: 4, budget: "1 s in all")
    idlePollers(shards: 10, subscribers: 6, budget: "15 ns")
  }

  private static func row(
    _ name: String, _ amount: Int, _ unit: String, seconds: Double, budget: String, memory: Bool = true
  ) {
    let each = seconds / Double(max(1, amount)) * 1e9
    let perUnit = each >= 1000 ? "\(fixed(each / 1000)) µs" : "\(fixed(each)) ns"
    print(
      "| \(name) | \(amount) \(unit) | \(fixed(seconds)) s | \(perUnit) | \(budget) |"
        + " \(memory ? "\(peakMemoryMB()) MB" : "–") |")
  }

  // MARK: The album

  private static func album(_ name: String, variant: String?, budget: String) throws {
    let system = try scenario(variant: variant, sets: ["Simulation.output={messages: none, traces: 0}"])
    let (records, seconds) = try run(system)
    row(name, records.workloads[0].books[0].created, "orders", seconds: seconds, budget: budget)
  }

  /// 1.44 million orders in a day, with shards enough to keep up and no partner in the way.
  private static func launchDay() throws {
    let system = try scenario(
      variant: "swift",
      sets: [
        "Simulation.output={messages: none, traces: 0}", "Simulation.run.duration=24h",
        "OrderStream.ShardCount=45",
        "Simulation.services.ZipUrlApi.maxConcurrent=1000",
        "Simulation.workloads.orders.arrivals={process: poisson, rate: 1000/min}",
        "OrdersTable.ProvisionedThroughput={ReadCapacityUnits: 500, WriteCapacityUnits: 500}",
      ])
    let (records, seconds) = try run(system)
    row(
      "launch day, Swift handlers", records.workloads[0].books[0].created, "orders", seconds: seconds,
      budget: "6 s, 400 MB")
  }

  private static func scenario(
    _ file: String = "album-launch/v02-kinesis", variant: String?, sets: [String]
  ) throws -> SystemSpec {
    var diagnostics = Diagnostics()
    let loaded = try ScenarioLoader(fileSystem: DiskFiles()).load(
      path: "../scenarios/\(file).sim.yaml", variant: variant, sets: sets, into: &diagnostics)
    guard let compiled = ScenarioCompiler.compile(loaded, into: &diagnostics) else {
      throw ScenarioError(diagnostics.all)
    }
    return compiled.system
  }

  // MARK: The hot stream

  /// Six hours of 120 events a second through four shards that six functions poll and contend for.
  private static func hotStream() throws {
    let system = try scenario(
      "hot-stream/base", variant: nil, sets: ["Simulation.output={messages: none, traces: 0}"])
    let (records, seconds) = try run(system)
    row("event of the hot stream, six subscribers", Int(records.eventCount), "events", seconds: seconds, budget: "–")
  }

  // MARK: Handlers

  /// Waits a number of times, a millisecond each.
  private struct Waiter: LambdaHandler {
    let count: Int
    func handle(_ event: TriggerEvent, context: Context) async throws {
      for _ in 0..<count { try await context.clock.sleep(for: .milliseconds(1)) }
    }
  }

  private static func handlers(awaits: Int) throws {
    var system = base(duration: .seconds(1000))
    system.workloads = [
      WorkloadSpec(name: "events", destination: .function(0), arrivals: .constant(rate: 1000))
    ]
    system.functions = [
      FunctionSpec(
        logicalID: "Worker", memorySize: 128, timeout: .seconds(60),
        handler: .swift(name: "bench.waiter", config: []))
    ]
    let registry: HandlerRegistry = ["bench.waiter": { _ in Waiter(count: awaits) }]
    let (records, seconds) = try run(system, registry: registry)
    let invocations = records.workloads[0].books[0].created
    row(
      "invocation of a Swift handler with \(awaits) awaits", invocations, "invocations", seconds: seconds,
      budget: "–")
  }

  // MARK: Pollers and messages

  private static func idlePollers(shards: Int, subscribers: Int, budget: String) {
    var system = base(duration: .hours(24))
    system.streams = [StreamSpec(logicalID: "Stream", shardCount: shards, retention: .hours(24))]
    system.functions = (0..<subscribers).map {
      FunctionSpec(logicalID: "F\($0)", memorySize: 128, timeout: .seconds(3))
    }
    system.mappings = (0..<subscribers).map {
      StreamMappingSpec(logicalID: "M\($0)", stream: 0, function: $0, batchSize: 100)
    }
    let start = cpuSeconds()
    _ = Simulation(system, replication: 0).run()
    row(
      "idle poll, \(shards) shards × \(subscribers) subscribers for a day", shards * subscribers * 86_400,
      "polls",
      seconds: cpuSeconds() - start, budget: budget, memory: false)
  }

  /// Messages that wait in a stream which nobody reads.
  private static func messagesInFlight(_ count: Int) {
    var system = base(duration: .seconds(1))
    system.run.drain = .zero
    system.streams = [StreamSpec(logicalID: "Stream", shardCount: 2000, retention: .hours(24))]
    system.workloads = [
      WorkloadSpec(
        name: "events", destination: .stream(0), arrivals: .backlog(count: count, sendRate: Double(count)))
    ]
    let before = peakMemoryMB() * 1_048_576
    let start = cpuSeconds()
    let simulation = Simulation(system, replication: 0)
    let records = simulation.run()
    let seconds = cpuSeconds() - start
    let peak = peakMemoryMB() * 1_048_576
    row(
      "message in flight, \(max(0, (peak - before) / count)) bytes each", records.workloads[0].backlogPeak,
      "messages", seconds: seconds, budget: "–")
  }

  private static func base(duration: SimDuration) -> SystemSpec {
    var system = SystemSpec(
      name: "bench", limits: EraPreset.limits(.now),
      run: RunSpec(duration: duration, drain: .hours(1), replications: 1, seed: 1))
    system.output.messages = .none
    system.output.traces = 0
    return system
  }

  // MARK: Measuring

  private static func run(
    _ system: SystemSpec, registry: HandlerRegistry = albumHandlers
  ) throws -> (records: RunRecords, seconds: Double) {
    let host = try HandlerHost(registry: registry, system: system)
    let start = cpuSeconds()
    let records = Simulation(system, replication: 0, host: host).run()
    return (records, cpuSeconds() - start)
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  private static func peakMemoryMB() -> Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    return usage.ru_maxrss / 1024
  }

  private static func fixed(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
