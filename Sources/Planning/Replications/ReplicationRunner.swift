package import Records
import Synchronization

/// Runs the replications of one system on several threads.
///
/// One simulation a thread. Replications are claimed in ascending order and handed on in ascending order, so that
/// nothing that comes out depends on the number of threads or on which of them was faster.
package struct ReplicationRunner: Sendable {
  /// Numbers of the replications, ascending; shards and repeats run a part of them.
  package var replications: [Int]
  /// Simulations at once. [threads]
  package var jobs: Int

  package init(replications: [Int], jobs: Int) {
    precondition(
      zip(replications, replications.dropFirst()).allSatisfy { $0 < $1 }, "replications not ascending")
    precondition(jobs > 0, "\(jobs) jobs")
    self.replications = replications
    self.jobs = jobs
  }

  package init(replicationCount: Int, jobs: Int = availableProcessorCount()) {
    self.init(replications: Array(0..<replicationCount), jobs: jobs)
  }

  /// What to do after a run has been handed on.
  package enum Continuation: Sendable { case proceed, stop }

  /// Runs all replications, or as many as are finished when something stops them.
  ///
  /// - Parameters:
  ///   - cancellation: Stops before the next replication starts; running ones end by themselves or by their own
  ///     look at the flag (`RunRecords.Ending.interrupted`, which is left out of the results).
  ///   - progress: Called after each finished replication, one call at a time, in order of finishing.
  ///   - onEach: Called in order of replications, one call at a time, with each run before it is kept: a place to
  ///     write its messages to disk and drop them. `.stop` leaves out all later replications, also finished ones,
  ///     so that the result is the same for every number of threads.
  ///   - makeRun: Runs one replication from its number to its end.
  /// - Returns: The runs in order of replications; errors of `makeRun`, `onEach` and `RunChecks` are in `failure`.
  package func run(
    cancellation: CancellationFlag = CancellationFlag(),
    progress: (@Sendable (ReplicationProgress) -> Void)? = nil,
    onEach: (@Sendable (inout RunRecords) throws -> Continuation)? = nil,
    makeRun: @escaping @Sendable (Int) throws -> RunRecords
  ) -> ReplicationResults {
    let board = ReplicationBoard(replications: replications, progress: progress, onEach: onEach)
    WorkerThreads.run(count: min(jobs, max(1, replications.count))) {
      while !cancellation.isCancelled, let position = board.claim() {
        let replication = replications[position]
        let outcome: Result<RunRecords, any Error>
        do {
          let records = try makeRun(replication)
          if records.ending == .interrupted {
            board.interrupt()
            return
          }
          try RunChecks.verify(records)
          outcome = .success(records)
        } catch {
          outcome = .failure(error)
        }
        board.finish(position, outcome)
      }
    }
    return board.results()
  }
}

/// How far the replications are.
package struct ReplicationProgress: Sendable, Hashable {
  package var finished: Int
  package var total: Int
  /// Handled events of all finished replications. [events]
  package var events: UInt64
}

/// The finished replications and why there are not more.
package struct ReplicationResults: Sendable {
  package struct Failure: Error, Sendable {
    package var replication: Int
    package var error: any Error
  }
  /// In order of replications, without gaps before the first failed one.
  package var records: [RunRecords] = []
  package var requested: Int
  package var failure: Failure?
  /// `onEach` asked to stop after the last run of `records`.
  package var wasStopped = false
  package var isComplete: Bool { records.count == requested }

  package init(requested: Int) { self.requested = requested }
}

/// What the threads share: who runs what, and what has been handed on.
private final class ReplicationBoard: Sendable {
  private struct State {
    var next = 0
    /// Finished, by position; handed on up to `handedOn`.
    var slots: [Result<RunRecords, any Error>?]
    var handedOn = 0
    var isClosed = false
    var progress: ReplicationProgress
    var results: ReplicationResults
  }
  private let state: Mutex<State>
  private let replications: [Int]
  private let progress: (@Sendable (ReplicationProgress) -> Void)?
  private let onEach: (@Sendable (inout RunRecords) throws -> ReplicationRunner.Continuation)?

  init(
    replications: [Int], progress: (@Sendable (ReplicationProgress) -> Void)?,
    onEach: (@Sendable (inout RunRecords) throws -> ReplicationRunner.Continuation)?
  ) {
    self.replications = replications
    self.progress = progress
    self.onEach = onEach
    state = Mutex(
      State(
        slots: Array(repeating: nil, count: replications.count),
        progress: ReplicationProgress(finished: 0, total: replications.count, events: 0),
        results: ReplicationResults(requested: replications.count)))
  }

  /// The position of the next replication to run; nil when there is none.
  func claim() -> Int? {
    state.withLock { state in
      guard !state.isClosed, state.next < replications.count else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  func interrupt() { state.withLock { $0.isClosed = true } }

  func finish(_ position: Int, _ outcome: Result<RunRecords, any Error>) {
    state.withLock { state in
      state.slots[position] = outcome
      if case .success(let records) = outcome {
        state.progress.finished += 1
        state.progress.events += records.eventCount
        progress?(state.progress)
      } else {
        state.isClosed = true
      }
      handOn(&state)
    }
  }

  /// Hands on every run whose predecessors are all handed on.
  private func handOn(_ state: inout State) {
    while state.handedOn < state.slots.count, let outcome = state.slots[state.handedOn] {
      guard state.results.failure == nil, !state.results.wasStopped else { return }
      let position = state.handedOn
      state.slots[position] = nil
      state.handedOn += 1
      do {
        var records = try outcome.get()
        let continuation = try onEach?(&records) ?? .proceed
        state.results.records.append(records)
        if continuation == .stop {
          state.results.wasStopped = true
          state.isClosed = true
        }
      } catch {
        state.results.failure = .init(replication: replications[position], error: error)
        state.isClosed = true
      }
    }
  }

  /// Also keeps what finished behind a replication that was interrupted: nothing finished is lost.
  func results() -> ReplicationResults {
    state.withLock { state in
      while state.handedOn < state.slots.count {
        if state.slots[state.handedOn] == nil { state.handedOn += 1 } else { handOn(&state) }
        if state.results.failure != nil || state.results.wasStopped { break }
      }
      return state.results
    }
  }
}
