import Synchronization

/// Runs replications of many points on several threads, and keeps a digest of each.
///
/// One simulation a thread. Units are claimed point by point in ascending order of replications; what comes out
/// depends neither on the number of threads nor on which replications an earlier process had finished.
package struct SweepRunner: Sendable {
  /// One replication of one point.
  package struct Unit: Sendable, Hashable {
    /// Position among the points of this run.
    package var point: Int
    package var replication: Int
    package init(point: Int, replication: Int) {
      self.point = point
      self.replication = replication
    }
  }
  /// Parallel to the points.
  package var replicationCounts: [Int]
  /// Simulations at once. [threads]
  package var jobs: Int

  package init(replicationCounts: [Int], jobs: Int) {
    precondition(jobs > 0, "\(jobs) jobs")
    self.replicationCounts = replicationCounts
    self.jobs = jobs
  }

  package struct Results: Sendable {
    package struct Failure: Error, Sendable {
      package var unit: Unit
      package var error: any Error
    }
    /// Shape (point, replication); nil where nothing has finished.
    package var digests: [[RunDigest?]]
    /// Parallel to the points: the first replication that stops the later ones.
    package var stops: [Int?]
    package var failure: Failure?

    /// The replications of a point in their order, or nothing while some are missing.
    package func finished(_ point: Int) -> [RunDigest]? {
      let needed = digests[point].prefix(stops[point].map { $0 + 1 } ?? digests[point].count)
      let present = needed.compactMap(\.self)
      return present.count == needed.count ? present : nil
    }
    package var isComplete: Bool { digests.indices.allSatisfy { finished($0) != nil } }
  }

  /// Runs what is not finished yet.
  ///
  /// - Parameters:
  ///   - finished: What an earlier process has left, in any order; the last one of equals counts.
  ///   - aborts: Whether a replication stops the later ones of its point.
  ///   - keep: Called once for each new digest, from the thread that made it: a place to write it to disk.
  ///   - makeDigest: Runs one replication from its number to its end; nil when it was interrupted.
  /// - Returns: Everything that is finished; the first error stops the others and is in `failure`.
  package func run(
    finished: [(unit: Unit, digest: RunDigest)] = [], cancellation: CancellationFlag = CancellationFlag(),
    progress: (@Sendable (ReplicationProgress) -> Void)? = nil,
    aborts: @escaping @Sendable (Unit, RunDigest) -> Bool,
    keep: @escaping @Sendable (Unit, RunDigest) throws -> Void,
    makeDigest: @escaping @Sendable (Unit) throws -> RunDigest?
  ) -> Results {
    let board = SweepBoard(replicationCounts, progress: progress)
    for (unit, digest) in finished { board.restore(unit, digest, stops: aborts(unit, digest)) }
    let pending = board.begin()
    guard pending > 0 else { return board.results() }
    WorkerThreads.run(count: min(jobs, pending)) {
      while !cancellation.isCancelled, let unit = board.claim() {
        do {
          guard let digest = try makeDigest(unit) else {
            board.close()
            return
          }
          try keep(unit, digest)
          board.finish(unit, digest, stops: aborts(unit, digest))
        } catch {
          board.fail(unit, error)
        }
      }
    }
    return board.results()
  }
}

/// What the threads share: who runs what, and what is finished.
private final class SweepBoard: Sendable {
  private struct State {
    var results: SweepRunner.Results
    /// Where the next claim looks.
    var next = SweepRunner.Unit(point: 0, replication: 0)
    var isClosed = false
    var progress = ReplicationProgress(finished: 0, total: 0, events: 0)
  }
  private let state: Mutex<State>
  private let progress: (@Sendable (ReplicationProgress) -> Void)?

  init(_ counts: [Int], progress: (@Sendable (ReplicationProgress) -> Void)?) {
    self.progress = progress
    state = Mutex(
      State(
        results: .init(
          digests: counts.map { Array(repeating: nil, count: $0) },
          stops: Array(repeating: nil, count: counts.count))))
  }

  func restore(_ unit: SweepRunner.Unit, _ digest: RunDigest, stops: Bool) {
    state.withLock { Self.set(unit, digest, stops: stops, &$0) }
  }

  /// Counts what is left to do. [units]
  func begin() -> Int {
    state.withLock { state in
      let digests = state.results.digests
      state.progress.total = digests.indices.reduce(0) { total, point in
        total + digests[point].indices.count { Self.isNeeded(.init(point: point, replication: $0), state) }
      }
      return state.progress.total
    }
  }

  /// The next unit to run; nil when there is none.
  func claim() -> SweepRunner.Unit? {
    state.withLock { state in
      guard !state.isClosed else { return nil }
      while state.next.point < state.results.digests.count {
        let unit = state.next
        guard unit.replication < state.results.digests[unit.point].count else {
          state.next = .init(point: unit.point + 1, replication: 0)
          continue
        }
        state.next.replication += 1
        if Self.isNeeded(unit, state) { return unit }
      }
      return nil
    }
  }

  func finish(_ unit: SweepRunner.Unit, _ digest: RunDigest, stops: Bool) {
    state.withLock { state in
      Self.set(unit, digest, stops: stops, &state)
      state.progress.finished += 1
      state.progress.events += digest.eventCount
      progress?(state.progress)
    }
  }

  func fail(_ unit: SweepRunner.Unit, _ error: any Error) {
    state.withLock { state in
      state.isClosed = true
      // The first in order of units, whichever thread met its own first.
      if let earlier = state.results.failure?.unit,
        (earlier.point, earlier.replication) < (unit.point, unit.replication)
      {
        return
      }
      state.results.failure = .init(unit: unit, error: error)
    }
  }

  func close() { state.withLock { $0.isClosed = true } }

  func results() -> SweepRunner.Results { state.withLock(\.results) }

  private static func set(
    _ unit: SweepRunner.Unit, _ digest: RunDigest, stops: Bool, _ state: inout State
  ) {
    state.results.digests[unit.point][unit.replication] = digest
    if stops {
      state.results.stops[unit.point] = min(unit.replication, state.results.stops[unit.point] ?? .max)
    }
  }

  private static func isNeeded(_ unit: SweepRunner.Unit, _ state: State) -> Bool {
    state.results.digests[unit.point][unit.replication] == nil
      && unit.replication <= (state.results.stops[unit.point] ?? .max)
  }
}
