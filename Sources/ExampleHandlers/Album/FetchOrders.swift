public import HandlerKit

/// Moves the orders that have come in since the last run from the shop's database to a stream or a topic.
///
/// Service operations, in order: one `take` of everything; then per batch the pause (only when it is not
/// zero) and one `PutRecords`, or one `Publish` per order. Entries that a call rejected are sent again, alone
/// and before the next batch, after a back-off that doubles from `resendFirst` to `resendMax`; the SDK does
/// not do that, and whoever forgets it loses orders. Source: fact sheet §14 and §15b.
///
/// The same as steps: `take: {from: OrdersDb, max: all}`, then `send: {to: …, each: true, batch: …}`.
///
/// | config | default | meaning |
/// |---|---|---|
/// | `to` | `stream` | `stream` or `topic` |
/// | `store`, `target` | `OrdersDb`; `OrderStream` or `OrdersTopic` | logical ids |
/// | `batch` | 500 (stream), 1 (topic) | orders of one call |
/// | `pause` | 0 s | waits this long before each call |
/// | `resendFirst`, `resendMax` | 100 ms, 5 s | back-off before rejected entries are sent again |
public struct FetchOrders: LambdaHandler {
  enum Target: Sendable, Hashable { case stream(String), topic(String) }
  let store: String
  let target: Target
  let batch: Int
  let pause: Duration
  let resendFirst: Duration
  let resendMax: Duration

  public init(_ config: HandlerConfig) throws {
    try config.check(keys: ["to", "store", "target", "batch", "pause", "resendFirst", "resendMax"])
    store = try config.text("store", default: "OrdersDb")
    switch try config.text("to", default: "stream") {
    case "stream":
      target = .stream(try config.text("target", default: "OrderStream"))
      batch = try config.integer("batch", default: 500, in: 1...500)
    case "topic":
      target = .topic(try config.text("target", default: "OrdersTopic"))
      batch = try config.integer("batch", default: 1, in: 1...10)
    default: throw ConfigError(key: "to", problem: "expected one of: stream, topic")
    }
    pause = try config.duration("pause", default: .zero)
    resendFirst = try config.duration("resendFirst", default: .milliseconds(100))
    resendMax = try config.duration("resendMax", default: .seconds(5))
    guard resendFirst > .zero, resendMax >= resendFirst else {
      throw ConfigError(key: "resendMax", problem: "expected 0 < resendFirst <= resendMax")
    }
  }

  public func handle(_ event: TriggerEvent, context: Context) async throws {
    let orders = try await context.store(store).take()
    var next = 0
    while next < orders.count {
      let end = min(next + batch, orders.count)
      try await send(orders[next..<end].map { OutgoingEntry(passing: $0) }, context)
      next = end
    }
  }

  /// Sends entries until all are accepted; the function's timeout is the bound.
  private func send(_ entries: [OutgoingEntry], _ context: Context) async throws {
    var rest = entries
    var backoff = resendFirst
    while true {
      if pause > .zero { try await context.clock.sleep(for: pause) }
      let errorCodes =
        switch target {
        case .stream(let name): try await context.kinesis.putRecords(name, rest).errorCodes
        case .topic(let name): try await context.sns.publishBatch(name, rest)
        }
      rest = zip(rest, errorCodes).filter { $1 != nil }.map(\.0)
      if rest.isEmpty { return }
      try await context.clock.sleep(for: backoff)
      backoff = min(backoff * 2, resendMax)
    }
  }
}
