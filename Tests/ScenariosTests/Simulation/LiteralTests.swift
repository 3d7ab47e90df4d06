import Kernel
import Scenarios
import Services
import Testing

@Suite struct LiteralTests {
  static let values: [(String, Literal.Quantity, Double)] = [
    ("250ms", .duration, 0.25), ("2s", .duration, 2), ("5m", .duration, 300), ("5min", .duration, 300),
    ("1.5h", .duration, 5400), ("2d", .duration, 172_800), ("1w", .duration, 604_800), ("0", .duration, 0),
    ("12us", .duration, 12e-6), ("300B", .size, 300), ("2KiB", .size, 2048), ("1.5MB", .size, 1.5e6),
    ("1GiB", .size, 1_073_741_824), ("100", .size, 100), ("1000/min", .rate, 1000.0 / 60),
    ("1.2k/s", .rate, 1200),
    ("3M/d", .rate, 3e6 / 86_400), ("2MiB/s", .rate, 2_097_152), ("90/h", .rate, 0.025),
    ("0.2%", .share, 0.002),
    ("0.5", .share, 0.5), ("20 USD", .money, 20), ("0.5USD", .money, 0.5), ("1_000", .number, 1000),
    ("-3e2", .number, -300), ("400KiB", .measure, 409_600), ("7", .measure, 7),
  ]

  @Test("a literal has its value in base units", arguments: values)
  func valueOf(text: String, quantity: Literal.Quantity, value: Double) throws {
    #expect(abs(try Literal.read(text, as: quantity) - value) <= abs(value) * 1e-15)
  }

  static let mistakes: [(String, Literal.Quantity)] = [
    ("2", .duration), ("-2s", .duration), ("2 s", .duration), ("1h30m", .duration), ("s", .duration),
    ("", .duration),
    ("2kb", .size), ("1000", .rate), ("1000/y", .rate), ("k/s", .rate), ("120", .share), ("20", .money),
    ("$20", .money), ("nan", .number), ("inf", .number), ("0x10", .number), ("1e999s", .duration),
  ]

  @Test("a text that is no literal is refused", arguments: mistakes)
  func refuses(text: String, quantity: Literal.Quantity) {
    #expect(throws: LiteralError.self) { try Literal.read(text, as: quantity) }
  }

  @Test("only the words of YAML 1.2 are true and false") func booleans() {
    #expect(Literal.boolean("true") == true && Literal.boolean("False") == false)
    #expect(Literal.boolean("on") == nil && Literal.boolean("yes") == nil && Literal.boolean("1") == nil)
  }

  static let laws: [(String, Distribution)] = [
    ("667ms", .constant(0.667)), ("const(value=2s)", .constant(2)),
    ("exp(mean=100ms)", .exponential(mean: 0.1)),
    ("uniform(min=1s max=2s)", .uniform(min: 1, max: 2)),
    ("normal(mean=1s sd=100ms)", .normal(mean: 1, sd: 0.1, min: 0)),
    ("normal(mean=1s sd=100ms min=500ms)", .normal(mean: 1, sd: 0.1, min: 0.5)),
    ("lognormal(mean=2s cv=0.4)", .lognormal(mean: 2, cv: 0.4)),
    ("lognormal(cv=0.4 mean=2s)", .lognormal(mean: 2, cv: 0.4)),
    ("lognormal(p50=1s p99=5s)", .lognormal(p50: 1, p99: 5)),
    ("gamma(mean=3ms cv=1)", .gamma(mean: 0.003, cv: 1)),
    ("erlang(k=3 mean=1s)", .erlang(k: 3, mean: 1)),
    ("weibull(shape=2 mean=1s)", .weibull(shape: 2, mean: 1)),
    ("pareto(min=1s alpha=1.5)", .pareto(minimum: 1, alpha: 1.5, maximum: nil)),
    ("pareto(min=1s alpha=1.5 max=1m)", .pareto(minimum: 1, alpha: 1.5, maximum: 60)),
  ]

  @Test("a distribution is what its text says", arguments: laws)
  func reads(text: String, law: Distribution) throws {
    #expect(try DistributionParser.parse(text, as: .duration) == law)
  }
}

@Suite struct ConditionTests {
  static let conditions: [(String, Condition)] = [
    ("country == 'blocked'", .compare(.field("country"), .equal, .text("blocked"))),
    (
      "country == 'blocked' and attempt < 3",
      .and(.compare(.field("country"), .equal, .text("blocked")), .compare(.attempt, .less, .number(3)))
    ),
    ("call.failed", .truth(.callFailed)), ("not item.zipUrl", .not(.truth(.item("zipUrl")))),
    ("age > 5m", .compare(.age, .greater, .number(300))), ("true", .truth(.boolean(true))),
    // `and` binds closer than `or`, parentheses closest.
    ("a or b and c", .or(.truth(.field("a")), .and(.truth(.field("b")), .truth(.field("c"))))),
    ("(a or b) and c", .and(.or(.truth(.field("a")), .truth(.field("b"))), .truth(.field("c")))),
    ("not a and b", .and(.not(.truth(.field("a"))), .truth(.field("b")))),
    ("item.state != \"sent\"", .compare(.item("state"), .notEqual, .text("sent"))),
    ("bytes>=400KiB", .compare(.field("bytes"), .greaterOrEqual, .number(409_600))),
  ]

  @Test("a condition is what its text says", arguments: conditions)
  func reads(text: String, condition: Condition) throws {
    #expect(try ConditionParser.parse(text) == condition)
  }

  static let mistakes: [(String, Int)] = [
    ("", 0), ("country = 'x'", 8), ("a and", 5), ("(a", 2), ("a)", 1), ("a b", 2), ("'x", 0), ("x.y", 0),
    ("a & b", 2),
    ("3 <", 3), ("and a", 0), ("5q < 3", 0),
  ]

  @Test("a mistake in a condition has its place", arguments: mistakes)
  func refuses(text: String, offset: Int) {
    do {
      _ = try ConditionParser.parse(text)
      Issue.record("'\(text)' was accepted")
    } catch { #expect(error.offset == offset, "\(text): \(error.message)") }
  }

  @Test("deep nesting is refused, not followed") func refusesDeepNesting() {
    let deep = String(repeating: "(", count: 100_000) + "a"
    #expect(throws: LiteralError.self) { try ConditionParser.parse(deep) }
    #expect(throws: LiteralError.self) {
      try ConditionParser.parse(String(repeating: "not ", count: 100_000) + "a")
    }
  }
}
