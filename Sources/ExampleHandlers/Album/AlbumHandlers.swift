public import HandlerKit

/// The handlers of the album launch.
public let albumHandlers: HandlerRegistry = [
  "album.fetchOrders": { config in try FetchOrders(config) },
  "album.sendZip": { config in try SendZip(config) },
  "album.replayOrders": { config in try ReplayOrders(config) },
]
