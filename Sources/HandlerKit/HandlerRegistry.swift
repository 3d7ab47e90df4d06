/// The handlers that scenarios can name.
///
/// ```swift
/// let handlers: HandlerRegistry = ["album.sendZip": { config in try SendZip(config) }]
/// ```
public struct HandlerRegistry: Sendable, ExpressibleByDictionaryLiteral {
  /// Makes the handler of one function from that function's `config` map.
  public typealias Factory = @Sendable (HandlerConfig) throws -> any LambdaHandler

  private var factories: [(name: String, make: Factory)] = []

  public init() {}
  public init(dictionaryLiteral elements: (String, Factory)...) {
    for (name, make) in elements { register(name, make) }
  }

  /// Adds a handler; a name that is there already is a mistake in the program and traps.
  public mutating func register(_ name: String, _ make: @escaping Factory) {
    precondition(factory(name) == nil, "two handlers are registered as '\(name)'")
    factories.append((name, make))
  }
  /// Adds all handlers of another registry.
  public mutating func merge(_ other: HandlerRegistry) {
    for (name, make) in other.factories { register(name, make) }
  }

  /// In order of registration.
  public var names: [String] { factories.map(\.name) }
  public func factory(_ name: String) -> Factory? { factories.first { $0.name == name }?.make }
}
