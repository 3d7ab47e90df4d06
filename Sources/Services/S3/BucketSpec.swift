package import Kernel

/// A bucket: objects under keys, and who is told when one is written.
package struct BucketSpec: Sendable {
  package var logicalID: String
  /// In the order of the template.
  package var notifications: [BucketNotification] = []
  package init(logicalID: String) { self.logicalID = logicalID }
}

/// Sends an event to one target for every object whose key matches. Source: fact sheet §8, "Notification target".
package struct BucketNotification: Sendable, Hashable {
  package enum Event: Sendable, Hashable { case created, removed }
  package var logicalID: String
  package var target: Destination
  package var event: Event
  package var prefix: String
  package var suffix: String
  package init(
    logicalID: String, target: Destination, event: Event = .created, prefix: String = "", suffix: String = ""
  ) {
    self.logicalID = logicalID
    self.target = target
    self.event = event
    self.prefix = prefix
    self.suffix = suffix
  }

  func concerns(_ event: Event, _ key: String) -> Bool {
    event == self.event && key.hasPrefix(prefix) && key.hasSuffix(suffix)
  }
}

/// How many bytes something has: a law of its own, or a field of the message.
package enum ByteSize: Sendable {
  case law(Distribution)
  case field(String)
}

/// Writes an object, keyed by the id of the current message.
package struct PutObjectStep: Sendable {
  package var bucket: Int
  package var size: ByteSize
  package init(bucket: Int, size: ByteSize) {
    self.bucket = bucket
    self.size = size
  }
}

/// An object as a reader gets it.
package struct StoredObject: Sendable, Hashable {
  package var key: String
  package var sizeBytes: Int
  package var metadata: [TableItem.Attribute]
  package var lastModified: SimTime
  package init(key: String, sizeBytes: Int, metadata: [TableItem.Attribute], lastModified: SimTime) {
    self.key = key
    self.sizeBytes = sizeBytes
    self.metadata = metadata
    self.lastModified = lastModified
  }
}

/// One request of a handler to a bucket.
package enum BucketRequest: Sendable {
  /// Replaces the object under the key; `about` is the message whose item the object belongs to.
  case put(key: String, sizeBytes: Int, metadata: [TableItem.Attribute], about: MessageReference?)
  case get(key: String)
  case delete(key: String)
  /// Keys with the prefix behind `marker`, in the order of their bytes, one page.
  case list(prefix: String, marker: String?, limit: Int?)
}
