package import Records

/// A run that contradicts itself: a bug of ours, never a fact about the scenario. Exit code 70.
package struct InternalInvariantError: Error, Sendable, Hashable {
  package var replication: Int
  /// What does not add up, with the numbers.
  package var message: String
  package init(replication: Int, message: String) {
    self.replication = replication
    self.message = message
  }
  package static let exitCode: Int32 = 70
}

/// The books that every run has to balance.
package enum RunChecks {
  /// Checks conservation of messages and Little's law on the integers of a run.
  ///
  /// Source: design §3.6, methods §7.10 (1) and (3).
  /// - Throws: The first contradiction in order of workloads, then of stations.
  package static func verify(_ records: RunRecords) throws(InternalInvariantError) {
    func fail(_ message: String) -> InternalInvariantError {
      InternalInvariantError(replication: records.replication, message: message)
    }
    for workload in records.workloads {
      for (cut, book) in workload.books.enumerated() {
        guard book.isBalanced else {
          let parts = Outcome.allCases.map { "\($0.label) \(book[$0])" }.joined(separator: ", ")
          throw fail(
            "workload '\(workload.name)', book \(cut): created \(book.created) is not the sum of \(parts)")
        }
        guard book.latency.count == book[.completed] else {
          throw fail(
            "workload '\(workload.name)', book \(cut): \(book[.completed]) completed, but "
              + "\(book.latency.count) latencies")
        }
      }
      // Later cuts count a part of what earlier ones count.
      for (earlier, later) in zip(workload.books, workload.books.dropFirst())
      where later.created > earlier.created {
        throw fail(
          "workload '\(workload.name)': a later cut counts \(later.created) of \(earlier.created) created")
      }
    }
    for (workload, little) in zip(records.workloads, records.workloadChecks) where !little.holds {
      throw fail("workload '\(workload.name)': \(words(little))")
    }
    for station in records.stations {
      guard let little = station.little, !little.holds else { continue }
      throw fail("station '\(station.name)': \(words(little))")
    }
  }

  private static func words(_ little: LittleCheck) -> String {
    "\(little.arrivals) arrivals, \(little.departures) departures, \(little.inside) inside; "
      + "time inside \(little.sojournSum) ns, integral of the number inside \(little.numberIntegral) ns"
  }
}
