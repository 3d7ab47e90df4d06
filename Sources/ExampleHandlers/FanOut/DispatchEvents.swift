public import HandlerKit

/// The fan-out function: hands every event of a batch on to several subscribers.
///
/// Service operations: one asynchronous or synchronous invocation per event and target function, or calls of as
/// many events as the API takes per target topic or stream; target after target, or all targets at once. What a
/// target refused is tried again alone, `attempts` times in all. What is left then is the hard part of a fan-out,
/// and `onFailure` says what becomes of it:
///
/// - `fail`: the invocation fails, the whole batch comes again, and the targets that had accepted it get it twice.
/// - `report`: the events that some target missed are reported as failed items. A stream comes back from the lowest
///   one, so that here too all targets get the rest twice.
/// - `swallow`: the failure is logged, and the targets that refused never see the event.
///
/// The same as steps: `parallel: {branches: [[send: {to: A, each: true}], [send: {to: B, each: true}]]}`.
///
/// | config | default | meaning |
/// |---|---|---|
/// | `kind` | `function` | what the targets are: `function`, `topic` or `stream` |
/// | `targets` | – | logical ids, with commas between them |
/// | `wait` | false | functions: waits for each answer, and a function error counts as a failure |
/// | `parallel` | true | all targets at once |
/// | `attempts` | 3 | tries of each target, the first included |
/// | `backoff` | 100 ms | pause before the next try, doubling |
/// | `onFailure` | `fail` | `fail`, `report` or `swallow` |
public struct DispatchEvents: LambdaHandler {
  enum Kind: String, Sendable, CaseIterable { case function, topic, stream }
  enum FailurePolicy: String, Sendable, CaseIterable { case fail, report, swallow }
  let kind: Kind
  let targets: [String]
  let waits: Bool
  let isParallel: Bool
  let attempts: Int
  let backoff: Duration
  let onFailure: FailurePolicy

  public init(_ config: HandlerConfig) throws {
    try config.check(keys: ["kind", "targets", "wait", "parallel", "attempts", "backoff", "onFailure"])
    kind = try config.choice("kind", default: .function)
    targets = try config.list("targets")
    waits = try config.flag("wait", default: false)
    isParallel = try config.flag("parallel", default: true)
    attempts = try config.integer("attempts", default: 3, in: 1...100)
    backoff = try config.duration("backoff", default: .milliseconds(100))
    onFailure = try config.choice("onFailure", default: .fail)
  }

  public func handle(_ event: TriggerEvent, context: Context) async throws -> StreamsEventResponse {
    var missed: [[Int]]
    if isParallel {
      missed = Array(repeating: [], count: targets.count)
      try await withThrowingTaskGroup(of: (Int, [Int]).self) { group in
        for (index, target) in targets.enumerated() {
          group.addTask { (index, try await dispatch(event.messages, to: target, context)) }
        }
        for try await (index, failed) in group { missed[index] = failed }
      }
    } else {
      missed = []
      for target in targets { missed.append(try await dispatch(event.messages, to: target, context)) }
    }
    guard let first = missed.firstIndex(where: { !$0.isEmpty }) else { return StreamsEventResponse() }
    let failed = Set(missed.joined()).sorted()
    switch onFailure {
    case .fail: throw DispatchFailed(target: targets[first])
    case .report:
      return StreamsEventResponse(
        batchItemFailures: failed.map { .init(itemIdentifier: event.itemIdentifier(of: event.messages[$0])) })
    case .swallow:
      for (target, positions) in zip(targets, missed) where !positions.isEmpty {
        context.logger.error("missed", metadata: ["target": "\(target)", "events": "\(positions.count)"])
      }
      return StreamsEventResponse()
    }
  }

  /// Hands events to one target, and what it refused again.
  ///
  /// - Returns: Positions of the events that it never accepted.
  private func dispatch(_ events: [Message], to target: String, _ context: Context) async throws -> [Int] {
    var rest = Array(events.indices)
    var pause = backoff
    for attempt in 1...attempts {
      rest = try await send(rest, of: events, to: target, context)
      if rest.isEmpty || attempt == attempts { break }
      try await context.clock.sleep(for: pause)
      pause *= 2
    }
    return rest
  }

  /// One try; positions of the events that were refused.
  private func send(_ positions: [Int], of events: [Message], to target: String, _ context: Context)
    async throws -> [Int]
  {
    var refused: [Int] = []
    var next = 0
    let most = kind == .function ? 1 : kind == .topic ? 10 : 500
    while next < positions.count {
      let part = positions[next..<min(next + most, positions.count)]
      next += part.count
      let entries = part.map { OutgoingEntry(passing: events[$0]) }
      switch kind {
      case .topic: refused += Self.refused(part, try await context.sns.publishBatch(target, entries))
      case .stream:
        refused += Self.refused(part, try await context.kinesis.putRecords(target, entries).errorCodes)
      case .function:
        do {
          try await context.lambda.invoke(target, waits ? .requestResponse : .event, payload: entries)
        } catch is CancellationError {
          throw CancellationError()
        } catch { refused += part }
      }
    }
    return refused
  }

  private static func refused(_ positions: ArraySlice<Int>, _ codes: [String?]) -> [Int] {
    zip(positions, codes).filter { $1 != nil }.map(\.0)
  }
}

/// A target did not take some event of a batch.
public struct DispatchFailed: NamedError, Hashable {
  public let target: String
  public var errorName: String { "\(target) refused" }
}
