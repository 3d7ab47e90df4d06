package import HandlerKit
package import Services

/// Runs handlers written in Swift in the virtual time of one simulation.
///
/// One host belongs to one simulation and to the thread that it runs on. Handlers start and continue in the
/// order in which the engine says so, each until it waits, so that equal calls give equal runs.
package final class HandlerHost: InvocationHost {
  private let runtime: InvocationRuntime

  /// Makes the handlers of all functions of the system that name one.
  ///
  /// - Throws: `HandlerHostError` for a name that is not registered, a config map that the handler refuses, or a
  ///   source whose events the handler does not take.
  package convenience init(registry: HandlerRegistry, system: SystemSpec) throws {
    try self.init(registry: registry, system: system, executor: VirtualExecutor())
  }

  package init(registry: HandlerRegistry, system: SystemSpec, executor: VirtualExecutor) throws {
    let functions = try HandlerTable(registry: registry, system: system)
    runtime = InvocationRuntime(executor: executor, functions: functions, names: ResourceNames(system))
  }

  /// Lets the tasks of invocations that never ended unwind, so that a finished simulation frees its memory.
  deinit { runtime.shutDown() }

  package func start(_ invocation: HandlerInvocation) { runtime.start(invocation) }
  package func resume(_ operation: OperationID, with result: OperationResult) {
    runtime.resume(operation, with: result)
  }
  package func kill(_ invocation: InvocationID) { runtime.kill(invocation) }
  package var hasReadyJobs: Bool { runtime.executor.hasJobs }
  package func runReadyJobs(_ services: any HandlerServices) { runtime.runReadyJobs(services) }

  /// Handlers that wait for nothing the simulation could give them, in order of starting.
  ///
  /// Exact between events, once the ready jobs have run: an invocation is alone in its environment, so
  /// nothing but an operation's answer can make it go on. Costs nothing while there is none.
  package var stalledInvocations: [InvocationID] { runtime.stalledInvocations }

  /// What is known of the reason of stalls, in words for a message.
  package var stallHint: String { runtime.stallHint }

  /// By which way jobs reach the simulation.
  package var method: VirtualExecutor.Method { runtime.executor.method }
}
