import KnownAnswers
package import Planning
import Statistics

/// What `verify` found, for other programs.
package enum ValidationDocument {
  package static func json(
    answers: [AnswerResult], coverage: [CoverageResult], studies: [ValidationResult]
  ) -> String {
    let document = JSONWriter.Value.object([
      ("knownAnswers", .array(answers.map(answer))), ("coverage", .array(coverage.flatMap(rows))),
      ("studies", .array(studies.map(study))),
    ])
    return String(decoding: JSONWriter.bytes(document), as: UTF8.self)
  }

  private static func number(_ value: Double?) -> JSONWriter.Value { value.map { .number($0) } ?? .null }
  private static func numbers(_ values: [Double?]) -> JSONWriter.Value {
    values.count == 1 ? number(values[0]) : .array(values.map(number))
  }
  private static func texts(_ texts: [String]) -> JSONWriter.Value {
    texts.count == 1 ? .text(texts[0]) : .array(texts.map { .text($0) })
  }

  private static func answer(_ result: AnswerResult) -> JSONWriter.Value {
    let answer = result.answer
    let published: JSONWriter.Value =
      answer.expected.texts.map(texts) ?? answer.expected.optionalNumbers.map(numbers) ?? .null
    let exact: JSONWriter.Value =
      switch result.evaluation.value {
      case .values(let values): numbers(values)
      case .texts(let values): texts(values)
      case nil: .null
      }
    let (verdict, note): (String, String?) =
      switch result.evaluation.verdict {
      case .agrees: (result.simulated?.agrees == false ? "simulation differs" : "agrees", nil)
      case .differs(let words): ("differs", words)
      case .corrected(let words): ("published value wrong", words)
      case .notAdopted(let words): ("not adopted", words)
      }
    let simulated = result.simulated.map { simulated in
      JSONWriter.Value.array(
        simulated.intervals.map { interval in
          .object([
            ("mean", .number(interval.mean)), ("low", number(interval.low)),
            ("high", number(interval.high)), ("replications", .integer(interval.count)),
          ])
        })
    }
    return .object([
      ("id", .text(answer.id)), ("category", .text(answer.category)), ("model", .text(answer.model)),
      ("quantity", .text(answer.quantity)), ("unit", .text(answer.unit)), ("published", published),
      ("exact", exact), ("simulated", simulated ?? .null),
      ("inside", result.simulated.map { .boolean($0.isInside) } ?? .null), ("verdict", .text(verdict)),
      ("note", (note ?? result.detour).map { .text($0) } ?? .null),
      (
        "simulator",
        result.simulated.map { _ in .text(result.detour == nil ? "services" : "kernel") } ?? .null
      ),
    ])
  }

  private static func rows(_ result: CoverageResult) -> [JSONWriter.Value] {
    result.rows.map { row in
      .object([
        ("utilisation", .number(result.study.utilisation)), ("procedure", .text(row.procedure.rawValue)),
        ("nominal", .number(row.nominal)), ("experiments", .integer(row.count)),
        ("covered", .integer(row.covered)), ("nominalLow", .integer(row.band.lowerBound)),
        ("nominalHigh", .integer(row.band.upperBound)),
        ("meanRelativeHalfWidth", .number(row.meanRelativeHalfWidth)),
      ])
    }
  }

  private static func study(_ result: ValidationResult) -> JSONWriter.Value {
    .object([
      ("title", .text(result.study.title)), ("source", .text(result.study.source)),
      (
        "figures",
        .array(
          result.figures.map { figure in
            .object([
              ("quantity", .text(figure.quantity)), ("known", .number(figure.reference)),
              ("simulated", .number(figure.simulated)), ("tolerance", number(figure.tolerance)),
              ("agrees", figure.agrees.map { .boolean($0) } ?? .null),
            ])
          })
      ),
    ])
  }
}
