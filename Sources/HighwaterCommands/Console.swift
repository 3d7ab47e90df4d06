package import Reports

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a program writes: results to standard output, progress and messages to standard error.
package final class Console: Sendable {
  package let style: TerminalStyle
  /// Standard error is a terminal, so that a line on it can be drawn again.
  let showsProgressBar: Bool
  /// The variables that change how things are shown, never what.
  let isCI: Bool
  /// The file to which GitHub Actions takes Markdown for the page of the job.
  let stepSummary: String?
  private let output: @Sendable (String) -> Void
  private let errors: @Sendable (String) -> Void

  package init(
    style: TerminalStyle, showsProgressBar: Bool, isCI: Bool, stepSummary: String? = nil,
    output: @escaping @Sendable (String) -> Void, errors: @escaping @Sendable (String) -> Void
  ) {
    self.style = style
    self.showsProgressBar = showsProgressBar
    self.isCI = isCI
    self.stepSummary = stepSummary
    self.output = output
    self.errors = errors
  }

  /// The process's own streams. Colours on a terminal unless `NO_COLOR` is set, and wherever `CLICOLOR_FORCE` is.
  package static func standard() -> Console {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let isForced = variable("CLICOLOR_FORCE").map { $0 != "0" } ?? false
    let isPlain = variable("NO_COLOR") != nil || variable("TERM") == "dumb"
    return Console(
      style: TerminalStyle(isColoured: isForced || (isTerminal && !isPlain), width: terminalWidth() ?? 100),
      showsProgressBar: isatty(STDERR_FILENO) == 1, isCI: variable("CI") != nil,
      stepSummary: variable("GITHUB_STEP_SUMMARY"), output: { write($0, to: STDOUT_FILENO) },
      errors: { write($0, to: STDERR_FILENO) })
  }

  /// A result, on standard output.
  package func write(_ text: String) { output(text) }

  /// A message, on standard error, on lines of its own.
  package func message(_ text: String) { errors(text.hasSuffix("\n") ? text : text + "\n") }

  /// Adds Markdown to the page of the job where GitHub Actions runs it.
  ///
  /// A page that cannot be written is no reason to fail what was asked for.
  func addToStepSummary(_ markdown: String) {
    guard let stepSummary, let file = fopen(stepSummary, "a") else { return }
    defer { fclose(file) }
    fputs(markdown, file)
  }

  /// A piece of a progress line, as it is.
  func progress(_ text: String) { errors(text) }

  /// A variable of the environment that is set to something.
  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func terminalWidth() -> Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 60 else { return nil }
    return min(Int(size.ws_col), 160)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let written = rest.baseAddress.map { Self.write($0, rest.count, to: descriptor) } ?? 0
        // A reader that has gone away is no reason to fail.
        guard written > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
      }
    }
  }

  private static func write(_ bytes: UnsafeRawPointer, _ count: Int, to descriptor: Int32) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes, count)
    #else
      Darwin.write(descriptor, bytes, count)
    #endif
  }
}

func exitProcess(_ code: Int32) -> Never { exit(code) }
