import Kernel
import Services

/// How the records of a workload spread over the shards of a stream.
///
/// Exact for constant keys and for keys from a choice; the most popular keys of a Zipf law are hashed one by one, the
/// others count as evenly spread. Source: fact sheet §1.2.
enum KeyShares {
  /// Ranks of a Zipf law that are hashed. Source: assumption; beyond them a key has next to no weight of its own.
  private static let ranksMax = 4_096

  /// Share of each shard, adding up to 1.
  static func shares(ofStream stream: Int, workload: Int, in system: SystemSpec) -> [Double] {
    let count = system.streams[stream].shardCount
    guard count > 1 else { return [1] }
    let workload = system.workloads[workload]
    switch key(intoStream: stream, workload: workload, in: system) {
    case .uniform: return Array(repeating: 1 / Double(count), count: count)
    case .constant(let key): return single(key, count)
    case .zipf(let exponent, let keys): return zipf(exponent: exponent, keys: keys, count)
    case .field(let name):
      let map = ShardMap(shardCount: count)
      var shares = Array(repeating: 0.0, count: count)
      for message in SampleMessage.all(workload) {
        let key =
          switch message.field(name) {
          case .text(let text): text
          case .number(let number): "\(number)"
          case nil: ""
          }
        shares[map.shard(forKey: key)] += 1 / Double(LatinCells.count)
      }
      return shares
    }
  }

  /// Share of each shard in the records of all workloads together.
  static func mix(ofStream stream: Int, in system: SystemSpec, rates: [Double], visits: [Double]) -> [Double]
  {
    var mix = Array(repeating: 0.0, count: system.streams[stream].shardCount)
    var total = 0.0
    for workload in system.workloads.indices {
      let weight = visits[workload] * rates[workload]
      guard weight > 0 else { continue }
      total += weight
      for (shard, share) in shares(ofStream: stream, workload: workload, in: system).enumerated() {
        mix[shard] += weight * share
      }
    }
    return total > 0 ? mix.map { $0 / total } : mix
  }

  /// The key that the records have: a step that sends them may give another one.
  private static func key(intoStream stream: Int, workload: WorkloadSpec, in system: SystemSpec) -> KeySpec {
    guard workload.destination != .stream(stream) else { return workload.key }
    for function in system.functions {
      guard case .steps(let program) = function.handler else { continue }
      for step in program.steps {
        guard case .send(let send) = step, send.destination == .stream(stream) else { continue }
        switch send.key {
        case .inherited: return workload.key
        case .constant(let key): return .constant(key)
        case .field(let name): return .field(name)
        }
      }
    }
    return workload.key
  }

  private static func single(_ key: String, _ count: Int) -> [Double] {
    var shares = Array(repeating: 0.0, count: count)
    shares[ShardMap(shardCount: count).shard(forKey: key)] = 1
    return shares
  }

  private static func zipf(exponent: Double, keys: Int, _ count: Int) -> [Double] {
    let map = ShardMap(shardCount: count)
    var shares = Array(repeating: 0.0, count: count)
    var total = 0.0
    var hashed = 0.0
    for rank in 1...keys {
      let weight = PortableMath.pow(Double(rank), -exponent)
      total += weight
      guard rank <= ranksMax else { continue }
      shares[map.shard(forKey: "key-\(rank)")] += weight
      hashed += weight
    }
    return shares.map { ($0 + (total - hashed) / Double(count)) / total }
  }
}
