public import HandlerKit

/// The handlers of the hot stream.
public let fanOutHandlers: HandlerRegistry = [
  "fanout.dispatch": { config in try DispatchEvents(config) }
]
