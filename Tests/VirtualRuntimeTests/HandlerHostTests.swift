import HandlerKit
import Kernel
import Services
import Testing
import VirtualRuntime

private struct Configured: LambdaHandler {
  init(_ config: HandlerConfig) throws { try config.check(keys: ["batch"]) }
  func handle(_ event: ScheduledEvent, context: Context) async throws {}
}

@Suite struct HandlerHostTests {
  private static let registry: HandlerRegistry = ["album.sendZip": { config in try Configured(config) }]

  private func message(_ system: SystemSpec) -> String {
    do {
      _ = try HandlerHost(registry: Self.registry, system: system)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func `a handler that is not registered is refused with the nearest name`() {
    #expect(
      message(makeSystem(["album.sendZap"]))
        == "no handler is registered as 'album.sendZap' (function 'Function'); nearest: album.sendZip")
    #expect(
      message(makeSystem(["x"]))
        == "no handler is registered as 'x' (function 'Function'); registered: album.sendZip")
  }

  @Test func `an unknown key of config is refused`() {
    #expect(
      message(makeSystem(["album.sendZip"], config: [("bach", .number(1))]))
        == "handler 'album.sendZip' of function 'Function': config.bach is unknown, expected one of: batch; nearest: batch"
    )
  }

  @Test func `a source whose events the handler does not take is refused`() {
    let system = makeSystem(["album.sendZip"]) {
      $0.subscriptions = [SubscriptionSpec(logicalID: "Order", topic: 0, function: 0)]
    }
    #expect(
      message(system) == "function 'Function' takes ScheduledEvent, but 'Order' sends it events of a topic")
    let scheduled = makeSystem(["album.sendZip"]) {
      $0.schedules = [ScheduleSpec(logicalID: "Tick", expression: .rate(minutes: 5), function: 0)]
    }
    #expect(message(scheduled) == "no error")
  }

  @Test(arguments: [
    ("15ms", Duration.milliseconds(15)), ("2s", .seconds(2)), ("0.5m", .seconds(30)), ("1h", .seconds(3600)),
    ("250us", .microseconds(250)),
  ])
  func `config reads durations with their unit`(_ text: String, _ expected: Duration) throws {
    #expect(try HandlerConfig(["d": .text(text)]).duration("d", default: .zero) == expected)
  }

  @Test func `config refuses values of the wrong kind`() {
    let config: HandlerConfig = ["n": 1.5, "f": "maybe", "d": "soon", "t": 3]
    #expect(throws: ConfigError.self) { try config.integer("n", default: 1, in: 1...5) }
    #expect(throws: ConfigError.self) { try config.flag("f", default: true) }
    #expect(throws: ConfigError.self) { try config.duration("d", default: .zero) }
    #expect(throws: ConfigError.self) { try config.text("t", default: "") }
  }
}
