import Planning
import Synchronization

/// Shows on standard error how far the replications are.
final class ProgressMeter: Sendable {
  private let mode: ProgressMode
  private let console: Console
  private let label: String
  private let start = monotonicSeconds()
  private let lastTenth = Mutex(0)
  private static let width = 24

  init(_ options: StudyOptions, label: String, console: Console) {
    mode = ProgressMode(options, console)
    self.console = console
    self.label = label
  }

  func update(_ progress: ReplicationProgress) {
    switch mode {
    case .off: return
    case .bar:
      let filled = progress.finished * Self.width / max(1, progress.total)
      let bar = String(repeating: "━", count: filled) + String(repeating: "╌", count: Self.width - filled)
      console.progress("\r\u{1B}[K  \(label)  \(bar)  \(facts(progress))")
    case .plain:
      // One line per tenth, whatever the number of replications.
      let tenth = progress.finished * 10 / max(1, progress.total)
      guard
        lastTenth.withLock({ last in
          defer { last = max(last, tenth) }
          return tenth > last
        })
      else { return }
      console.message("\(label) \(tenth * 10) %  \(facts(progress))")
    }
  }

  /// Clears the bar.
  func finish() {
    if mode == .bar { console.progress("\r\u{1B}[K") }
  }

  private func facts(_ progress: ReplicationProgress) -> String {
    let elapsed = max(1e-6, monotonicSeconds() - start)
    let rate = QuantityText.count(Double(progress.events) / elapsed)
    let left = elapsed / Double(max(1, progress.finished)) * Double(progress.total - progress.finished)
    return
      "\(progress.finished)/\(progress.total)   \(rate) events/s   eta \(QuantityText.duration(left.rounded(.up)))"
  }
}

/// How progress is shown.
enum ProgressMode {
  case bar, plain, off

  init(_ options: StudyOptions, _ console: Console) {
    self =
      switch options.progress {
      case .off: .off
      case .bar: .bar
      case .plain: .plain
      case .auto: options.quiet || console.isCI || !console.showsProgressBar ? .off : .bar
      }
  }
}
