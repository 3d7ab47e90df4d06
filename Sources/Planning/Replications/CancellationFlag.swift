import Synchronization

/// Asks running work to stop; set once, from any thread or from a signal handler.
///
/// A single atomic store: nothing that a signal handler may not do.
package final class CancellationFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  package init() {}
  package func cancel() { flag.store(true, ordering: .releasing) }
  package var isCancelled: Bool { flag.load(ordering: .acquiring) }
}
