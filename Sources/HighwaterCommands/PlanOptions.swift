import ArgumentParser
import Planning
import Scenarios

/// What a plan looks for, and how sure it has to be.
struct PlanOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Looks for the largest rate of a workload: orders, or orders=100/min..2000/min.", valueName: "workload")
  )
  var rate: String?

  @Option(help: "What the cheapest design has least of: 'METRIC AGG', or the name of an axis; cost.Monthly.")
  var minimize: String?

  @Option(help: "Looks for the designs worth their cost: cost against 'METRIC AGG'.")
  var front: String?

  @Flag(help: "Changes one setting at a time and shows which ones matter.")
  var sensitivity = false

  @Option(help: "Probability with which verdicts and choices are right.")
  var confidence = "95%"

  @Option(
    help:
      "Smallest difference of the objective worth finding: 1%, which is the default, or an amount: 5USD, 2s, 3."
  )
  var indifference: String?

  @Option(help: "Width at which the search for a rate ends: (fails − holds)/fails; 2% when left out.")
  var width: String?

  @Option(help: "Most replications of one design; 100, or those of the scenario if they are more.")
  var replicationsMax: Int?

  @Flag(help: "Concludes nothing from neighbours: simulates every design of the grid.")
  var exhaustive = false

  @Flag(help: "Forgets what the folder holds of an earlier plan.")
  var restart = false

  enum Question: Sendable, Hashable {
    /// With the ends as they are written, such as `100/min`.
    case rate(workload: String, from: String?, to: String?)
    case cheapest, front, sensitivity
  }

  /// - Throws: 64 for options that ask two questions at once.
  func question(hasAxes: Bool) throws -> Question {
    let asked = [
      rate != nil ? "--rate" : nil, front != nil ? "--front" : nil, sensitivity ? "--sensitivity" : nil,
    ]
    .compactMap(\.self)
    if asked.count > 1 {
      throw ProgramExit(
        ExitStatus.usage, "\(asked.joined(separator: " and ")) ask different questions; give one at a time")
    }
    if minimize != nil, rate != nil || sensitivity {
      throw ProgramExit(ExitStatus.usage, "--minimize is for the cheapest design, not for \(asked[0])")
    }
    let isSearch = rate == nil && !sensitivity
    let strangers = [
      (width != nil && rate == nil, "--width", "--rate"),
      (indifference != nil && !isSearch, "--indifference", "--axis and --front"),
      (exhaustive && !isSearch, "--exhaustive", "--axis and --front"),
    ]
    for (isGiven, option, question) in strangers where isGiven {
      throw ProgramExit(ExitStatus.usage, "\(option) is for \(question), not for \(asked.first ?? "--axis")")
    }
    if let rate {
      if hasAxes {
        throw ProgramExit(
          ExitStatus.usage, "--rate asks about one design, --axis about several; give the design with --set")
      }
      return try question(rate: rate)
    }
    return front != nil ? .front : sensitivity ? .sensitivity : .cheapest
  }

  private func question(rate: String) throws -> Question {
    guard let equals = rate.firstIndex(of: "=") else { return .rate(workload: rate, from: nil, to: nil) }
    let name = String(rate[..<equals])
    let text = String(rate[rate.index(after: equals)...])
    guard let dots = text.firstRange(of: "..") else {
      throw ProgramExit(ExitStatus.usage, "--rate is '\(rate)'; write \(name), or \(name)=100/min..2000/min")
    }
    return .rate(
      workload: name, from: String(text[..<dots.lowerBound]), to: String(text[dots.upperBound...]))
  }

  /// - Throws: 64 for numbers that are none or out of range.
  func confidenceValue() throws -> Double {
    try share(confidence, "--confidence", in: 0.5...0.9999, expected: "a share from 50% to 99.99%")
  }
  func widthValue() throws -> Double {
    try share(width ?? "2%", "--width", in: 0.0001...0.5, expected: "a share from 0.01% to 50%")
  }
  func indifferenceValue() throws -> Indifference {
    let indifference = indifference ?? "1%"
    if indifference.hasSuffix("%") {
      return .relative(
        try share(indifference, "--indifference", in: 0.000001...1, expected: "a share up to 100%, above 0"))
    }
    let amount =
      Literal.number(indifference) ?? (try? Literal.read(indifference, as: .money))
      ?? (try? Literal.read(indifference, as: .duration))
    guard let amount, amount > 0, amount.isFinite else {
      throw ProgramExit(
        ExitStatus.usage,
        "--indifference is '\(indifference)'; write a share such as 1%, or an amount above 0 such as 5USD or 2s"
      )
    }
    return .absolute(amount)
  }
  func replicationsMax(_ replications: Int) throws -> Int {
    guard let replicationsMax else { return max(replications, 100) }
    guard replicationsMax >= replications else {
      throw ProgramExit(
        ExitStatus.usage,
        "--replications-max is \(replicationsMax), below the \(replications) replications of the scenario")
    }
    return replicationsMax
  }

  private func share(
    _ text: String, _ option: String, in bounds: ClosedRange<Double>, expected: String
  ) throws -> Double {
    guard let share = try? Literal.read(text, as: .share), bounds.contains(share) else {
      throw ProgramExit(ExitStatus.usage, "\(option) is '\(text)'; expected \(expected)")
    }
    return share
  }
}
