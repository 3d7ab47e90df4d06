internal import CHooks

/// Runs the Swift jobs of one simulation on the thread of that simulation, in order of arrival.
///
/// Jobs come in by the enqueue hook, which catches `Task {}`, child tasks, actors and continuations alike.
/// Where the hook does not work (the canary tells), handler tasks get an executor preference instead; that
/// catches everything but unstructured tasks, and those show up as stalls. Source: design §3.5.
package final class VirtualExecutor: @unchecked Sendable {
  // Unchecked: confined to the thread of the simulation, which every entry asserts.
  package enum Method: Sendable, Hashable { case enqueueHook, executorPreference }

  package let method: Method
  let queue: OpaquePointer
  private var preference: PreferredExecutor?

  /// Chooses the hook when the canary has found that it works in this process.
  package convenience init() {
    self.init(method: Canary.hookWorks ? .enqueueHook : .executorPreference)
  }

  package init(method: Method) {
    self.method = method
    if method == .enqueueHook { hw_install_hooks() }
    queue = hw_queue_create()
    if method == .executorPreference { preference = PreferredExecutor(queue: queue) }
  }

  deinit { hw_queue_destroy(queue) }

  /// Whether the calling code runs inside this simulation.
  @inline(__always) package var isInside: Bool { hw_is_inside(queue) }

  package var hasJobs: Bool { hw_pending_count(queue) > 0 }

  /// Runs code inside the simulation: what it enqueues waits for `runUntilIdle`.
  @inline(__always) package func inside<Result>(_ body: () -> Result) -> Result {
    let previous = hw_enter(queue)
    defer { hw_leave(previous) }
    return body()
  }

  /// Runs all jobs, those that they enqueue included.
  ///
  /// - Returns: How many jobs ran.
  @discardableResult package func runUntilIdle() -> UInt64 {
    let previous = hw_enter(queue)
    defer { hw_leave(previous) }
    guard let preference else { return hw_run_until_idle(queue) }
    return preference.runUntilIdle()
  }

  /// Starts a task of this simulation; it inherits nothing from the caller.
  package func start(_ operation: @escaping @concurrent @Sendable () async -> Void) -> Task<Void, Never> {
    inside {
      if let preference {
        Task.detached(executorPreference: preference, operation: operation)
      } else {
        Task.detached(operation: operation)
      }
    }
  }

  /// Jobs that came by the hook since the start.
  package var hookedJobCount: UInt64 { hw_hooked_count(queue) }

  /// What jobs asked for that does not exist in virtual time, where the runtime lets us see it.
  package var refusals: [String] {
    var found: [String] = []
    if hw_held_count(queue, hw_held_clock) > 0 { found.append("a clock of the machine") }
    if hw_held_count(queue, hw_held_main_actor) > 0 { found.append("the main actor") }
    return found
  }
}

/// The fallback: an executor that handler tasks and their child tasks prefer.
private final class PreferredExecutor: TaskExecutor, @unchecked Sendable {
  private let queue: OpaquePointer
  init(queue: OpaquePointer) { self.queue = queue }

  func enqueue(_ job: consuming ExecutorJob) {
    precondition(
      hw_is_inside(queue),
      "a job of a simulation was enqueued on another thread: a handler waits for something outside virtual time"
    )
    hw_enqueue(queue, unsafeBitCast(UnownedJob(job), to: UnsafeMutableRawPointer.self))
  }

  func runUntilIdle() -> UInt64 {
    var count: UInt64 = 0
    while let job = hw_dequeue(queue) {
      // Sound: only `enqueue` puts jobs into a queue of this kind, as the one pointer that an UnownedJob is.
      unsafeBitCast(job, to: UnownedJob.self).runSynchronously(on: asUnownedTaskExecutor())
      count += 1
    }
    return count
  }
}
