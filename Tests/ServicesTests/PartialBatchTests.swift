import Kernel
import Records
import Services
import Testing

/// Mappings with ReportBatchItemFailures. Source: fact sheet §2.3.
@Suite struct PartialBatchTests {
  private func system(
    bad: Set<Int>, retries: Int? = nil, bisect: Bool = false, reports: Bool = true,
    scope: StepProgram.Scope = .perMessage, steps: [Step] = [EngineWorld.failsForBad]
  ) -> SystemSpec {
    var spec = EngineWorld.system(duration: .minutes(10))
    spec.streams = [StreamSpec(logicalID: "S", shardCount: 1, retention: .hours(1))]
    spec.workloads = [EngineWorld.messages(at: [0, 0, 0, 0], bad: bad, to: .stream(0))]
    var mapping = StreamMappingSpec(logicalID: "M", stream: 0, function: 0, batchSize: 4)
    mapping.maximumRetryAttempts = retries
    mapping.bisectBatchOnFunctionError = bisect
    mapping.reportsBatchItemFailures = reports
    spec.mappings = [mapping]
    spec.functions = [EngineWorld.function("F", scope: scope, steps)]
    return spec
  }

  /// [0-3] fails from 2; [2-3] fails from 2 three times and is given up, the good record behind with it.
  @Test func `the checkpoint moves to the lowest failed record`() {
    let records = EngineWorld.run(system(bad: [2], retries: 2))
    #expect(records.count(.completed) == 2)
    #expect(records.count(.discarded) == 2)
    #expect(records.total("F", "Invocations") == 4)
    // Lambda itself sees four successes.
    #expect(records.total("F", "Errors") == 0)
    #expect(records.workloads[0].books[0].deliveries == 4 + 3 * 2)
    #expect(records.notes.map(\.text) == ["boom"])
  }

  /// [0-3] fails from 2; [2-3] halves; [2]✗ [2]✗ [2]✗ [3]✓.
  @Test func `bisecting saves the good record behind the bad one`() {
    let records = EngineWorld.run(system(bad: [2], retries: 2, bisect: true))
    #expect(records.count(.completed) == 3)
    #expect(records.count(.discarded) == 1)
    #expect(records.total("F", "Invocations") == 6)
  }

  @Test func `without the setting a failing record fails its whole batch`() {
    let records = EngineWorld.run(system(bad: [2], retries: 2, reports: false))
    #expect(records.count(.discarded) == 4)
    #expect(records.total("F", "Invocations") == 3)
    #expect(records.total("F", "Errors") == 3)
  }

  /// All four are tried at once; the lowest of those that failed decides.
  @Test func `records handled in parallel are judged one by one`() {
    let records = EngineWorld.run(
      system(
        bad: [1, 3], retries: 0, bisect: true, scope: .perBatch,
        steps: [.parallelEach([.sleep(.constant(1)), EngineWorld.failsForBad])]))
    // [0-3] from 1, then [1-3] from 1: halves [1] and [2-3]; [2-3] fails from 3.
    #expect(records.count(.completed) == 2)
    #expect(records.count(.discarded) == 2)
    #expect(records.total("F", "Invocations") == 5)
    #expect(records.total("F", "Errors") == 0)
  }

  @Test func `an error of the whole batch stays an error of the whole batch`() {
    let records = EngineWorld.run(
      system(bad: [], retries: 1, scope: .perBatch, steps: [EngineWorld.fails]))
    #expect(records.count(.discarded) == 4)
    #expect(records.total("F", "Errors") == 2)
  }

  /// The second record waits for the first to be repaired; progress resets the pauses between attempts.
  @Test func `a repaired record lets the batch go on from where it stopped`() {
    let repaired = Step.fail(
      rate: 1,
      when: .and(
        .compare(.field("bad"), .equal, .text("yes")), .compare(.attempt, .less, .number(3))), name: "boom")
    let records = EngineWorld.run(system(bad: [1], steps: [repaired]))
    #expect(records.count(.completed) == 4)
    #expect(records.total("F", "Invocations") == 3)
    #expect(records.workloads[0].books[0].deliveries == 4 + 3 + 3)
  }
}
