import Planning
import Synchronization

/// Shows on standard error what a plan is trying; how much is left, a search does not know.
final class PlanMeter: Sendable {
  private struct State {
    var batch = 0
    var inBatch = 0
    var name = ""
    var replications = 0
    var events: UInt64 = 0
  }
  private let mode: ProgressMode
  private let console: Console
  private let start = monotonicSeconds()
  private let state = Mutex(State())

  init(_ options: StudyOptions, console: Console) {
    mode = ProgressMode(options, console)
    self.console = console
  }

  /// A batch of replications begins; `name` is its first design.
  func begin(_ count: Int, _ name: String) {
    guard count > 0 else { return }
    state.withLock { state in
      state.batch = count
      state.inBatch = 0
      state.name = name
      if mode == .plain { console.message("plan  \(facts(state))") }
      if mode == .bar { console.progress("\r\u{1B}[K  plan  \(facts(state))") }
    }
  }

  func finished(_ events: UInt64) {
    state.withLock { state in
      state.inBatch += 1
      state.replications += 1
      state.events += events
      if mode == .bar { console.progress("\r\u{1B}[K  plan  \(facts(state))") }
    }
  }

  func clear() { if mode == .bar { console.progress("\r\u{1B}[K") } }

  private func facts(_ state: State) -> String {
    let elapsed = max(1e-6, monotonicSeconds() - start)
    let rate = QuantityText.count((Double(state.events) / elapsed).rounded())
    let runs = "\(state.replications) \(state.replications == 1 ? "run" : "runs")"
    return "\(runs) finished   \(rate) events/s   \(state.name)  \(state.inBatch)/\(state.batch)"
  }
}
