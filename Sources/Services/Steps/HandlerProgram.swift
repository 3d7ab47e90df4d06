package import Kernel

/// What a function does when it is invoked.
package enum HandlerProgram: Sendable {
  /// Returns at once.
  case immediate
  /// Steps written in the scenario.
  case steps(StepProgram)
  /// A handler written in Swift and registered under this name.
  case swift(name: String, config: [(name: String, value: FieldValue)])
}

/// Steps of a scenario and how often an invocation runs them.
package struct StepProgram: Sendable {
  package enum Scope: String, Sendable, Hashable { case perInvocation, perBatch, perMessage }
  package var scope: Scope
  package var steps: [Step]
  package init(scope: Scope, steps: [Step]) {
    self.scope = scope
    self.steps = steps
  }
}

package indirect enum Step: Sendable {
  case call(CallStep)
  case send(SendStep)
  case take(store: Int, max: Int?)
  /// Takes messages from a queue: deleted when the handler succeeds.
  case receive(queue: Int, max: Int?)
  case read(ReadStep)
  case write(WriteStep)
  case putObject(PutObjectStep)
  /// Reads the object under the message's id.
  case getObject(bucket: Int)
  case invoke(function: Int, isAsync: Bool)
  /// CPU time at the memory size of one full vCPU, scaled by `MemorySize`. [s]
  case compute(Distribution)
  /// [s]
  case sleep(Distribution)
  /// Sleeps or computes as long as a field of the message says.
  case fieldTime(FieldTime)
  /// Runs the steps once for every message of the batch, all at the same time.
  case parallelEach([Step])
  /// Runs every branch at the same time.
  case parallelBranches([[Step]])
  case conditional(when: Condition, then: [Step], otherwise: [Step])
  case fail(rate: Double, when: Condition, name: String)
}

/// A time that each message brings along, such as the recorded time of its handling.
package struct FieldTime: Sendable, Hashable {
  package var field: String
  /// Units of the field in a second, a power of ten.
  package var perSecond: Double
  /// CPU time, scaled by `MemorySize`, in place of waiting.
  package var isCompute: Bool
  /// What a longer time counts as; no function runs for a year. [s]
  static let longest = 31_536_000.0
  package init(field: String, perSecond: Double = 1, isCompute: Bool = false) {
    self.field = field
    self.perSecond = perSecond
    self.isCompute = isCompute
  }
}

package struct CallStep: Sendable {
  package var partner: Int
  /// Calls in a row; the last one has the effect.
  package var times: Int
  package var timeout: SimDuration?
  /// Further attempts after a failed call, and the pause before them.
  package var retries: (max: Int, backoff: SimDuration)?
  /// Size of each answer, which takes time where the service has a bandwidth.
  package var reply: ByteSize?
  package init(
    partner: Int, times: Int = 1, timeout: SimDuration? = nil,
    retries: (max: Int, backoff: SimDuration)? = nil, reply: ByteSize? = nil
  ) {
    self.reply = reply
    self.partner = partner
    self.times = times
    self.timeout = timeout
    self.retries = retries
  }
}

package struct SendStep: Sendable {
  package enum Key: Sendable, Hashable { case inherited, constant(String), field(String) }
  package var destination: Destination
  /// true: the messages that the step holds travel on; false: sends one new message about the first of them.
  package var each: Bool
  /// Messages of one API call. [messages]
  package var batch: Int
  /// Time of one API call. [s]
  package var time: Distribution
  /// nil: the size of the message passed on. [bytes]
  package var size: Distribution?
  package var key: Key
  /// Whether entries that a batch call rejected are sent again until they are accepted.
  package var resend: Bool
  package init(
    destination: Destination, each: Bool, batch: Int = 1, time: Distribution, size: Distribution? = nil,
    key: Key = .inherited, resend: Bool = true
  ) {
    self.destination = destination
    self.each = each
    self.batch = batch
    self.time = time
    self.size = size
    self.key = key
    self.resend = resend
  }
}

/// Reads the item of the current message; conditions then see its attributes as `item.<name>`.
package struct ReadStep: Sendable {
  package var table: Int
  package var consistent: Bool
  package init(table: Int, consistent: Bool = true) {
    self.table = table
    self.consistent = consistent
  }
}

/// Writes the item of the current message, keyed by the message's id.
package struct WriteStep: Sendable {
  package var table: Int
  /// [bytes]
  package var size: Distribution
  /// Attributes set on the item, the others kept.
  package var set: [(name: String, value: FieldValue)]
  package init(table: Int, size: Distribution, set: [(name: String, value: FieldValue)] = []) {
    self.table = table
    self.size = size
    self.set = set
  }
}

/// A rule about errors of a function's handler.
///
/// With `partner` set, a call to it that has been answered raises the error for messages that match. Without, the
/// rule is about calls that failed. `raise: false` switches the rule off. `isCaught` logs the error, leaves out the
/// rest of that message's steps and goes on with the next message; otherwise the invocation fails.
package struct ErrorRule: Sendable {
  package var name: String
  package var when: Condition
  package var partner: Int?
  package var isRaised: Bool
  package var isCaught: Bool
  package init(name: String, when: Condition, partner: Int?, isRaised: Bool, isCaught: Bool) {
    self.name = name
    self.when = when
    self.partner = partner
    self.isRaised = isRaised
    self.isCaught = isCaught
  }
}

/// A condition over the current message. Source: scenario format §3.
package indirect enum Condition: Sendable, Hashable {
  package enum Comparison: String, Sendable, Hashable {
    case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  }
  case always
  case truth(Operand)
  case compare(Operand, Comparison, Operand)
  case and(Condition, Condition)
  case or(Condition, Condition)
  case not(Condition)
}

package enum Operand: Sendable, Hashable {
  case number(Double)
  case text(String)
  case boolean(Bool)
  /// A field of the message.
  case field(String)
  /// An attribute of the item last read.
  case item(String)
  /// `call.failed`
  case callFailed
  /// 1 for the first delivery of the message to the function.
  case attempt
  /// Seconds since the message was created.
  case age
}
