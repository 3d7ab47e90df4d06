import Kernel

/// One thread of a step program: a position in the code and what it is about.
///
/// An invocation has one strand, and one more for every branch that `parallel` opened.
final class Strand {
  let invocation: Invocation
  let parent: Strand?
  /// Strands it has opened and waits for.
  var openChildren = 0
  var position: Int
  let end: Int
  /// The current message: its place in the invocation's batch, nil when it is about the whole batch.
  var messageIndex: Int?
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

  init(_ invocation: Invocation, parent: Strand?, position: Int, end: Int, messageIndex: Int?) {
    self.invocation = invocation
    self.parent = parent
    self.position = position
    self.end = end
    self.messageIndex = messageIndex
  }

  var message: MessageReference? { messageIndex.map { invocation.messages[$0] } }

  func resetProgress() {
    partsDone = 0
    failedAttempts = 0
    isPausing = false
    nextToSend = 0
    refusals = 0
    toSend.removeAll(keepingCapacity: true)
    sending.removeAll(keepingCapacity: true)
  }
}
