import HighwaterTesting
import Synchronization
import Testing

/// What a reader of a failed test sees.
@Suite struct FailureTests {
  /// The texts of the issues that the body records.
  private func issues(_ body: () throws -> Void) throws -> [String] {
    let texts = Mutex<[String]>([])
    try withKnownIssue(isIntermittent: true) {
      try body()
    } matching: { issue in
      texts.withLock { $0 += issue.comments.map(\.rawValue) }
      return true
    }
    return texts.withLock { $0 }
  }

  @Test func `a failed rule says how far, where, why and how to see it again`() async throws {
    let run = try await Orders.scenario([("rate: 100/min", "rate: 300/min")]).run()
    var holds = true
    let texts = try issues { holds = run.expect("orders.Latency", "p(95) < 5s") }
    let text = try #require(texts.first)
    #expect(texts.count == 1 && !holds)
    #expect(text.hasPrefix("orders.sim.yaml: orders.Latency: p(95) < 5s: observed p(95)="))
    #expect(text.contains("\n  over 3 replications: mean "))
    #expect(text.contains(" ± ") && text.contains(", worst "))
    #expect(text.contains("\n  why: Send (conc 2) is full 00:00"))
    #expect(text.contains("\n  try: --set Resources.OrderStream.Properties.ShardCount="))
    #expect(
      text.contains(
        "\n  again: highwater run orders.sim.yaml --set "
          + "'Simulation.thresholds={\"orders.Latency\": [\"p(95) < 5s\"]}' --seed 7 --replications 1"))
    #expect(!text.contains("program that registers"))
  }

  @Test func `an issue stands where the assertion does`() async throws {
    let run = try await Orders.scenario().run()
    let found = Mutex<SourceLocation?>(nil)
    let before = #line
    withKnownIssue {
      _ = run.expect("orders.Lost", "count > 0")
    } matching: { issue in
      found.withLock { $0 = issue.sourceLocation }
      return true
    }
    let place = found.withLock { $0 }
    #expect(place.map { (before...before + 3).contains($0.line) } == true)
    #expect(place?.fileName == "FailureTests.swift")
  }

  @Test func `rules of the file that fail are issues, known ones only when they hold`() async throws {
    let fast = try await Orders.scenario(variant: "four-shards").run()
    let failed = try issues { fast.expectThresholds() }
    #expect(failed.count == 1)
    #expect(failed[0].hasPrefix("orders.sim.yaml (four-shards): Api.InFlight: max <= 2: observed max=4"))
    #expect(failed[0].contains("--variant four-shards"))

    let late = try await Orders.scenario([("max <= 1'", "max <= 3'")]).run()
    let outdated = try issues { late.expectThresholds() }
    #expect(outdated.count == 1)
    #expect(outdated[0].contains("holds with max=2, but knownFailures lists it for base"))
  }

  @Test func `a scenario without rules tests nothing, and says so`() async throws {
    let run = try await Orders.scenario(settings: ["Simulation.thresholds={}"]).run()
    #expect(
      try issues { run.expectThresholds() } == ["orders.sim.yaml has no thresholds and no expectations"])
  }

  @Test func `a rule that means nothing is an issue with the nearest name`() async throws {
    let run = try await Orders.scenario().run()
    let texts = try issues {
      run.expect("orders.Latancy", "p(95) < 5s")
      run.expect("orders.Latency", "p95 < 5s")
      run.expect("orders.Latency", "p(95) < 5")
    }
    #expect(texts.count == 3)
    #expect(
      texts[0].hasPrefix(
        "assertion:1:1: error[S311]: threshold 'orders.Latancy' matches no metric; nearest: 'orders.Latency'")
    )
    #expect(texts[1].contains("write p(95)"))
    #expect(texts[2].contains("a duration, and '5' is none"))
    #expect(throws: ScenarioProblem.self) { try run["orders.Latency", .count] }
    #expect(throws: ScenarioProblem.self) { try run["Sent.Duration", .average] }
  }

  @Test func `a broken scenario is an error with all its mistakes`() async throws {
    let broken = Orders.scenario([("ShardCount: 2", "Shards: 2"), ("100/min", "100 per min")])
    do {
      _ = try await broken.run()
      Issue.record("a broken scenario ran")
    } catch let problem as ScenarioProblem {
      #expect(problem.description.contains("did you mean 'ShardCount'?"))
      #expect(problem.description.contains("write 100/min"))
      #expect(problem.description.hasSuffix("3 errors\nnothing was simulated"))
    }
    await #expect(throws: ScenarioProblem.self) { try await Scenario("no-such.sim.yaml").run() }
  }

  @Test func `a mean may hold where the worst replication does not`() async throws {
    let run = try await Orders.scenario().run()
    let latency = try run["orders.Latency", .p(95)]
    let between = ((latency.mean ?? 0) + (latency.maximum ?? 0)) / 2
    let rule = "p(95) < \(between)s"
    #expect(try run.judge("orders.Latency", rule).outcome == .fails)
    #expect(try run.judge("orders.Latency", rule, across: .mean).outcome == .holds)
    #expect(try run.judge("orders.Latency", rule, across: .ci95).outcome == .undecided)
  }
}
