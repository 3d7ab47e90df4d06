package import Records
import Statistics
import Synchronization

/// Runs replications until every target is known precisely enough, or a cap is reached.
///
/// The decision falls after whole replications in order of their numbers, so that the stopping point is the same for
/// every number of threads; replications that ran ahead are left out.
///
/// ```swift
/// let runner = SequentialRunner(targets: plan.targets, replicationsMax: 200, jobs: 2)
/// let (results, report) = runner.run(read: { plan.read($0) }, makeRun: { try simulate($0) })
/// ```
/// - Source: methods §5.6.
package struct SequentialRunner: Sendable {
  package var targets: [PrecisionTarget]
  /// Of all intervals together.
  package var confidence: Double
  /// Replications before the first judgement, 2 or more.
  package var replicationsMin: Int
  package var replicationsMax: Int
  /// Simulations at once. [threads]
  package var jobs: Int

  package init(
    targets: [PrecisionTarget], confidence: Double = 0.95, replicationsMin: Int = 10, replicationsMax: Int,
    jobs: Int = availableProcessorCount()
  ) {
    precondition(
      replicationsMin >= 2 && replicationsMax >= replicationsMin,
      "\(replicationsMin) to \(replicationsMax) replications")
    self.targets = targets
    self.confidence = confidence
    self.replicationsMin = replicationsMin
    self.replicationsMax = replicationsMax
    self.jobs = jobs
  }

  /// - Parameters:
  ///   - progress: With the predicted number of replications as the total.
  ///   - onEach: As for `ReplicationRunner`; `.stop` ends the run before precision is reached.
  ///   - read: One value a target, nil where a run has none.
  /// - Returns: The replications that were needed, as many as were asked for, and how precise the targets are.
  package func run(
    cancellation: CancellationFlag = CancellationFlag(),
    progress: (@Sendable (ReplicationProgress) -> Void)? = nil,
    onEach: (@Sendable (inout RunRecords) throws -> ReplicationRunner.Continuation)? = nil,
    read: @escaping @Sendable (RunRecords) -> [Double?],
    makeRun: @escaping @Sendable (Int) throws -> RunRecords
  ) -> (ReplicationResults, PrecisionReport) {
    let judge = Mutex(
      PrecisionJudge(
        targets: targets, confidence: confidence, replicationsMin: replicationsMin,
        replicationsMax: replicationsMax))
    let runner = ReplicationRunner(replicationCount: replicationsMax, jobs: jobs)
    var results = runner.run(
      cancellation: cancellation,
      progress: { current in
        var shown = current
        shown.total = max(current.finished, judge.withLock(\.expectedTotal))
        progress?(shown)
      },
      onEach: { run in
        // Before the caller drops what it does not keep.
        let isDecided = judge.withLock { judge in judge.record(read(run)) }
        let continuation = try onEach?(&run) ?? .proceed
        return isDecided ? .stop : continuation
      },
      makeRun: makeRun)
    let report = judge.withLock(\.report)
    results.requested =
      report.ending != .unfinished
      ? results.records.count : max(results.records.count + 1, judge.withLock(\.expectedTotal))
    return (results, report)
  }
}

/// Takes in replications in their order and says when they are enough.
struct PrecisionJudge: Sendable {
  private let targets: [PrecisionTarget]
  private let confidence: Double
  private let replicationsMin: Int
  private let replicationsMax: Int
  /// Until the first judgement: which targets have values is not known before. Shape (replication, target).
  private var early: [[Double?]] = []
  private var stopping: SequentialStopping?
  /// Indices of the targets that are judged.
  private var judged: [Int] = []
  /// Parallel to `judged`: the count from which on the goal has been met.
  private var metSince: [Int?] = []
  private var ending = PrecisionReport.Ending.unfinished
  private var predicted: Int?

  init(targets: [PrecisionTarget], confidence: Double, replicationsMin: Int, replicationsMax: Int) {
    self.targets = targets
    self.confidence = confidence
    self.replicationsMin = replicationsMin
    self.replicationsMax = replicationsMax
  }

  /// For a progress bar: as predicted, the minimum before anything is known.
  var expectedTotal: Int { predicted ?? replicationsMin }

  /// - Returns: Whether these were enough.
  mutating func record(_ values: [Double?]) -> Bool {
    guard stopping == nil else {
      stopping!.record(values: judged.map { values[$0] })
      return judge()
    }
    early.append(values)
    guard early.count == replicationsMin else { return false }
    judged = targets.indices.filter { target in early.contains { $0[target] != nil } }
    guard !judged.isEmpty else {
      ending = .nothingToJudge
      return true
    }
    metSince = Array(repeating: nil, count: judged.count)
    var fresh = SequentialStopping(
      measures: judged.map { PrecisionMeasure(name: targets[$0].name, goal: targets[$0].goal) },
      confidence: confidence, replicationsMin: replicationsMin, replicationsMax: replicationsMax)
    for values in early { fresh.record(values: judged.map { values[$0] }) }
    stopping = fresh
    return judge()
  }

  private mutating func judge() -> Bool {
    let progress = stopping!.progress
    for index in judged.indices {
      metSince[index] = progress[index].isMet ? metSince[index] ?? stopping!.replicationCount : nil
    }
    switch stopping!.decision {
    case .continue(let total):
      predicted = total ?? replicationsMax
      return false
    case .precisionReached: ending = .reached
    case .capReached: ending = .capped
    }
    predicted = stopping!.replicationCount
    return true
  }

  var report: PrecisionReport {
    let progress = stopping?.progress ?? []
    let lines = targets.enumerated().map { index, target in
      let position = judged.firstIndex(of: index)
      let state = position.map { progress[$0] }
      return PrecisionReport.Line(
        target: target, interval: state?.interval, halfWidthMax: state?.halfWidthMax,
        isMet: state?.isMet ?? false, metSince: position.flatMap { metSince[$0] },
        predictedTotal: state?.predictedTotal)
    }
    return PrecisionReport(
      ending: ending, replications: stopping?.replicationCount ?? early.count,
      replicationsMin: replicationsMin, replicationsMax: replicationsMax,
      confidenceEach: stopping?.confidencePerMeasure ?? confidence, lines: lines)
  }
}

extension SequentialStopping {
  /// Takes in a replication; the decision is asked for afterwards.
  fileprivate mutating func record(values: [Double?]) { _ = record(values) }
}
