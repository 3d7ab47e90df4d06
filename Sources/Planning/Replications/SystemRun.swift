package import HandlerKit
package import Records
package import Services
import VirtualRuntime

extension SystemSpec {
  /// Runs one replication from its number to its end, with handlers where functions are written in Swift.
  ///
  /// - Throws: `StalledRun` when handlers wait for something outside virtual time; whatever a handler's factory throws.
  package func run(
    replication: Int, handlers: HandlerRegistry, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws -> RunRecords {
    let host = needsHost ? try HandlerHost(registry: handlers, system: self) : nil
    let simulation = Simulation(self, replication: replication, host: host, isInterrupted: isInterrupted)
    let records = simulation.run()
    if let reason = simulation.stallReason { throw StalledRun(reason: reason, hint: host?.stallHint ?? "") }
    return records
  }

  /// Makes all handlers once, so that a name nobody registered is found before anything runs.
  package func checkHandlers(_ handlers: HandlerRegistry) throws {
    if needsHost { _ = try HandlerHost(registry: handlers, system: self) }
  }

  /// Whether some function is written in Swift.
  package var needsHost: Bool {
    functions.contains { if case .swift = $0.handler { true } else { false } }
  }
}

/// A handler waits for something that virtual time cannot give it.
package struct StalledRun: Error, CustomStringConvertible {
  package var reason: String
  package var hint: String
  package var description: String { "stalled: \(reason)" + (hint.isEmpty ? "" : "; \(hint)") }
}
