internal import HandlerKit
internal import Services

/// The logical ids of a system, by the index that the engine knows a resource by.
struct ResourceNames: Sendable {
  let tables, buckets, deliveryStreams, streams, topics, queues, partners, stores, functions: NameTable

  init(_ system: SystemSpec) {
    tables = NameTable(kind: "table", system.tables.map(\.logicalID))
    buckets = NameTable(kind: "bucket", system.buckets.map(\.logicalID))
    deliveryStreams = NameTable(kind: "delivery stream", system.deliveryStreams.map(\.logicalID))
    streams = NameTable(kind: "stream", system.streams.map(\.logicalID))
    topics = NameTable(kind: "topic", system.topics.map(\.logicalID))
    queues = NameTable(kind: "queue", system.queues.map(\.logicalID))
    partners = NameTable(kind: "partner", system.partners.map(\.name))
    stores = NameTable(kind: "store", system.stores.map(\.name))
    functions = NameTable(kind: "function", system.functions.map(\.logicalID))
  }
}

/// Names of one kind of resource.
struct NameTable: Sendable {
  let kind: String
  let names: [String]
  /// Only for long lists: comparing a few short names costs less than hashing one.
  private let positions: [String: Int]?

  init(kind: String, _ names: [String]) {
    self.kind = kind
    self.names = names
    positions =
      names.count > 12
      ? Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first }) : nil
  }

  /// - Throws: `UnknownResource` with the nearest name.
  @inline(__always) func index(_ name: String) throws -> Int {
    if let positions {
      if let index = positions[name] { return index }
    } else {
      for index in names.indices where names[index] == name { return index }
    }
    throw UnknownResource(kind: kind, name: name, known: names)
  }
}
