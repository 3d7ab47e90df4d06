import KnownAnswers

/// Attempts that fail independently of each other.
enum RepeatedTrials {
  /// Messages whose every receive fails.
  @Sendable static func deadLetters(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let failure = try answer.number("failure_probability")
    let receives = try answer.integer("max_receives")
    let messages = 2_000_000
    return { draws in
      let dead = (0..<messages).count { message in
        (0..<receives).allSatisfy { draws.uniform(.service, message, attempt: $0) < failure }
      }
      return [Double(dead) / Double(messages)]
    }
  }

  /// Batches with a record that fails.
  @Sendable static func failedBatches(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    let failure = try answer.number("record_failure")
    let size = try answer.integer("batch")
    let batches = 5000
    return { draws in
      let failed = (0..<batches).count { batch in
        (0..<size).contains { draws.uniform(.service, batch, attempt: $0) < failure }
      }
      return [Double(failed) / Double(batches)]
    }
  }
}

/// Service that begins at given times only, for so many jobs at each.
enum SlottedService {
  @Sendable static func replication(_ answer: KnownAnswer) throws -> ReferenceSimulation.Replication {
    guard answer.quantity == "service start times in order of arrival" else { throw answer.unanswered() }
    let arrivals = try answer.numbers("arrivals")
    let times = try listed(answer, "slot_times")
    let sizes = try listed(answer, "slot_sizes")
    return { _ in
      var starts: [Double] = []
      for (slot, time) in times.enumerated() {
        // Sizes repeat; in order of arrival those who came before the slot fill it.
        let waiting = arrivals[starts.count...].prefix { $0 <= time }
        let size = Int(sizes[slot % sizes.count])
        starts += waiting.prefix(size).map { _ in time }
      }
      return starts
    }
  }

  /// The numbers of a text like `1, 3, 1, 3, ...`.
  private static func listed(_ answer: KnownAnswer, _ name: String) throws -> [Double] {
    var parts = try answer.text(name).split(separator: ",").map { $0.drop { $0 == " " } }
    guard parts.popLast() == "..." else { throw answer.unanswered() }
    let numbers = parts.compactMap { Double($0) }
    guard numbers.count == parts.count else { throw answer.unanswered() }
    return numbers
  }
}
