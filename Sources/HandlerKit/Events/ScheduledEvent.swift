/// What a rule sends when its schedule fires.
public struct ScheduledEvent: LambdaEvent {
  /// Logical id of the rule.
  public let rule: String
  public let time: HandlerClock.Instant

  public static var sources: [SourceKind] { [.schedule] }
  public init(_ incoming: IncomingEvent) throws {
    guard case .schedule(let name, let time) = incoming.source else {
      throw EventMismatch(expected: "ScheduledEvent", source: incoming.source.kind)
    }
    rule = name
    self.time = time
  }
}
