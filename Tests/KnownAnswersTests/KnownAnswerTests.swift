import Foundation
import KnownAnswers
import Testing

/// Every known answer, to its tolerance.
///
/// A case that nothing answers fails: nothing is skipped but what `notAdopted` names.
@Suite struct KnownAnswerTests {
  /// Once for all tests: two seconds without optimisation.
  private static let evaluated = KnownAnswers.all.map { (answer: $0, verdict: $0.evaluation().verdict) }

  @Test("agrees with the known answers", arguments: KnownAnswers.categories)
  func known(category: String) {
    for (answer, verdict) in Self.evaluated where answer.category == category {
      if case .differs(let words) = verdict { Issue.record("\(words)") }
    }
  }

  @Test("two published values are wrong, and eleven are about conventions of others")
  func exceptions() {
    func cases(where isWanted: (KnownAnswer.Verdict) -> Bool) -> [String] {
      Self.evaluated.filter { isWanted($0.verdict) }.map(\.answer.id)
    }
    let corrected = cases { if case .corrected = $0 { true } else { false } }
    #expect(corrected == ["bulk-det-40-100-idle", "knee-mmc-10-0.99"])
    let foreign = cases { if case .notAdopted = $0 { true } else { false } }
    #expect(foreign.count == 11 && foreign.allSatisfy { $0.hasPrefix("rng-") }, "\(foreign)")
  }

  @Test("names every case once and has the number of cases its head promises")
  func wholeFile() {
    #expect(KnownAnswers.all.count == 271)
    #expect(Set(KnownAnswers.all.map(\.id)).count == KnownAnswers.all.count)
  }

  @Test("the program carries the file byte by byte")
  func embedded() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/KnownAnswers")
    let json = try String(contentsOf: folder.appending(path: "known-answers.json"), encoding: .utf8)
    let swift = try String(contentsOf: folder.appending(path: "KnownAnswersText.swift"), encoding: .utf8)
    #expect(
      swift.hasSuffix("let knownAnswersText = ###\"\"\"\n\(json)\"\"\"###\n"),
      "run scripts/embed-known-answers")
  }

  @Test("a value outside the tolerance is a disagreement, one inside is not")
  func tolerance() {
    let answer = KnownAnswers.named("mmc-zipapi-10-Wq")
    #expect(answer.disagreement(of: 1.337463048215394) == nil)
    #expect(answer.disagreement(of: 1.337463048215394 * (1 + 5e-10)) == nil)
    #expect(answer.disagreement(of: 1.337463048215394 * (1 + 2e-9)) != nil)
    #expect(answer.disagreement(of: [1.337463048215394, 1]) != nil)
    #expect(answer.disagreement(of: .nan) != nil)
    #expect(KnownAnswers.named("staff-2-1-0.1").disagreement(of: 7) == nil)
    #expect(KnownAnswers.named("staff-2-1-0.1").disagreement(of: 8) != nil)
    #expect(
      KnownAnswers.named("md5-abc").disagreement(of: .texts(["900150983cd24fb0d6963f7d28e17f72"])) == nil)
    #expect(KnownAnswers.named("md5-abc").disagreement(of: .texts(["0"])) != nil)
  }
}
