import Kernel
import Records
import Statistics

/// The jobs of one run in order of arrival, and what a station with places saw of them.
///
/// Everything follows from when messages came and when they ended: a job that is served first come, first served,
/// begins when it comes or when the first of the places is free, whichever is later.
struct JobLog {
  private struct Job {
    var index: Int
    var arrived: SimTime
    var ended: SimTime
    var isServed: Bool
  }
  private let jobs: [Job]
  private let start: SimTime
  private let end: SimTime
  /// Seconds of the simulation in a unit of time of the answer.
  private let unit: Double

  /// - Parameters:
  ///   - run: With all its messages.
  ///   - from: Jobs that come earlier are left out of what is returned. [s]
  ///   - until: End of the arrivals. [s]
  ///   - unit: Seconds of the simulation in a unit of time of what is returned.
  init(_ run: RunRecords, from: Double = 0, until: Double, unit: Double = 1) {
    jobs = run.messages.filter { $0.workload == 0 }.map {
      Job(index: $0.index, arrived: $0.created, ended: $0.ended, isServed: $0.outcome == .completed)
    }.sorted { $0.index < $1.index }
    start = .zero + SimDuration(seconds: from)
    end = .zero + SimDuration(seconds: until)
    self.unit = unit
  }

  private func units(_ duration: SimDuration) -> Double { duration.seconds / unit }
  private var counted: [Job] { jobs.filter { $0.arrived >= start } }
  private var length: Double { units(end - start) }

  // MARK: Times of jobs

  /// From arrival to the end of service.
  var sojourns: [Double] { counted.filter(\.isServed).map { units($0.ended - $0.arrived) } }

  /// From arrival to the start of service at a station of so many places.
  func waits(places: Int) -> [Double] {
    var free = Array(repeating: SimTime.zero, count: places)
    var waits: [Double] = []
    for job in jobs where job.isServed {
      var first = 0
      for place in 1..<max(1, places) where free[place] < free[first] { first = place }
      if job.arrived >= start { waits.append(units(max(job.arrived, free[first]) - job.arrived)) }
      free[first] = job.ended
    }
    return waits
  }

  /// When jobs came and ended, served or not, in order of arrival.
  var arrivals: [Double] { counted.map { units($0.arrived - start) } }
  var completions: [Double] { counted.filter(\.isServed).map { units($0.ended - start) } }
  var refusals: [(arrival: Double, end: Double)] {
    counted.filter { !$0.isServed }.map { (units($0.arrived - start), units($0.ended - start)) }
  }

  // MARK: Shares and averages over time

  var refusedShare: Double { Double(counted.count { !$0.isServed }) / Double(counted.count) }
  /// Served jobs in a unit of time.
  var throughput: Double { Double(counted.count(where: \.isServed)) / length }

  var meanNumber: Double {
    var area = 0.0
    for job in jobs where job.ended > start && job.arrived < end {
      area += units(min(job.ended, end) - max(job.arrived, start))
    }
    return area / length
  }

  /// Share of the time without a job.
  var emptyShare: Double {
    var busy = 0.0
    var reached = start
    for job in jobs where job.ended > reached && job.arrived < end {
      busy += units(min(job.ended, end) - max(job.arrived, reached))
      reached = min(job.ended, end)
    }
    return 1 - busy / length
  }

  /// Jobs that are there at an instant. [units since the start]
  func number(at time: Double) -> Int {
    let instant = SimTime.zero + SimDuration(seconds: time * unit)
    return jobs.count { $0.arrived <= instant && $0.ended > instant }
  }
}

extension JobLog {
  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  static func quantile(_ values: [Double], _ p: Double) -> Double {
    SampleQuantile.nearestRank(values.sorted(), p) ?? .nan
  }

  static func share(_ values: [Double], where holds: (Double) -> Bool) -> Double {
    Double(values.count(where: holds)) / Double(values.count)
  }

  static func variance(_ values: [Double]) -> Double {
    let mean = mean(values)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}
