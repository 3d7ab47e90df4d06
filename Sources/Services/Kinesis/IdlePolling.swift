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
    /// Interval after the next poll if it is admitted; drawn ahead, so that no poll waits for its own draw.
    var interval: SimDuration = .zero
  }
  /// How the polls of one minute ended.
  struct Tally {
    let minute: Int
    var admitted = 0
    var throttled = 0
  }

  let draws: Draws
  let poll: SimDuration
  let jitter: Double
  let backoff: AccountState.Backoff
  var pollers: [Poller] = []
  private(set) var tallies: [Tally] = []

  init(draws: Draws, poll: SimDuration, jitter: Double, backoff: AccountState.Backoff) {
    self.draws = draws
    self.poll = poll
    self.jitter = jitter
    self.backoff = backoff
  }

  /// Makes all polls before an instant, in order of time; of two at once the reader that was added first comes first.
  mutating func run(until end: SimTime, on shard: inout ShardReadAdmission) {
    for index in pollers.indices { pollers[index].interval = interval(pollers[index]) }
    // Instants side by side, because each poll looks at all of them. [ns]
    var times = pollers.map(\.nextPoll.nanoseconds)
    var tally = Tally(minute: -1)
    var tallyEnd = Int64.min
    while true {
      let index = Self.earliest(times)
      let time = SimTime(nanoseconds: times[index])
      guard time < end else { break }
      if time.nanoseconds >= tallyEnd {
        if tally.minute >= 0 { tallies.append(tally) }
        tally = Tally(minute: time.minute)
        tallyEnd = Int64(time.minute + 1) * 60_000_000_000
      }
      pollers[index].pollCount += 1
      if shard.admit(now: time) {
        tally.admitted += 1
        pollers[index].throttledReads = 0
        times[index] = (time + pollers[index].interval).nanoseconds
      } else {
        tally.throttled += 1
        pollers[index].throttledReads += 1
        times[index] = (time + pause(pollers[index])).nanoseconds
      }
      pollers[index].interval = interval(pollers[index])
    }
    if tally.minute >= 0 { tallies.append(tally) }
    for index in pollers.indices { pollers[index].nextPoll = SimTime(nanoseconds: times[index]) }
  }

  /// The first of the smallest instants, chosen without a branch: which one it is cannot be predicted.
  @inline(__always)
  private static func earliest(_ times: [Int64]) -> Int {
    var earliest = 0
    var smallest = Int64.max
    for index in times.indices {
      let time = times[index]
      earliest = time < smallest ? index : earliest
      smallest = min(smallest, time)
    }
    return earliest
  }

  /// The base rate with its drift, after the poll that comes next.
  @inline(__always)
  private func interval(_ poller: Poller) -> SimDuration {
    Self.interval(entity: poller.entity, poll: poller.pollCount + 1, base: poll, jitter: jitter, draws)
  }

  @inline(__always)
  static func interval(
    entity: UInt64, poll number: Int, base: SimDuration, jitter: Double, _ draws: Draws
  ) -> SimDuration {
    let u = draws.uniform(.pollJitter, entity: EntityAddress.combine(entity, UInt64(number)))
    return SimDuration(nearest: base.seconds * (1 + jitter * (2 * u - 1)) * 1e9)
  }

  private func pause(_ poller: Poller) -> SimDuration {
    Self.pause(entity: poller.entity, poll: poller.pollCount, failure: poller.throttledReads, backoff, draws)
  }

  static func pause(
    entity: UInt64, poll number: Int, failure: Int, _ backoff: AccountState.Backoff, _ draws: Draws
  ) -> SimDuration {
    StreamRetry.readThrottleDelay(
      failure: failure, base: backoff.base, cap: backoff.max,
      u: draws.uniform(.backoff, entity: EntityAddress.combine(entity, UInt64(number))))
  }
}
