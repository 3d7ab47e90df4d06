public import HandlerKit

/// The clean-up worker: sends every order again that has a state record but no e-mail.
///
/// Service operations, in order: one `Scan` per page of the table; after each page, when it held such orders,
/// their hand-over in batches: `PutRecords` into the stream (rejected entries again, as `FetchOrders` does),
/// or one asynchronous invocation per order. What it sends is a new message about the same order, so that the
/// zip URL is not asked for twice. Once all orders are done a further run scans the table and sends nothing.
///
/// | config | default | meaning |
/// |---|---|---|
/// | `to` | `stream` | `stream` or `function` |
/// | `table`, `target` | `OrdersTable`; `OrderStream` or `SendZip` | logical ids |
/// | `batch` | 500 | orders of one `PutRecords` |
/// | `page` | 1 MB of items | items of one page |
/// | `size` | 2048 | size of the message [bytes] |
public struct ReplayOrders: LambdaHandler {
  enum Target: Sendable, Hashable { case stream(String), function(String) }
  let table: String
  let target: Target
  let batch: Int
  let page: Int?
  let size: Int

  public init(_ config: HandlerConfig) throws {
    try config.check(keys: ["to", "table", "target", "batch", "page", "size"])
    table = try config.text("table", default: "OrdersTable")
    switch try config.text("to", default: "stream") {
    case "stream": target = .stream(try config.text("target", default: "OrderStream"))
    case "function": target = .function(try config.text("target", default: "SendZip"))
    default: throw ConfigError(key: "to", problem: "expected one of: stream, function")
    }
    batch = try config.integer("batch", default: 500, in: 1...500)
    let limit = try config.integer("page", default: 0, in: 0...1_000_000)
    page = limit == 0 ? nil : limit
    size = try config.integer("size", default: 2048, in: 1...262_144)
  }

  public func handle(_ event: TriggerEvent, context: Context) async throws {
    var found = 0
    var start: Int?
    repeat {
      let page = try await context.dynamoDB.scan(table, exclusiveStartKey: start, limit: page)
      let orders = page.items.filter { $0["emailed"] == nil }.map(\.key)
      found += orders.count
      try await send(orders, context)
      start = page.lastEvaluatedKey
    } while start != nil
    context.logger.info("replayed", metadata: ["orders": "\(found)"])
  }

  private func send(_ orders: [String], _ context: Context) async throws {
    switch target {
    case .function(let name):
      for order in orders { try await context.lambda.invoke(name, .event, payload: [entry(order)]) }
    case .stream(let name):
      var next = 0
      while next < orders.count {
        let end = min(next + batch, orders.count)
        var rest = orders[next..<end].map(entry)
        var backoff = Duration.milliseconds(100)
        while true {
          let output = try await context.kinesis.putRecords(name, rest)
          rest = zip(rest, output.errorCodes).filter { $1 != nil }.map(\.0)
          if rest.isEmpty { break }
          try await context.clock.sleep(for: backoff)
          backoff = min(backoff * 2, .seconds(5))
        }
        next = end
      }
    }
  }

  private func entry(_ order: String) -> OutgoingEntry {
    OutgoingEntry(about: order, partitionKey: order, sizeBytes: size)
  }
}
