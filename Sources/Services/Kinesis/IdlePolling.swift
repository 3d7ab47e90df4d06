import Kernel

/// The polls that idle readers make on one contended shard: a loop of integers outside the event queue.
///
/// Three and more readers share five calls a second, so their polls must be made one by one even when no record is
/// there. Source: fact sheet §1.4, §1.5; design §3.3.
struct IdlePolling {
  /// A reader as the loop needs it.
  struct Poller {
    let reader: Int
    let entity: UInt64
    /// Kept in `times` while the loop runs.
    var nextPoll: SimTime
    var pollCount: Int
    var throttledReads: Int
  }
  /// How the polls of one minute ended.
  struct Tally {
    let minute: Int
    var admitted = 0
    var throttled = 0
  }

  private(set) var pollers: [Poller] = []
  private(set) var tallies: [Tally] = []
  /// Next polls side by side, because each poll looks at all of them. [ns], index = poller
  private var times: [Int64] = []
  /// The random words of four polls of each poller. Index = 4 · poller + poll mod 4
  private var words: [UInt32] = []

  /// Forgets the shard of the last run, but keeps the memory.
  mutating func removeAll() {
    pollers.removeAll(keepingCapacity: true)
    tallies.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
  }

  mutating func add(_ poller: Poller, _ draws: Draws) {
    pollers.append(poller)
    times.append(poller.nextPoll.nanoseconds)
    for _ in 0..<4 { words.append(0) }
    drawWords(pollers.count - 1, poller.pollCount, draws)
  }

  /// Makes all polls before an instant, in order of time; of two at once the reader that was added first comes first.
  mutating func run(
    until end: SimTime, on shard: inout ShardReadAdmission, _ pace: PollPace, _ draws: Draws
  ) {
    var tally = Tally(minute: -1)
    var tallyEnd = Int64.min
    while true {
      let index = earliest()
      let time = times[index]
      guard time < end.nanoseconds else { break }
      if time >= tallyEnd {
        if tally.minute >= 0 { tallies.append(tally) }
        tally = Tally(minute: SimTime(nanoseconds: time).minute)
        tallyEnd = Int64(tally.minute + 1) * 60_000_000_000
      }
      let number = pollers[index].pollCount + 1
      pollers[index].pollCount = number
      if number & 3 == 0 { drawWords(index, number, draws) }
      let word = words[4 * index + number & 3]
      if shard.admit(now: SimTime(nanoseconds: time)) {
        tally.admitted += 1
        pollers[index].throttledReads = 0
        times[index] = time + pace.interval(word).nanoseconds
      } else {
        tally.throttled += 1
        pollers[index].throttledReads += 1
        times[index] = time + pace.pause(failure: pollers[index].throttledReads, word).nanoseconds
      }
    }
    if tally.minute >= 0 { tallies.append(tally) }
    for index in pollers.indices { pollers[index].nextPoll = SimTime(nanoseconds: times[index]) }
  }

  /// The first of the smallest instants, chosen without a branch: which one it is cannot be predicted.
  @inline(__always)
  private func earliest() -> Int {
    var earliest = 0
    var smallest = Int64.max
    for index in times.indices {
      let time = times[index]
      earliest = time < smallest ? index : earliest
      smallest = min(smallest, time)
    }
    return earliest
  }

  @inline(__always)
  private mutating func drawWords(_ index: Int, _ number: Int, _ draws: Draws) {
    let block = PollPace.words(entity: pollers[index].entity, poll: number, draws)
    words[4 * index] = block.0
    words[4 * index + 1] = block.1
    words[4 * index + 2] = block.2
    words[4 * index + 3] = block.3
  }
}

/// How long a poller waits for its next poll: one random word for each poll, whichever way that poll ended.
///
/// In integers and with a quarter of a generator's block each, because contended idle polls come by the hundred
/// million. Source: fact sheet §1.5.
struct PollPace {
  let base: SimDuration
  /// Shortest interval between two polls, and how much longer the longest is. [ns]
  private let shortest: Int64
  private let spread: UInt64
  private let backoff: AccountState.Backoff

  /// - Parameter jitter: Largest relative deviation from the base rate, 0...1.
  init(poll: SimDuration, jitter: Double, backoff: AccountState.Backoff) {
    base = poll
    let deviation = poll.scaled(by: jitter)
    shortest = (poll - deviation).nanoseconds
    spread = UInt64(2 * deviation.nanoseconds)
    self.backoff = backoff
  }

  /// The base rate with its drift, after a poll that the shard answered.
  @inline(__always)
  func interval(_ word: UInt32) -> SimDuration {
    SimDuration(nanoseconds: shortest + Int64((UInt64(word) << 32).multipliedFullWidth(by: spread).high))
  }

  /// The pause after the k-th throttled poll in a row.
  @inline(__always)
  func pause(failure k: Int, _ word: UInt32) -> SimDuration {
    StreamRetry.readThrottleDelay(failure: k, base: backoff.base, cap: backoff.max, word: word)
  }

  /// The random words of four polls in a row; poll n takes the one at n mod 4.
  @inline(__always)
  static func words(entity: UInt64, poll number: Int, _ draws: Draws) -> Philox.Block {
    Philox.block(
      counter: (
        UInt32(truncatingIfNeeded: number >> 2),
        UInt32(DrawPurpose.pollJitter.rawValue) << 20 | draws.replication,
        UInt32(truncatingIfNeeded: entity), UInt32(truncatingIfNeeded: entity >> 32)
      ),
      key: (draws.keyLow, draws.keyHigh))
  }

  static func word(entity: UInt64, poll number: Int, _ draws: Draws) -> UInt32 {
    let words = words(entity: entity, poll: number, draws)
    return switch number & 3 {
    case 0: words.0
    case 1: words.1
    case 2: words.2
    default: words.3
    }
  }
}
