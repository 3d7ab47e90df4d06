import ArgumentParser
import Planning
import Reports

struct VerifyCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Simulates what is known from outside and sets the known figures beside the simulated ones.",
    discussion: """
      Published measurements, documented rules and arithmetic: latencies, throttles, growth, retries, losses. Exits with 99 \
      when a figure is outside its tolerance.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown }

  @Argument(help: "Words of the titles of the studies to carry out; all when left out.")
  var words: [String] = []

  @Option(help: "What standard output carries.")
  var format: Format = .text

  @Option(name: .shortAndLong, help: "Simulations at once; all processors when left out.")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs is \(jobs); expected 1 or more") }
  }

  func run(in program: Program) throws -> Int32 {
    let studies = ValidationStudy.all.filter { study in
      words.allSatisfy { study.title.lowercased().contains($0.lowercased()) }
    }
    guard !studies.isEmpty else {
      throw ProgramExit(
        ExitStatus.usage,
        "no study is about '\(words.joined(separator: " "))'; there are: "
          + ValidationStudy.all.map(\.title).joined(separator: "; "))
    }
    var results: [ValidationResult] = []
    for study in studies {
      let result: ValidationResult
      do { result = try study.carryOut(jobs: jobs ?? availableProcessorCount()) } catch {
        throw ProgramExit(InternalInvariantError.exitCode, "\(study.title): \(error)")
      }
      if format == .text {
        program.console.write(ValidationReport.text(result, style: program.console.style))
      }
      results.append(result)
    }
    let differing = results.reduce(0) { $0 + $1.disagreeing }
    let compared = results.reduce(0) { $0 + $1.figures.count { $0.agrees != nil } }
    if format == .markdown {
      program.console.write(ValidationReport.markdown(results, command: "highwater verify --format markdown"))
    } else {
      program.console.write("\n  \(compared - differing) of \(compared) figures agree\n")
    }
    return differing == 0 ? ExitStatus.done : VerdictExit.failed
  }
}
