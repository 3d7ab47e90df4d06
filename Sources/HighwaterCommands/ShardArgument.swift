package import Planning

/// Reads `--shard I/N`, `auto` and `auto/N`. Source: scenario format §14.
package enum ShardArgument {
  package struct Problem: Error, Sendable, Hashable {
    package var message: String
  }

  /// - Parameters:
  ///   - text: `3/7` counts from 1; `auto` takes index and count from the variables of the batch system; `auto/N` takes
  ///     the index alone, for systems that do not tell the count and for arrays of which a part is run again.
  ///   - variable: Looks up a variable of the environment.
  package static func read(_ text: String, variable: @escaping (String) -> String?) throws(Problem) -> Shard {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let first = parts.first, !first.isEmpty else { throw malformed(text) }
    var count: Int?
    if parts.count == 2 {
      guard let given = Int(parts[1]), given > 0 else { throw malformed(text) }
      count = given
    }
    guard first != "auto" else { return try automatic(count, Environment(variable: variable)) }
    guard let index = Int(first), let count else { throw malformed(text) }
    guard (1...count).contains(index) else {
      throw Problem(message: "--shard \(text): shards count from 1 to \(count)")
    }
    return Shard(index: index, count: count)
  }

  private static func malformed(_ text: String) -> Problem {
    Problem(message: "--shard is '\(text)'; write 3/7, auto or auto/7")
  }

  private struct Environment {
    var variable: (String) -> String?
    func integer(_ name: String) throws(Problem) -> Int? {
      guard let text = variable(name), !text.isEmpty else { return nil }
      guard let value = Int(text) else {
        throw Problem(message: "--shard auto: \(name) is '\(text)', not a whole number")
      }
      return value
    }
  }

  /// The first batch system whose index is there; Source of the names: manuals of Slurm (sbatch, job arrays), AWS
  /// Batch (array jobs), Kubernetes (indexed jobs), GitLab (parallel), GNU parallel.
  private static func automatic(_ count: Int?, _ environment: Environment) throws(Problem) -> Shard {
    if let id = try environment.integer("SLURM_ARRAY_TASK_ID") { return try slurm(id, count, environment) }
    let systems: [(index: String, count: String?, first: Int)] = [
      ("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", 0), ("JOB_COMPLETION_INDEX", nil, 0),
      ("CI_NODE_INDEX", "CI_NODE_TOTAL", 1), ("PARALLEL_SEQ", nil, 1),
    ]
    for system in systems {
      guard let index = try environment.integer(system.index) else { continue }
      var total = count
      if total == nil, let name = system.count { total = try environment.integer(name) }
      guard let total else {
        let missing = system.count.map { "\($0) is not set" } ?? "nothing tells the number of shards"
        throw Problem(message: "--shard auto: \(system.index) is set, but \(missing); write --shard auto/N")
      }
      return try shard(index - system.first, of: total, named: "\(system.index) \(index)")
    }
    throw Problem(
      message: "--shard auto: none of SLURM_ARRAY_TASK_ID, "
        + systems.map(\.index).joined(separator: ", ") + " is set; write --shard I/N")
  }

  /// Without a count the array must be whole, `MIN`, `MIN + STEP`, ...: a part of it that is run again has its own
  /// minimum and count. With one, the array's own index counts from 0.
  private static func slurm(_ id: Int, _ count: Int?, _ environment: Environment) throws(Problem) -> Shard {
    if let count { return try shard(id, of: count, named: "SLURM_ARRAY_TASK_ID \(id)") }
    let first = try environment.integer("SLURM_ARRAY_TASK_MIN") ?? 0
    let step = max(1, try environment.integer("SLURM_ARRAY_TASK_STEP") ?? 1)
    guard let total = try environment.integer("SLURM_ARRAY_TASK_COUNT"), total > 0 else {
      throw Problem(
        message:
          "--shard auto: SLURM_ARRAY_TASK_ID is set, but SLURM_ARRAY_TASK_COUNT is not; write --shard auto/N")
    }
    let last = try environment.integer("SLURM_ARRAY_TASK_MAX") ?? first + (total - 1) * step
    guard last == first + (total - 1) * step, (id - first) % step == 0 else {
      throw Problem(
        message:
          "--shard auto: the Slurm array has gaps (\(total) tasks from \(first) to \(last)); number it from 0"
          + " and write --shard auto/N")
    }
    return try shard((id - first) / step, of: total, named: "SLURM_ARRAY_TASK_ID \(id)")
  }

  private static func shard(_ position: Int, of count: Int, named name: String) throws(Problem) -> Shard {
    guard count > 0, (0..<count).contains(position) else {
      throw Problem(message: "--shard auto: \(name) is not one of \(count) shards")
    }
    return Shard(index: position + 1, count: count)
  }
}
