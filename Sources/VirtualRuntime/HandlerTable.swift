package import HandlerKit
internal import Services

/// The handlers of a system's functions, made once.
struct HandlerTable: Sendable {
  /// A class, because every invocation copies it.
  final class Entry: Sendable {
    let handler: any LambdaHandler
    let info: FunctionInfo
    init(handler: any LambdaHandler, info: FunctionInfo) {
      self.handler = handler
      self.info = info
    }
  }
  /// Parallel to the system's functions; nil for functions without Swift code.
  let entries: [Entry?]

  init(registry: HandlerRegistry, system: SystemSpec) throws {
    entries = try system.functions.map { function in
      guard case .swift(let name, let values) = function.handler else { return nil }
      guard let make = registry.factory(name) else {
        throw HandlerHostError.unknownHandler(
          function: function.logicalID, handler: name, nearest: NearestName.of(name, in: registry.names),
          known: registry.names)
      }
      let config = HandlerConfig(
        Attributes(values.map { .init(name: $0.name, value: AttributeValue($0.value)) }))
      do {
        return Entry(
          handler: try make(config),
          info: FunctionInfo(name: function.logicalID, memoryMegabytes: function.memorySize, config: config))
      } catch {
        throw HandlerHostError.refusedConfig(
          function: function.logicalID, handler: name, reason: String(describing: error))
      }
    }
    for mapping in system.mappings { try check(mapping.function, takes: .stream, from: mapping.logicalID) }
    for subscription in system.subscriptions {
      guard let function = subscription.function else { continue }
      try check(function, takes: .topic, from: subscription.logicalID)
    }
    for mapping in system.queueMappings {
      try check(mapping.function, takes: .queue, from: mapping.logicalID)
    }
    for notification in system.buckets.flatMap(\.notifications) {
      if case .function(let function) = notification.target {
        try check(function, takes: .bucket, from: notification.logicalID)
      }
    }
    for schedule in system.schedules {
      try check(schedule.function, takes: .schedule, from: schedule.logicalID)
    }
  }

  private func check(_ function: Int, takes kind: SourceKind, from source: String) throws {
    guard let entry = entries[function] else { return }
    let type = type(of: entry.handler)
    guard type.accepts(kind) else {
      throw HandlerHostError.wrongSource(
        function: entry.info.name, event: type.eventName, source: source, kind: kind)
    }
  }
}

/// A system and a registry that do not fit each other.
package enum HandlerHostError: Error, Hashable, CustomStringConvertible {
  case unknownHandler(function: String, handler: String, nearest: String?, known: [String])
  case refusedConfig(function: String, handler: String, reason: String)
  case wrongSource(function: String, event: String, source: String, kind: SourceKind)

  package var description: String {
    switch self {
    case .unknownHandler(let function, let handler, let nearest, let known):
      "no handler is registered as '\(handler)' (function '\(function)'); "
        + (nearest.map { "nearest: \($0)" }
          ?? (known.isEmpty ? "none is registered" : "registered: \(known.joined(separator: ", "))"))
    case .refusedConfig(let function, let handler, let reason):
      "handler '\(handler)' of function '\(function)': \(reason)"
    case .wrongSource(let function, let event, let source, let kind):
      "function '\(function)' takes \(event), but '\(source)' sends it events of a \(kind.rawValue)"
    }
  }
}
