import Synchronization

/// What the data files of a scenario were read as, so that a thousand points of a sweep share one trace.
package final class DataFileCache: Sendable {
  /// Everything that the result of reading depends on beside the bytes, which a run reads once.
  enum Key: Sendable, Hashable {
    case trace(String, TraceOptions)
    case counts(String, CountsOptions)
    case sample(String, SampleOptions)
    case law(String, SampleOptions, SampleCall.Draw)
  }

  private let results = Mutex<[Key: any Sendable]>([:])

  package init() {}

  /// The result for a key, made by whoever asks first; others wait for it.
  func value<Result: Sendable>(_ key: Key, make: () -> Result) -> Result {
    results.withLock { results in
      if let known = results[key] as? Result { return known }
      let made = make()
      results[key] = made
      return made
    }
  }
}
