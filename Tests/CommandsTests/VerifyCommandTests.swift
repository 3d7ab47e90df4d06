import Testing

/// `highwater verify` where it takes a moment: the formulas.
@Suite struct VerifyCommandTests {
  typealias Session = CommandTests.Session

  @Test func `a family is shown case by case, published beside exact`() {
    let session = Session(["verify", "--quick", "--cases", "mmc"])
    #expect(session.code == 0, "\(session.output)\(session.errors)")
    #expect(session.output.contains("    ✓  mmc        16     16          –       –\n"))
    #expect(session.output.contains("    mmc-zipapi-10-Wq           1.33746   1.33746          –  agrees\n"))
    #expect(session.output.contains("\n  16 of 16 known answers agree.\n"))
    #expect(!session.output.split(separator: "\n").contains { $0.count > 100 })
  }

  @Test func `a published value that is wrong is shown with what is right, and fails nothing`() {
    let session = Session(["verify", "--quick", "--cases", "knee-mmc-10-0.99, bulk-det-40-100-idle"])
    #expect(session.code == 0)
    #expect(session.output.contains("0 of 2 known answers agree, 2 published values wrong"))
    #expect(session.output.contains("1.55955e-12  1.56455e-12          –  published value wrong: "))
    #expect(
      session.output.contains("    knee-mmc-10-0.99          5   none          –  published value wrong: "))
  }

  @Test func `documents have the tables of the page and the values for programs`() {
    let page = Session(["verify", "--quick", "--cases", "hashing", "--format", "markdown"])
    #expect(page.code == 0)
    #expect(
      page.output.contains("### hashing\n\n| case | quantity | published | exact | simulated | verdict |\n"))
    #expect(page.output.contains("| md5-abc | hex digest | 90015098… | 90015098… | – | agrees |"))
    let document = Session(["verify", "--quick", "--cases", "md5-abc", "--format", "json"])
    #expect(document.output.contains("\"exact\": \"900150983cd24fb0d6963f7d28e17f72\""))
    #expect(document.output.contains("\"verdict\": \"agrees\""))
  }

  @Test func `a sequence is simulated`() {
    let session = Session(["verify", "--cases", "trace-gg1-done"])
    #expect(session.code == 0, "\(session.errors)")
    #expect(session.output.contains("3, … (7)  3, … (7)   3, … (7)  agrees"))
  }

  @Test(arguments: [
    (["coverge"], "nothing is about 'coverge'; did you mean 'coverage'?"),
    (["coverage", "--quick"], "'coverage' is simulated, which --quick leaves out"),
    (
      ["--cases", "mcm,mg1-erl4-Wx"],
      "no known answer is named 'mcm'; nearest: 'mmc'\nno known answer is named 'mg1-erl4-Wx'; nearest: 'mg1-erl4-Wq'"
    ),
    (["coverage", "--cases", "mm1"], "--cases names known answers, 'coverage' a part: leave out one"),
    (["--jobs", "0"], "--jobs is 0; expected 1 or more"),
    (["--quick", "--seed", "3"], "--seed is for simulations, which --quick leaves out"),
    (["coverage", "--seed", "3"], "--seed is for known answers, and 'coverage' names none"),
  ]) func `mistakes are explained`(arguments: [String], words: String) {
    let session = Session(["verify"] + arguments)
    #expect(session.code == 64)
    #expect(session.errors.contains(words), "\(session.errors)")
  }
}
