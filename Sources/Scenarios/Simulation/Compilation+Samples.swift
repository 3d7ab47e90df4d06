import Kernel
import Services
package import Statistics

/// Laws behind which a file of measured values stands.
extension Compilation {
  /// A law from a file; nil when the node names no file, or after a mistake.
  mutating func measured(_ node: Node, _ quantity: Literal.Quantity, path: String) -> Distribution? {
    guard let call = sampleCall(node, quantity) else { return nil }
    if call.draw == .replay {
      report(
        "S308", node,
        "a replay gives the n-th message the n-th value: put it under the fields of a workload, and name the field in sleep or compute",
        path: path)
      return nil
    }
    guard let sample = sample(call, node, path: path) else { return nil }
    let result = project.cache.value(.law(sample.file, call.options, call.draw)) {
      Self.law(sample.values, call)
    }
    if let problem = result.problem {
      report("S343", node, "\(sample.file): \(problem)", path: path)
      return nil
    }
    if case .fit(let facts) = result.content, !facts.isClose {
      report(
        "A616", node,
        "\(facts.expression) is far from the \(facts.count) values of \(sample.file) (KS distance \(SignificantDigits.text(facts.distance, digits: 2)))",
        hint: "'highwater fit' shows every family; empirical(...) takes the values as they are", path: path,
        severity: .warning)
    }
    if let content = result.content {
      inputs.append(InputNote(place: Self.place(path), file: sample.file, content: content))
    }
    return result.law
  }

  /// Whether a node asks for values one message after another.
  func isReplay(_ node: Node) -> Bool { sampleCall(node, .measure)?.draw == .replay }

  /// Values that messages take one after another; nil when the node is something else, or after a mistake.
  mutating func replayed(_ node: Node, path: String) -> [Double]? {
    guard let call = sampleCall(node, .measure), call.draw == .replay,
      let sample = sample(call, node, path: path)
    else { return nil }
    inputs.append(
      InputNote(
        place: Self.place(path), file: sample.file,
        content: .replay(column: sample.values.column, count: sample.values.values.count)))
    return sample.values.values
  }

  private func sampleCall(_ node: Node, _ quantity: Literal.Quantity) -> SampleCall? {
    if let text = node.text {
      return SampleCall.isMeant(text) ? try? SampleCall(text, as: quantity) : nil
    }
    return (try? SampleCall(node, as: quantity)) ?? nil
  }

  private mutating func sample(_ call: SampleCall, _ node: Node, path: String) -> (
    file: String, values: Sample
  )? {
    let reference = node["file"] ?? Node(.scalar(call.file, isPlain: true), at: node.position)
    guard let file = data(reference, path: path) else { return nil }
    let read = project.cache.value(.sample(file.path, call.options)) {
      var mistakes = DataFileMistakes(file: file.path, path: path)
      return (
        sample: SampleReader.read(file.bytes, call.options, into: &mistakes), mistakes: mistakes.diagnostics
      )
    }
    diagnostics += read.mistakes
    return read.sample.map { (file.path, $0) }
  }

  /// A law of values and what a report says about it.
  private struct MeasuredLaw: Sendable {
    var law: Distribution?
    var content: InputNote.Content?
    var problem: String?
  }

  private static func law(_ sample: Sample, _ call: SampleCall) -> MeasuredLaw {
    switch call.draw {
    case .law(let use):
      let sorted = sample.values.sorted()
      let content = InputNote.Content.values(column: sample.column, count: sorted.count, use)
      if use == .values || sorted.count == 1 { return MeasuredLaw(law: .empirical(sorted), content: content) }
      let last = Double(sorted.count - 1)
      return MeasuredLaw(
        law: .piecewise(
          PiecewiseQuantiles(
            sorted.enumerated().map {
              PiecewiseQuantiles.Point(p: Double($0.offset) / last, value: $0.element)
            })),
        content: content)
    case .fit(let family): return fit(sample, family.flatMap(LawFamily.init), call.options.quantity)
    case .replay: preconditionFailure("a replay is no law")
    }
  }

  private static func fit(
    _ sample: Sample, _ family: LawFamily?, _ quantity: Literal.Quantity
  ) -> MeasuredLaw {
    let best: FittedLaw
    if sample.values.allSatisfy({ $0 == sample.values[0] }) {
      return MeasuredLaw(problem: FitProblem.words(.noVariation, count: sample.values.count))
    }
    do {
      if let family {
        best = try FittedLaw(family, to: sample.values)
      } else if let first = FittedLaw.ranked(sample.values).first(where: { LawExpression.isPossible($0.law) })
      {
        best = first
      } else {
        // Every family failed for the same reason.
        best = try FittedLaw(.exponential, to: sample.values)
      }
    } catch {
      return MeasuredLaw(problem: FitProblem.words(error, count: sample.values.count))
    }
    guard LawExpression.isPossible(best.law) else {
      return MeasuredLaw(
        problem: "the \(best.law.family.rawValue) law of these values has no finite mean and variation")
    }
    let expression = LawExpression(best.law, quantity)
    let quality = FitQuality(best, values: sample.values, plotPoints: 0)
    return MeasuredLaw(
      law: expression.law,
      content: .fit(
        .init(
          column: sample.column, count: sample.values.count, family: best.law.family,
          expression: expression.text,
          akaikeCriterion: best.akaikeCriterion, distance: quality.kolmogorovSmirnov.distance,
          andersonDarling: quality.andersonDarling.statistic, isClose: FitJudgement.isAdequate(quality))))
  }
}

/// Why values have no fit, in words.
package enum FitProblem {
  package static func words(_ error: FitError, count: Int) -> String {
    switch error {
    case .tooFewValues(let count, let needed):
      "\(count) value\(count == 1 ? "" : "s"), and a fit needs \(needed)"
    case .notPositive(let zero):
      "\(zero) of \(count) values are zero or negative, which no family allows; empirical(...) takes them as they are"
    case .notFinite(let broken): "\(broken) of \(count) values are infinite"
    case .noVariation: "all values are equal: write the value itself"
    case .notConverged: "the fit of this family finds no solution; try another family"
    }
  }
}
