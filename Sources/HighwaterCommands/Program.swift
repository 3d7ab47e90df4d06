import ArgumentParser
public import HandlerKit
import Reports

/// A program with Highwater's whole command line and handlers of its own.
///
/// ```swift
/// @main struct MyPlanner: HighwaterProgram {
///   static let handlers: HandlerRegistry = ["shop.checkout": { config in try Checkout(config) }]
/// }
/// ```
public protocol HighwaterProgram {
  static var handlers: HandlerRegistry { get }
}

extension HighwaterProgram {
  public nonisolated static func main() {
    let program = Program(handlers: handlers, console: .standard())
    exitProcess(program.run(Array(CommandLine.arguments.dropFirst())))
  }
}

/// The command line as a function from arguments to an exit code.
package struct Program {
  package static let version = "0.1.0"

  let handlers: HandlerRegistry
  let console: Console

  package init(handlers: HandlerRegistry, console: Console) {
    self.handlers = handlers
    self.console = console
  }

  /// Runs one command.
  ///
  /// - Returns: The exit code of the process. Source: scenario format §11.
  package func run(_ arguments: [String]) -> Int32 {
    do {
      let command = try HighwaterCommand.parseAsRoot(arguments)
      guard let command = command as? any ProgramCommand else {
        var command = command
        try command.run()
        return ExitStatus.done
      }
      return try command.run(in: self)
    } catch let exit as ProgramExit {
      if let message = exit.message { console.message("error: \(message)") }
      return exit.code
    } catch {
      let code = HighwaterCommand.exitCode(for: error)
      let text = HighwaterCommand.fullMessage(for: error, columns: console.style.width)
      if code.isSuccess { console.write(text + "\n") } else { console.message(text) }
      return code.rawValue
    }
  }
}

/// A subcommand that needs the program's handlers and console.
protocol ProgramCommand: ParsableCommand {
  /// - Returns: The exit code.
  func run(in program: Program) throws -> Int32
}

/// Ends a command with a code and a line for the user.
struct ProgramExit: Error {
  var code: Int32
  var message: String?

  init(_ code: Int32, _ message: String? = nil) {
    self.code = code
    self.message = message
  }
}

/// Exit codes that are not a verdict's. Source: scenario format §11.
enum ExitStatus {
  static let done: Int32 = 0
  static let unexpected: Int32 = 1
  static let usage: Int32 = 64
  static let invalidScenario: Int32 = 65
  static let notFound: Int32 = 66
  static let interrupted: Int32 = 130
}

struct HighwaterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "highwater",
    abstract:
      "Simulates serverless event pipelines in virtual time, against the documented limits of their services.",
    discussion: """
      Exit codes: 0 all thresholds hold, 64 bad command line, 65 bad scenario, 66 file not found, 70 bug in \
      highwater, 73 output cannot be written, 97 worse than the baseline, 98 undecided with --strict, 99 a threshold failed, 130 interrupted.
      """,
    version: Program.version,
    subcommands: [
      RunCommand.self, TestCommand.self, CompareCommand.self, PlanCommand.self, SweepCommand.self,
      MergeCommand.self,
      FitCommand.self, ValidateCommand.self, ConfigCommand.self, ExplainCommand.self, LimitsCommand.self,
      SchemaCommand.self, VerifyCommand.self,
    ])
}
