public import HandlerKit

/// Gets the download link of each order from the partner and sends it by e-mail, once however often it is
/// asked.
///
/// The order's state record makes it safe to repeat. Service operations per order, in this order and one at a
/// time:
///
/// 1. `GetItem` of the record, strongly consistent.
/// 2. Without `zipUrl` in it: three calls of the zip-URL service, parts 1 to 3 of one job, then `UpdateItem` that
///    sets `zipUrl`.
/// 3. Without `emailed` in it: one call of the e-mail service, then `UpdateItem` that sets `emailed`.
///
/// The same as steps: `read`; `if: {when: "not item.zipUrl", then: [call ×3, write zipUrl]}`;
/// `if: {when: "not item.emailed", then: [call, write emailed]}`. Orders of a batch are handled one after another.
///
/// With `catchErrors` an order whose partner fails is logged, its record gets the attribute `error` (one more
/// `UpdateItem`, unless `recordErrors` is false), and the next order goes on; without, the invocation fails.
///
/// | config | default | meaning |
/// |---|---|---|
/// | `table`, `zipUrlApi`, `emailApi` | `OrdersTable`, `ZipUrlApi`, `EmailApi` | names of the resources |
/// | `itemSize` | 1024 | size of the state record [bytes] |
/// | `catchErrors` | false | see above |
/// | `recordErrors` | true | see above |
public struct SendZip: LambdaHandler {
  let table: String
  let zipUrlApi: String
  let emailApi: String
  let itemSize: Int
  let catchErrors: Bool
  let recordErrors: Bool

  /// Calls of the zip-URL service that make one link.
  static let zipCalls = 3

  public init(_ config: HandlerConfig) throws {
    try config.check(keys: ["table", "zipUrlApi", "emailApi", "itemSize", "catchErrors", "recordErrors"])
    table = try config.text("table", default: "OrdersTable")
    zipUrlApi = try config.text("zipUrlApi", default: "ZipUrlApi")
    emailApi = try config.text("emailApi", default: "EmailApi")
    itemSize = try config.integer("itemSize", default: 1024, in: 1...409_600)
    catchErrors = try config.flag("catchErrors", default: false)
    recordErrors = try config.flag("recordErrors", default: true)
  }

  public func handle(_ event: TriggerEvent, context: Context) async throws {
    for order in event.messages {
      do {
        try await send(order, context.about(order))
      } catch let error as PartnerError where catchErrors {
        context.logger.error("order skipped: \(error.errorName)")
        guard recordErrors else { continue }
        try await context.dynamoDB.updateItem(
          table, key: order.id, set: ["error": .text(error.errorName)], sizeBytes: itemSize)
      }
    }
  }

  private func send(_ order: Message, _ context: Context) async throws {
    let record = try await context.dynamoDB.getItem(table, key: order.id, consistentRead: true)
    if record?["zipUrl"] == nil {
      let zip = context.partner(zipUrlApi)
      for part in 1...Self.zipCalls { try await zip.request(part: part, of: Self.zipCalls) }
      try await context.dynamoDB.updateItem(
        table, key: order.id, set: ["zipUrl": .text("ready")], sizeBytes: itemSize)
    }
    if record?["emailed"] == nil {
      try await context.partner(emailApi).request()
      try await context.dynamoDB.updateItem(table, key: order.id, set: ["emailed": 1], sizeBytes: itemSize)
    }
  }
}
