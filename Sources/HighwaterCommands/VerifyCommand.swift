import ArgumentParser
import KnownAnswers
import Planning
import Reports
import Scenarios

struct VerifyCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Sets what is known from outside beside what this program gives on this machine.",
    discussion: """
      Known answers (textbooks, published tables, exact calculations) beside formulas and simulations; how often confidence \
      intervals hold the true value; published measurements, documented rules and arithmetic beside simulations: latencies, \
      throttles, growth, retries, losses. Exits with 99 when a value or a figure is outside its tolerance. A published value \
      that is known to be wrong is shown with what is right, and coverage as it is: neither fails.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, json }

  @Argument(
    help: "Words of the title of a part: 'known answers', 'coverage', 'SQS'; all parts when left out.")
  var words: [String] = []

  @Flag(help: "Known answers by formulas only, within a second or two: nothing is simulated.")
  var quick = false

  @Option(
    help:
      "Only these known answers, a line each: all, families such as mmc, cases such as mmc-zipapi-10-Wq, with commas."
  )
  var cases: String?

  @Option(help: "What standard output carries.")
  var format: Format = .text

  @Option(help: "Simulates known answers with other random numbers; those of the documentation are 0.")
  var seed: UInt64 = 0

  @Option(name: .shortAndLong, help: "Simulations at once; all processors when left out.")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs is \(jobs); expected 1 or more") }
    if cases != nil, !words.isEmpty {
      throw ValidationError(
        "--cases names known answers, '\(words.joined(separator: " "))' a part: leave out one")
    }
    if seed != 0, quick { throw ValidationError("--seed is for simulations, which --quick leaves out") }
  }

  func run(in program: Program) throws -> Int32 {
    let selection = try selection()
    let jobs = jobs ?? availableProcessorCount()
    let style = program.console.style
    func show(_ text: @autoclosure () -> String) { if format == .text { program.console.write(text()) } }

    var answers: [AnswerResult] = []
    if !selection.answers.isEmpty {
      answers = try carryOut("known answers") {
        try AnswerStudy.carryOut(selection.answers, simulates: !quick, seed: seed, jobs: jobs)
      }
      show(AnswerReport.text(answers, showsCases: cases != nil, style: style))
    }
    var coverage: [CoverageResult] = []
    if selection.coverage {
      coverage = CoverageValidation.carryOut(jobs: jobs)
      show(CoverageReport.text(coverage, style: style))
    }
    var studies: [ValidationResult] = []
    for study in selection.studies {
      let result = try carryOut(study.title) { try study.carryOut(jobs: jobs) }
      show(ValidationReport.text(result, style: style))
      studies.append(result)
    }
    switch format {
    case .text: show(summary(studies, answers))
    case .markdown:
      program.console.write(
        ValidationReport.markdown(
          studies, answers: answers, coverage: coverage, command: "highwater verify --format markdown"))
    case .json:
      program.console.write(
        ValidationDocument.json(answers: answers, coverage: coverage, studies: studies))
    }
    let isDiffering = studies.contains { $0.disagreeing > 0 } || answers.contains(where: \.differs)
    return isDiffering ? VerdictExit.failed : ExitStatus.done
  }

  // MARK: Parts

  private struct Selection {
    var answers: [KnownAnswer] = []
    var coverage = false
    var studies: [ValidationStudy] = []
  }

  private static let answersTitle = "known answers"
  private static let coverageTitle = "coverage of the intervals"

  private func selection() throws -> Selection {
    if let cases { return Selection(answers: try answers(named: cases)) }
    func isWanted(_ title: String) -> Bool {
      words.allSatisfy { title.lowercased().contains($0.lowercased()) }
    }
    let studies = ValidationStudy.all.filter { isWanted($0.title) }
    let selection = Selection(
      answers: isWanted(Self.answersTitle) ? KnownAnswers.all : [],
      coverage: isWanted(Self.coverageTitle) && !quick, studies: quick ? [] : studies)
    let text = words.joined(separator: " ")
    guard selection.answers.isEmpty, !selection.coverage, selection.studies.isEmpty else {
      guard seed == 0 || !selection.answers.isEmpty else {
        throw ProgramExit(ExitStatus.usage, "--seed is for known answers, and '\(text)' names none")
      }
      return selection
    }
    if quick, isWanted(Self.coverageTitle) || !studies.isEmpty {
      throw ProgramExit(ExitStatus.usage, "'\(text)' is simulated, which --quick leaves out")
    }
    let titles = [Self.answersTitle, Self.coverageTitle] + ValidationStudy.all.map(\.title)
    let vocabulary = Set(titles.flatMap { $0.lowercased().split { !$0.isLetter }.map(String.init) }).sorted()
    let nearest = words.filter { word in !vocabulary.contains { $0.contains(word.lowercased()) } }
      .compactMap { NearestName.of($0, in: vocabulary) }.first
    throw ProgramExit(
      ExitStatus.usage,
      "nothing is about '\(text)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "") + " There are: "
        + titles.joined(separator: "; "))
  }

  /// The cases that `--cases` names, in the order of the file; every mistake at once.
  private func answers(named list: String) throws -> [KnownAnswer] {
    let names = list.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0.drop { $0 == " " })
    }
    let known = ["all"] + KnownAnswers.categories + KnownAnswers.all.map(\.id)
    let mistakes = names.filter { !known.contains($0) }.map { name in
      let nearest = NearestName.of(name, in: known).map { "; nearest: '\($0)'" } ?? ""
      return "no known answer is named '\(name)'\(nearest)"
    }
    guard mistakes.isEmpty else {
      throw ProgramExit(
        ExitStatus.usage,
        mistakes.joined(separator: "\n") + "\nfamilies: " + KnownAnswers.categories.joined(separator: ", "))
    }
    return KnownAnswers.all.filter {
      names.contains("all") || names.contains($0.category) || names.contains($0.id)
    }
  }

  private func carryOut<Result>(_ title: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      throw ProgramExit(InternalInvariantError.exitCode, "\(title): \(error)")
    }
  }

  /// The last line; known answers alone have theirs already.
  private func summary(_ studies: [ValidationResult], _ answers: [AnswerResult]) -> String {
    guard !studies.isEmpty else { return "" }
    let figures = ValidationReport.agreement(studies)
    return "\n  \(answers.isEmpty ? figures : "\(AnswerReport.brief(answers)); \(figures)")\n"
  }
}
