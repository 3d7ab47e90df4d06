import Crypto

/// The open shards of a stream and the hash keys that each of them owns.
///
/// A new stream with N shards splits the 128-bit hash space into steps of ⌊2¹²⁸ / N⌋; the last shard also
/// takes the remainder. Source: fact sheet §1.2.
///
/// ```swift
/// let map = ShardMap(shardCount: 3)
/// map.shard(forKey: "user-42")  // 1
/// ```
package struct ShardMap: Sendable, Hashable {
  package let shardCount: Int
  /// Width of every shard but the last. [hash keys]
  private let step: UInt128

  package init(shardCount: Int) {
    precondition(shardCount > 0, "a stream has at least one shard")
    self.shardCount = shardCount
    // ⌊2¹²⁸ / N⌋ from ⌊(2¹²⁸ − 1) / N⌋, which differ only when N divides 2¹²⁸.
    let (quotient, remainder) = UInt128.max.quotientAndRemainder(dividingBy: UInt128(shardCount))
    step = shardCount == 1 ? .max : (remainder == UInt128(shardCount - 1) ? quotient + 1 : quotient)
  }

  /// First and last hash key of a shard, both included.
  package func range(ofShard shard: Int) -> (start: UInt128, end: UInt128) {
    (start(shard), shard == shardCount - 1 ? .max : start(shard + 1) - 1)
  }

  /// The shard that owns a hash key, from 0.
  ///
  /// Scales the upper half of the hash to the shard count, which is off by one at most, and then corrects it:
  /// a 128-bit division costs more than everything else here.
  package func shard(forHash hash: UInt128) -> Int {
    var index = Int(UInt64(truncatingIfNeeded: hash >> 64).multipliedFullWidth(by: UInt64(shardCount)).high)
    while index > 0, hash < start(index) { index -= 1 }
    while index + 1 < shardCount, hash >= start(index + 1) { index += 1 }
    return index
  }

  package func shard(forKey key: String) -> Int {
    shardCount == 1 ? 0 : shard(forHash: Self.hash(ofKey: key))
  }

  /// MD5 of the key's UTF-8 as a big-endian unsigned integer.
  package static func hash(ofKey key: String) -> UInt128 {
    var digest = Insecure.MD5()
    var key = key
    key.withUTF8 { digest.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    return digest.finalize().withUnsafeBytes { bytes in
      let high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
      let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      return UInt128(high) << 64 | UInt128(low)
    }
  }

  private func start(_ shard: Int) -> UInt128 { shard == 0 ? 0 : step * UInt128(shard) }
}
