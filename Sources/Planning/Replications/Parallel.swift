import Synchronization

/// The same work on many inputs, on several threads.
package enum Parallel {
  /// The results in the order of the inputs, whichever thread made them.
  package static func map<Result: Sendable>(
    _ inputs: Range<Int>, jobs: Int, _ body: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    let board = Board<Result>(inputs)
    WorkerThreads.run(count: max(1, min(jobs, inputs.count))) {
      while let input = board.claim() { board.finish(input, body(input)) }
    }
    return board.results()
  }

  private final class Board<Result: Sendable>: Sendable {
    private struct State {
      var next: Int
      var slots: [Result?]
    }
    private let inputs: Range<Int>
    private let state: Mutex<State>

    init(_ inputs: Range<Int>) {
      self.inputs = inputs
      state = Mutex(State(next: inputs.lowerBound, slots: Array(repeating: nil, count: inputs.count)))
    }

    func claim() -> Int? {
      state.withLock { state in
        guard state.next < inputs.upperBound else { return nil }
        state.next += 1
        return state.next - 1
      }
    }

    func finish(_ input: Int, _ result: Result) {
      state.withLock { $0.slots[input - inputs.lowerBound] = result }
    }

    func results() -> [Result] { state.withLock { $0.slots.map { $0! } } }
  }
}
