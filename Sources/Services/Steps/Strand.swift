import Kernel

/// One thread of a step program: a position in the code and what it is about.
///
/// An invocation has one strand, and one more for every branch that `parallel` opened. Objects are used again once
/// their invocation has ended.
final class Strand {
  /// Position in `World.strands`.
  let slot: Int
  private(set) var invocation: Invocation
  /// The strand that has opened this one and waits for it.
  private(set) var parent: Int?
  /// Strands it has opened and waits for.
  var openChildren = 0
  var position = 0
  private(set) var end = 0
  /// The current message: its place in the invocation's batch, nil when it is about the whole batch.
  var messageIndex: Int?
  /// Whether it was opened for a message of the batch, or inside of such a strand.
  private(set) var isPerMessage = false
  /// The item last read for the current message.
  var item: TableItem?
  /// Whether the last call failed.
  var callFailed = false
  /// Progress inside a `call`: parts done, attempts that failed, and whether it pauses before the next attempt.
  var partsDone = 0
  var failedAttempts = 0
  var isPausing = false
  /// Progress inside a `send`: entries still to be sent, those of the call under way, and how often it was refused.
  var toSend: [OutgoingMessage] = []
  var sending: [OutgoingMessage] = []
  var nextToSend = 0
  var refusals = 0

  init(slot: Int, _ invocation: Invocation) {
    self.slot = slot
    self.invocation = invocation
  }

  /// Begins a new use of the object.
  func start(
    _ invocation: Invocation, parent: Int?, range: Range<Int>, messageIndex: Int?, isPerMessage: Bool
  ) {
    self.invocation = invocation
    self.parent = parent
    self.isPerMessage = isPerMessage
    position = range.lowerBound
    end = range.upperBound
    self.messageIndex = messageIndex
    openChildren = 0
    callFailed = false
    resetProgress()
  }

  /// Whether the current message has been reported as failed.
  var hasFailedItem: Bool {
    isPerMessage && messageIndex.map { invocation.itemFailures.positions.contains($0) } ?? false
  }

  var message: MessageReference? { messageIndex.map { invocation.messages[$0] } }

  func resetProgress() {
    partsDone = 0
    failedAttempts = 0
    isPausing = false
    nextToSend = 0
    refusals = 0
    if !toSend.isEmpty { toSend.removeAll(keepingCapacity: true) }
    if !sending.isEmpty { sending.removeAll(keepingCapacity: true) }
  }

  /// Lets go of what only the ended use needed.
  func clear() {
    item = nil
    toSend = []
    sending = []
  }
}
