import Kernel

/// Steps flattened into instructions with jumps, so that a waiting handler is a position and not a call stack.
enum StepInstruction {
  case call(CallStep)
  case send(SendStep)
  case take(store: Int, max: Int?)
  case read(ReadStep)
  case write(WriteStep)
  case invoke(function: Int, isAsync: Bool)
  case compute(Distribution)
  case sleep(Distribution)
  case fail(rate: Double, when: Condition, name: String)
  /// Goes on at `target` unless the condition holds.
  case unless(Condition, target: Int)
  case jump(Int)
  /// Starts one strand per message of the batch for the instructions up to `end`, and goes on there when all are done.
  case forkEach(end: Int)
  /// Starts one strand per range, and goes on at `end` when all are done.
  case forkBranches([Range<Int>], end: Int)
  /// Moves to the next message of the batch and repeats from `body`; falls through after the last one.
  case nextMessage(body: Int)
}

/// The instructions of one function's handler.
struct StepCode {
  private(set) var instructions: [StepInstruction] = []
  let scope: StepProgram.Scope

  init(_ program: StepProgram) {
    scope = program.scope
    append(program.steps)
    if scope == .perMessage { instructions.append(.nextMessage(body: 0)) }
  }

  private mutating func append(_ steps: [Step]) {
    for step in steps { append(step) }
  }

  private mutating func append(_ step: Step) {
    switch step {
    case .call(let call): instructions.append(.call(call))
    case .send(let send): instructions.append(.send(send))
    case .take(let store, let max): instructions.append(.take(store: store, max: max))
    case .read(let read): instructions.append(.read(read))
    case .write(let write): instructions.append(.write(write))
    case .invoke(let function, let isAsync): instructions.append(.invoke(function: function, isAsync: isAsync))
    case .compute(let time): instructions.append(.compute(time))
    case .sleep(let time): instructions.append(.sleep(time))
    case .fail(let rate, let when, let name): instructions.append(.fail(rate: rate, when: when, name: name))
    case .parallelEach(let body):
      let fork = reserve()
      append(body)
      instructions[fork] = .forkEach(end: instructions.count)
    case .parallelBranches(let branches):
      let fork = reserve()
      var ranges: [Range<Int>] = []
      for branch in branches {
        let start = instructions.count
        append(branch)
        ranges.append(start..<instructions.count)
      }
      instructions[fork] = .forkBranches(ranges, end: instructions.count)
    case .conditional(let when, let then, let otherwise):
      let test = reserve()
      append(then)
      if otherwise.isEmpty {
        instructions[test] = .unless(when, target: instructions.count)
      } else {
        let skip = reserve()
        instructions[test] = .unless(when, target: instructions.count)
        append(otherwise)
        instructions[skip] = .jump(instructions.count)
      }
    }
  }

  /// A place to fill in once its target is known.
  private mutating func reserve() -> Int {
    instructions.append(.jump(0))
    return instructions.count - 1
  }
}
