package import Kernel

/// A Firehose stream: collects records and writes them to a bucket, many to an object. Source: fact sheet §9.
package struct DeliveryStreamSpec: Sendable {
  package var logicalID: String
  package var bucket: Int
  /// The stream whose records it delivers; nil when producers put records themselves.
  package var source: Int?
  /// Buffering hints: whichever is reached first ends an object. [bytes]
  package var bufferBytes: Int
  package var bufferInterval: SimDuration
  /// What the keys of its objects begin with.
  package var prefix: String
  package init(
    logicalID: String, bucket: Int, source: Int? = nil, bufferBytes: Int, bufferInterval: SimDuration,
    prefix: String = ""
  ) {
    self.logicalID = logicalID
    self.bucket = bucket
    self.source = source
    self.bufferBytes = bufferBytes
    self.bufferInterval = bufferInterval
    self.prefix = prefix
  }
}
