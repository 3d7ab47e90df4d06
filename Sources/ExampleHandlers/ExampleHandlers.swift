public import HandlerKit

/// The handlers of all shipped scenarios.
public let exampleHandlers: HandlerRegistry = {
  var handlers = albumHandlers
  handlers.merge(fanOutHandlers)
  handlers.merge(imageHandlers)
  return handlers
}()
