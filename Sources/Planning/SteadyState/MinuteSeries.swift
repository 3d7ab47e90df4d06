package import Kernel
package import Records
package import Services

/// What a run says minute by minute while messages arrive: the series behind warm-up and stability.
package struct MinuteSeries: Sendable {
  /// As reports call it: `orders.Backlog`, `SendZip load`.
  package var name: String
  /// One value for each minute of the range that was asked for.
  package var values: [Double]

  /// Whole minutes from the cut until workloads stop.
  package static func minutes(of run: RunSpec, from cut: SimDuration) -> Range<Int> {
    let first = MetricReader.firstMinute(SimTime.zero + cut)
    return first..<max(first, Int(run.duration.nanoseconds / 60_000_000_000))
  }

  /// Open messages of each workload at the end of each minute, in the order of the system. [messages]
  package static func backlogs(of run: RunRecords, _ minutes: Range<Int>) -> [MinuteSeries] {
    run.workloads.map { workload in
      MinuteSeries(
        name: "\(workload.name).Backlog",
        // A run that ended early was empty from then on.
        values: minutes.map { minute in
          workload.backlogByMinute.indices.contains(minute) ? Double(workload.backlogByMinute[minute]) : 0
        })
    }
  }

  /// Busy share of each station that has a capacity, in the order of the system.
  package static func loads(of run: RunRecords, _ minutes: Range<Int>) -> [MinuteSeries] {
    run.stations.filter { $0.capacity != nil }.map { station in
      MinuteSeries(
        name: "\(station.name) load",
        values: minutes.map { minute in
          station.loadByMinute.indices.contains(minute) ? station.loadByMinute[minute] : 0
        })
    }
  }

  /// Messages visible in each queue that some function reads, mean of each minute. [messages]
  package static func queues(of run: RunRecords, _ system: SystemSpec, _ minutes: Range<Int>)
    -> [MinuteSeries]
  {
    system.queues.indices.filter { index in system.queueMappings.contains { $0.queue == index } }.map {
      index in
      let name = system.queues[index].logicalID
      var values = Array(repeating: 0.0, count: minutes.count)
      let series = run.series("AWS/SQS", name, "ApproximateNumberOfMessagesVisible")
      for point in series?.datapoints ?? [] where minutes.contains(point.minute) {
        values[point.minute - minutes.lowerBound] = point.average
      }
      return MinuteSeries(name: name, values: values)
    }
  }

  /// Growth over the second half; nil for ranges too short to say. [1/min]
  package var growth: Double? {
    guard values.count >= Self.minutesMin else { return nil }
    return BacklogSlope.perMinute(values)
  }

  /// Fewest minutes from which a trend is read.
  package static let minutesMin = 10
}
