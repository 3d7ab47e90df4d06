/// Proves at start-up that the enqueue hook catches every kind of job that handlers make.
///
/// The hook is an entry of the Swift runtime that nobody promises to keep, so each process tries it before it
/// relies on it: one small program per kind of concurrency has to finish in one drain, on this thread, by the
/// hook.
/// `Task.yield` and `Task.sleep` are not among them: since Swift 6.2 they ask the default executor without the hook,
/// and a handler that calls them is found by the stall detector.
package enum Canary {
  package static let hookWorks: Bool = run(VirtualExecutor(method: .enqueueHook)).isEmpty

  /// Runs the trial.
  ///
  /// - Returns: The kinds of concurrency that left the simulation; empty when all is well.
  package static func run(_ executor: VirtualExecutor) -> [String] {
    let trial = Trial(executor)
    for kind in Kind.allCases {
      _ = executor.start { await trial.perform(kind) }
      executor.runUntilIdle()
    }
    var failed = Kind.allCases.filter { !trial.finished.contains($0) }.map(\.rawValue)
    if executor.method == .enqueueHook && executor.hookedJobCount == 0 { failed.append("the hook") }
    return failed
  }

  private enum Kind: String, CaseIterable, Hashable, Sendable {
    case unstructuredTask = "Task {}"
    case asyncLet = "async let"
    case group = "a task group"
    case actor = "an actor"
    case stream = "AsyncStream"
    case detached = "Task.detached"
  }

  private actor Counter {
    var value = 0
    /// Lets other callers in while it waits, for a child: the kinds of concurrency are tried one at a time.
    func add(_ n: Int) async {
      async let child: Void = Self.nothing()
      await child
      value += n
    }
    private static func nothing() async {}
  }

  private final class Trial: @unchecked Sendable {
    // Unchecked: touched only by jobs that run inside; what runs elsewhere counts as a failure and touches
    // nothing.
    private let executor: VirtualExecutor
    var finished: Set<Kind> = []
    init(_ executor: VirtualExecutor) { self.executor = executor }

    private func isInside() async -> Bool { executor.isInside }

    func perform(_ kind: Kind) async {
      let isInside =
        switch kind {
        case .unstructuredTask: await Task { await self.isInside() }.value
        case .detached: await Task.detached { await self.isInside() }.value
        case .asyncLet: await bothInside()
        case .group: await groupInside()
        case .actor: await actorInside()
        case .stream: await streamInside()
        }
      if isInside && executor.isInside { finished.insert(kind) }
    }

    private func bothInside() async -> Bool {
      async let one = isInside()
      async let two = isInside()
      return await (one, two) == (true, true)
    }
    private func groupInside() async -> Bool {
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<3 { group.addTask { await self.isInside() } }
        return await group.reduce(true) { $0 && $1 }
      }
    }
    private func actorInside() async -> Bool {
      let counter = Counter()
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<3 { group.addTask { await counter.add(1) } }
      }
      return await counter.value == 3 && executor.isInside
    }
    private func streamInside() async -> Bool {
      let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
      let producer = Task {
        for i in 1...3 {
          continuation.yield(i)
          await Task {}.value
        }
        continuation.finish()
        return await self.isInside()
      }
      var sum = 0
      for await value in stream { sum += value }
      return await producer.value && sum == 6
    }
  }
}
