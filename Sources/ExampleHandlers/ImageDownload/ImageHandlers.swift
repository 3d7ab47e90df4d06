public import HandlerKit

/// The handlers of the image download.
public let imageHandlers: HandlerRegistry = [
  "images.download": { config in try DownloadImages(config) },
  "images.replayFailed": { config in try ReplayFailedImages(config) },
]
