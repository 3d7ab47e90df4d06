#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The workloads, with the arguments and the output of the C++ baseline's program.
@main
enum Workloads {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst().map { $0 }
    let number = arguments.count > 1 ? Int(arguments[1]) ?? 0 : 0
    guard number > 0, run(arguments, number) else {
      print("usage: Workloads hold PENDING EVENTS [sequence|addressed|table [shipped|heap|quick|ladder]]")
      print(
        "       Workloads mm1 N | mm40 N | pipeline N | draw N uniform|exponential|lognormal|weibull|gamma")
      exit(64)
    }
  }

  private static func run(_ arguments: [String], _ number: Int) -> Bool {
    switch arguments[0] {
    case "hold": return hold(pending: number, Array(arguments.dropFirst(2)))
    case "mm1":
      station("mm1", Station(customers: number, servers: 1, meanGap: 1 / 0.9, meanService: 1), number)
    case "mm40":
      station("mm40", Station(customers: number, servers: 40, meanGap: 0.06, meanService: 2), number)
    case "pipeline":
      var model = Pipeline(items: number)
      let start = cpuSeconds()
      let latency = model.run()
      report("pipeline", number, number, seconds: cpuSeconds() - start, check: fixed(latency))
    case "draw": return arguments.count == 3 && DrawCosts.measure(arguments[2], count: number)
    default: return false
    }
    return true
  }

  private static func station(_ name: String, _ model: consuming Station, _ customers: Int) {
    let start = cpuSeconds()
    let wait = model.run()
    report(name, customers, customers, seconds: cpuSeconds() - start, check: fixed(wait))
  }

  private static func hold(pending: Int, _ options: [String]) -> Bool {
    guard let first = options.first, let events = Int(first), events > 0 else { return false }
    let increments = options.count > 1 ? options[1] : "sequence"
    switch options.count > 2 ? options[2] : "shipped" {
    case "shipped": return hold(ShippedQueue.self, pending, events, increments)
    case "heap": return hold(HeapAlone.self, pending, events, increments)
    case "quick": return hold(QuickHeapAlone.self, pending, events, increments)
    case "ladder": return hold(LadderQueue.self, pending, events, increments)
    default: return false
    }
  }

  private static func hold<Queue: PendingEvents & ~Copyable>(
    _ queue: Queue.Type, _ pending: Int, _ events: Int, _ increments: String
  ) -> Bool {
    switch increments {
    case "sequence": measureHold(queue, pending: pending, events: events, increments: .sequence)
    case "addressed": measureHold(queue, pending: pending, events: events, increments: .addressed)
    case "table": measureHold(queue, pending: pending, events: events, increments: .table)
    default: return false
    }
    return true
  }

  /// Four decimals, rounded.
  private static func fixed(_ value: Double) -> String {
    let scaled = Int((value * 10_000).rounded())
    let decimals = String(scaled % 10_000)
    return "\(scaled / 10_000)." + String(repeating: "0", count: 4 - decimals.count) + decimals
  }
}

/// One line: workload, size, units, CPU seconds, check value.
func report(_ name: String, _ size: Int, _ units: Int, seconds: Double, check: String) {
  print(name, size, units, seconds, check)
}
