import Kernel

/// Steps flattened into instructions with jumps, so that a waiting handler is a position and not a call stack.
///
/// Integers alone: what is larger stands in a table of `StepCode`, so that fetching an instruction copies nothing
/// that is counted.
enum StepInstruction {
  case call(StepCode.Call)
  case send(Int)
  case take(store: Int, max: Int?)
  case receive(queue: Int, max: Int?)
  case read(ReadStep)
  case write(Int)
  case putObject(Int)
  case getObject(bucket: Int)
  case invoke(function: Int, isAsync: Bool)
  case compute(Int)
  case sleep(Int)
  case fieldTime(Int)
  case fail(Int)
  /// Goes on at `target` unless the condition holds.
  case unless(Int, target: Int)
  case jump(Int)
  /// Starts one strand per message of the batch for the instructions up to `end`, and goes on there when all are done.
  case forkEach(end: Int)
  /// Starts one strand per range, and goes on at `end` when all are done.
  case forkBranches(Int, end: Int)
  /// Moves to the next message of the batch and repeats from `body`; falls through after the last one.
  case nextMessage(body: Int)
}

/// The instructions of one function's handler.
final class StepCode {
  /// A `call` without its sizes, which are counted and stand in `replies`.
  struct Call {
    let partner: Int
    let times: Int
    let timeout: SimDuration?
    let retries: (max: Int, backoff: SimDuration)?
    /// Position in `replies`, nil where the size of the answer takes no time.
    let reply: Int?
  }
  struct Write {
    let table: Int
    /// [bytes]
    let size: Distribution
    let set: [TableItem.Attribute]
  }
  struct Failure {
    let rate: Double
    let when: Condition
    let name: String
  }

  let scope: StepProgram.Scope
  let instructions: [StepInstruction]
  let sends: [SendStep]
  let writes: [Write]
  let puts: [PutObjectStep]
  let replies: [ByteSize]
  /// [s]
  let times: [Distribution]
  let fieldTimes: [FieldTime]
  let failures: [Failure]
  let conditions: [Condition]
  let branches: [[Range<Int>]]

  init(_ program: StepProgram) {
    var builder = StepCodeBuilder()
    builder.append(program.steps)
    if program.scope == .perMessage { builder.instructions.append(.nextMessage(body: 0)) }
    scope = program.scope
    instructions = builder.instructions
    sends = builder.sends
    writes = builder.writes
    puts = builder.puts
    replies = builder.replies
    times = builder.times
    fieldTimes = builder.fieldTimes
    failures = builder.failures
    conditions = builder.conditions
    branches = builder.branches
  }
}

/// Flattens steps.
private struct StepCodeBuilder {
  var instructions: [StepInstruction] = []
  var sends: [SendStep] = []
  var writes: [StepCode.Write] = []
  var puts: [PutObjectStep] = []
  var replies: [ByteSize] = []
  var times: [Distribution] = []
  var fieldTimes: [FieldTime] = []
  var failures: [StepCode.Failure] = []
  var conditions: [Condition] = []
  var branches: [[Range<Int>]] = []

  mutating func append(_ steps: [Step]) {
    for step in steps { append(step) }
  }

  private mutating func append(_ step: Step) {
    switch step {
    case .call(let call):
      let reply = call.reply.map { Self.add($0, to: &replies) }
      instructions.append(
        .call(
          StepCode.Call(
            partner: call.partner, times: call.times, timeout: call.timeout, retries: call.retries,
            reply: reply)))
    case .send(let send): instructions.append(.send(Self.add(send, to: &sends)))
    case .take(let store, let max): instructions.append(.take(store: store, max: max))
    case .receive(let queue, let max): instructions.append(.receive(queue: queue, max: max))
    case .read(let read): instructions.append(.read(read))
    case .write(let write):
      let set = write.set.map { TableItem.Attribute(name: $0.name, value: $0.value) }
      instructions.append(
        .write(Self.add(StepCode.Write(table: write.table, size: write.size, set: set), to: &writes)))
    case .putObject(let put): instructions.append(.putObject(Self.add(put, to: &puts)))
    case .getObject(let bucket): instructions.append(.getObject(bucket: bucket))
    case .invoke(let function, let isAsync):
      instructions.append(.invoke(function: function, isAsync: isAsync))
    case .compute(let time): instructions.append(.compute(Self.add(time, to: &times)))
    case .sleep(let time): instructions.append(.sleep(Self.add(time, to: &times)))
    case .fieldTime(let time): instructions.append(.fieldTime(Self.add(time, to: &fieldTimes)))
    case .fail(let rate, let when, let name):
      instructions.append(
        .fail(Self.add(StepCode.Failure(rate: rate, when: when, name: name), to: &failures)))
    case .parallelEach(let body):
      let fork = reserve()
      append(body)
      instructions[fork] = .forkEach(end: instructions.count)
    case .parallelBranches(let bodies): appendBranches(bodies)
    case .conditional(let when, let then, let otherwise):
      let condition = Self.add(when, to: &conditions)
      let test = reserve()
      append(then)
      if otherwise.isEmpty {
        instructions[test] = .unless(condition, target: instructions.count)
      } else {
        let skip = reserve()
        instructions[test] = .unless(condition, target: instructions.count)
        append(otherwise)
        instructions[skip] = .jump(instructions.count)
      }
    }
  }

  private mutating func appendBranches(_ bodies: [[Step]]) {
    let fork = reserve()
    var ranges: [Range<Int>] = []
    for body in bodies {
      let start = instructions.count
      append(body)
      ranges.append(start..<instructions.count)
    }
    instructions[fork] = .forkBranches(Self.add(ranges, to: &branches), end: instructions.count)
  }

  /// A place to fill in once its target is known.
  private mutating func reserve() -> Int {
    instructions.append(.jump(0))
    return instructions.count - 1
  }

  private static func add<Element>(_ element: Element, to table: inout [Element]) -> Int {
    table.append(element)
    return table.count - 1
  }
}
