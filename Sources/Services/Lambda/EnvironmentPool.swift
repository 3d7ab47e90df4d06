package import Kernel

/// An execution environment of a function: serves one invocation at a time.
package struct Environment: Sendable, Hashable {
  /// In order of creation within its function, from 0.
  package let id: Int
  package let created: SimTime
  /// Invocations that it has begun.
  package fileprivate(set) var uses: Int
  /// Whether its last invocation failed, so that the next one initialises it again.
  package fileprivate(set) var isReset = false
}

/// The environments of one function, most recently used first.
///
/// Idle environments end at an instant the caller draws when it releases them, or when they reach their
/// maximum life, whichever is first. Nothing happens at that instant: the pool notices when it next looks.
/// Source: fact sheet §4.7.
///
/// ```swift
/// let environment = pool.acquire(now: now) ?? pool.create(now: now)
/// // … the invocation …
/// pool.release(environment, idleUntil: now + idle, now: now)
/// ```
package struct EnvironmentPool: Sendable {
  private struct Idle: Sendable {
    var environment: Environment
    /// First instant at which it is gone.
    var gone: SimTime
  }
  /// Idle environments, the last released at the end. Those that are gone are dropped when met.
  private var idle: [Idle] = []
  private let maxLifetime: SimDuration
  /// Environments that serve an invocation now.
  package private(set) var inUse = 0
  /// Environments ever created: cold starts. [environments]
  package private(set) var created = 0

  package init(maxLifetime: SimDuration) { self.maxLifetime = maxLifetime }

  package init(limits: Limits) {
    self.init(maxLifetime: SimDuration(seconds: limits.required(.lambdaEnvironmentMaxLifetimeSeconds)))
  }

  /// Takes the environment that was used last; nil when there is none. One that is `isReset` starts cold.
  package mutating func acquire(now: SimTime) -> Environment? {
    while var last = idle.popLast() {
      if now < last.gone {
        last.environment.uses += 1
        inUse += 1
        return last.environment
      }
    }
    return nil
  }

  /// Starts a new environment for an invocation: a cold start.
  package mutating func create(now: SimTime) -> Environment {
    defer { created += 1 }
    inUse += 1
    return Environment(id: created, created: now, uses: 1)
  }

  /// Gives an environment back after an invocation; past its maximum life it ends here.
  package mutating func release(_ environment: Environment, idleUntil: SimTime, now: SimTime) {
    giveBack(environment, isReset: false, idleUntil: idleUntil, now: now)
  }

  /// Gives an environment back after an invocation that failed or ran into its timeout.
  ///
  /// The environment stays and its next invocation initialises it again: cold-like, but not a new environment, which
  /// the scaling rate would count. Source: fact sheet §4.7.
  package mutating func reset(_ environment: Environment, idleUntil: SimTime, now: SimTime) {
    giveBack(environment, isReset: true, idleUntil: idleUntil, now: now)
  }

  private mutating func giveBack(_ environment: Environment, isReset: Bool, idleUntil: SimTime, now: SimTime)
  {
    inUse -= 1
    precondition(inUse >= 0, "environment \(environment.id) given back twice")
    var environment = environment
    environment.isReset = isReset
    let gone = min(idleUntil, environment.created + maxLifetime)
    if now < gone { idle.append(Idle(environment: environment, gone: gone)) }
  }

  /// Idle environments now. Complexity: O(n) in the idle ones; drops those that are gone.
  package mutating func warmCount(now: SimTime) -> Int {
    idle.removeAll { now >= $0.gone }
    return idle.count
  }
}
