/// An event of any source, for handlers whose work does not depend on what delivered the messages.
public struct TriggerEvent: LambdaEvent {
  public let source: IncomingEvent.Source
  public let messages: [Message]

  public static var sources: [SourceKind] { SourceKind.allCases }
  public init(_ incoming: IncomingEvent) {
    source = incoming.source
    messages = incoming.messages
  }

  /// What names a message of this event in a batch response.
  public func itemIdentifier(of message: Message) -> String {
    source.kind == .queue ? message.id : String(message.sequenceNumber)
  }
}
