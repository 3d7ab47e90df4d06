package import Kernel

/// A standard queue. Source: fact sheet §6.
package struct QueueSpec: Sendable {
  package struct Redrive: Sendable, Hashable {
    package var deadLetterQueue: Int
    /// A receive that would exceed this count moves the message instead.
    package var maxReceiveCount: Int
    package init(deadLetterQueue: Int, maxReceiveCount: Int) {
      self.deadLetterQueue = deadLetterQueue
      self.maxReceiveCount = maxReceiveCount
    }
  }
  package var logicalID: String
  package var visibilityTimeout: SimDuration
  package var retention: SimDuration
  package var delay: SimDuration = .zero
  /// How long a receive waits for a message.
  package var receiveWait: SimDuration = .zero
  /// [bytes]
  package var maximumMessageSize: Int
  package var redrive: Redrive?
  /// Whether a step takes messages from it; a mapping counts by itself.
  package var isTaken = false

  package init(
    logicalID: String, visibilityTimeout: SimDuration = .seconds(30), retention: SimDuration = .hours(96),
    maximumMessageSize: Int = 262_144, redrive: Redrive? = nil
  ) {
    self.logicalID = logicalID
    self.visibilityTimeout = visibilityTimeout
    self.retention = retention
    self.maximumMessageSize = maximumMessageSize
    self.redrive = redrive
  }
}

/// An event source mapping from a queue to a function. Source: fact sheet §3.
package struct QueueMappingSpec: Sendable {
  package struct Pollers: Sendable, Hashable {
    package var minimum: Int
    package var maximum: Int
    package init(minimum: Int, maximum: Int) {
      self.minimum = minimum
      self.maximum = maximum
    }
  }
  package var logicalID: String
  package var queue: Int
  package var function: Int
  package var batchSize: Int
  package var batchingWindow: SimDuration = .zero
  /// ScalingConfig: nothing is received that cannot be run.
  package var maximumConcurrency: Int?
  /// Provisioned mode.
  package var pollers: Pollers?
  package var reportsItemFailures = false
  package var filter: FilterPattern?
  package var enabled = true
  package init(logicalID: String, queue: Int, function: Int, batchSize: Int = 10) {
    self.logicalID = logicalID
    self.queue = queue
    self.function = function
    self.batchSize = batchSize
  }
}
