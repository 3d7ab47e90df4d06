package import Kernel
package import Records

/// One replication of a system: owns its world, runs it to the end, and lets Swift handlers run between events.
///
/// Single-threaded. Handlers call back while no event is being handled, so the world is never entered twice.
package final class Simulation: HandlerServices {
  private var world: World
  private let host: (any InvocationHost)?
  private let isInterrupted: @Sendable () -> Bool
  private let eventBudget: UInt64
  /// How many events pass between two looks at the budget and at the interruption.
  private static let checkInterval: UInt64 = 4096

  /// - Parameters:
  ///   - tieSeed: Test mode: permutes events of equal time and rank.
  ///   - isInterrupted: Asked every few thousand events; true ends the run as `interrupted`.
  package init(
    _ spec: SystemSpec, replication: Int, host: (any InvocationHost)? = nil, tieSeed: UInt64? = nil,
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    self.host = host
    self.isInterrupted = isInterrupted
    eventBudget = spec.run.eventBudget
    world = World(spec, replication: replication, host: host, tieSeed: tieSeed)
  }

  package var now: SimTime { world.now }
  /// Why a run stalled, in words for the user.
  package var stallReason: String? { world.stallReason }

  /// Runs until everything is settled, the drain time is over or the event budget is spent.
  package func run() -> RunRecords {
    world.scheduleFirstEvents()
    var nextCheck = Self.checkInterval
    while world.ending == nil {
      world.handleEvents(atMost: nextCheck - world.eventCount)
      if let host {
        while host.hasReadyJobs { host.runReadyJobs(self) }
      }
      if world.eventCount == nextCheck {
        nextCheck += Self.checkInterval
        if world.eventCount >= eventBudget { world.end(.budgetExhausted) }
        if isInterrupted() { world.end(.interrupted) }
      }
    }
    return world.finish()
  }

  package func begin(_ request: OperationRequest, for id: InvocationID) -> OperationID {
    world.begin(request, for: id)
  }
  package func handlerFinished(_ id: InvocationID, _ result: HandlerResult) {
    world.handlerFinished(id, result)
  }
  package func note(_ text: String, from id: InvocationID) { world.note(text, from: id) }
}
