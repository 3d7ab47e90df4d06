public import Logging

/// What an invocation knows of itself, and its way to the world.
///
/// A small value: copies are cheap and all belong to the same invocation.
public struct Context: Sendable {
  public let deadline: HandlerClock.Instant
  /// 1 for the first delivery of this event or batch.
  public let attempt: Int
  let function: FunctionInfo
  let transport: any ServiceTransport
  let origin: CallOrigin

  public init(
    function: FunctionInfo, deadline: HandlerClock.Instant, attempt: Int, transport: any ServiceTransport,
    origin: CallOrigin
  ) {
    self.function = function
    self.deadline = deadline
    self.attempt = attempt
    self.transport = transport
    self.origin = origin
  }

  public var requestID: String { "\(function.name)-\(origin.invocation)" }
  public var functionName: String { function.name }
  /// [MB]
  public var memoryLimit: Int { function.memoryMegabytes }
  public var config: HandlerConfig { function.config }

  public var clock: HandlerClock { HandlerClock(transport: transport, origin: origin) }
  /// Time until the platform ends the invocation; not negative.
  public var remainingTime: Duration {
    let rest = clock.now.duration(to: deadline)
    return rest > .zero ? rest : .zero
  }
  public var logger: Logger {
    let handler = ContextLogHandler(transport: transport, origin: origin)
    return Logger(label: function.name) { _ in handler }
  }

  /// The same invocation, with the effects of its calls attributed to this message.
  ///
  /// An event with one message needs no call of this: its context is about that message already.
  public func about(_ message: Message) -> Context {
    var origin = origin
    origin.message = message.handle
    return Context(
      function: function, deadline: deadline, attempt: attempt, transport: transport, origin: origin)
  }

  /// Uses CPU time, given for one full vCPU; functions with little memory take longer.
  ///
  /// Stands for work that is real in a deployment; there it returns at once.
  public func compute(_ time: Duration) async throws {
    _ = try await perform(.compute(nanoseconds: max(0, time.wholeNanoseconds)), for: origin, by: transport)
  }
}

/// What all invocations of a function have in common.
public final class FunctionInfo: Sendable {
  public let name: String
  /// [MB]
  public let memoryMegabytes: Int
  public let config: HandlerConfig
  public init(name: String, memoryMegabytes: Int, config: HandlerConfig) {
    self.name = name
    self.memoryMegabytes = memoryMegabytes
    self.config = config
  }
}

/// Sends log lines through the transport, metadata as `key=value` sorted by key.
struct ContextLogHandler: LogHandler {
  let transport: any ServiceTransport
  let origin: CallOrigin
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level = .info

  init(transport: any ServiceTransport, origin: CallOrigin) {
    self.transport = transport
    self.origin = origin
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    if let extra = event.metadata { all.merge(extra) { $1 } }
    let tail = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    transport.log("\(event.level.rawValue): \(event.message)\(tail)", for: origin)
  }
}
