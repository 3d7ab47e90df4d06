import Services
import Testing

@Suite struct ShardMapTests {
  struct KeyCase: Sendable, CustomTestStringConvertible {
    let key: String
    let hash: UInt128
    /// Index for 1...10 shards.
    let shards: [Int]
    var testDescription: String { key }
  }
  // Known answers, category "hashing".
  static let keys = [
    KeyCase(
      key: "order-000001", hash: 193_805_815_038_244_821_834_084_722_103_729_997_774,
      shards: [0, 1, 1, 2, 2, 3, 3, 4, 5, 5]),
    KeyCase(
      key: "order-000002", hash: 90_513_644_356_338_415_727_256_151_007_979_011_777,
      shards: [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]),
    KeyCase(
      key: "customer-43", hash: 77_483_430_363_009_693_165_037_386_210_753_017_707,
      shards: [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]),
    KeyCase(
      key: "partition-key", hash: 171_922_231_538_597_478_840_392_253_176_536_055_210,
      shards: [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]),
    KeyCase(
      key: "user@example.org", hash: 115_872_362_307_175_760_972_731_841_043_282_435_623,
      shards: [0, 0, 1, 1, 1, 2, 2, 2, 3, 3]),
    KeyCase(
      key: "ORDER-000001", hash: 310_438_463_898_632_886_389_558_887_802_802_214_518,
      shards: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
  ]

  @Test(arguments: keys) func `routes known keys to their shards`(_ c: KeyCase) {
    #expect(ShardMap.hash(ofKey: c.key) == c.hash)
    #expect((1...10).map { ShardMap(shardCount: $0).shard(forKey: c.key) } == c.shards)
  }

  @Test(arguments: [
    ("1", [1, 2, 3, 3, 7]), ("a", [0, 0, 0, 0, 0]), ("user-42", [0, 1, 1, 2, 4]),
    ("order-1000", [1, 1, 2, 3, 6]), ("partition-key", [1, 1, 2, 2, 5]),
  ])
  func `agrees with the fact sheet's check values`(key: String, shards: [Int]) {
    #expect([2, 3, 4, 5, 10].map { ShardMap(shardCount: $0).shard(forKey: key) } == shards)
  }

  @Test func `hashes as MD5 does, big-endian`() {
    #expect(ShardMap.hash(ofKey: "") == 0xd41d_8cd9_8f00_b204_e980_0998_ecf8_427e)
    #expect(ShardMap.hash(ofKey: "abc") == 0x9001_5098_3cd2_4fb0_d696_3f7d_28e1_7f72)
    #expect(ShardMap.hash(ofKey: "1") == 261_578_874_264_819_908_609_102_035_485_573_088_411)
  }

  @Test func `splits the hash space as a new stream does`() {
    let three = ShardMap(shardCount: 3)
    #expect(three.range(ofShard: 0) == (0, 113_427_455_640_312_821_154_458_202_477_256_070_484))
    #expect(
      three.range(ofShard: 1)
        == (
          113_427_455_640_312_821_154_458_202_477_256_070_485,
          226_854_911_280_625_642_308_916_404_954_512_140_969
        ))
    #expect(three.range(ofShard: 2) == (226_854_911_280_625_642_308_916_404_954_512_140_970, .max))
    let two = ShardMap(shardCount: 2)
    #expect(two.range(ofShard: 0) == (0, 170_141_183_460_469_231_731_687_303_715_884_105_727))
    #expect(two.range(ofShard: 1) == (170_141_183_460_469_231_731_687_303_715_884_105_728, .max))
    let seven = ShardMap(shardCount: 7)
    #expect(
      seven.range(ofShard: 2)
        == (
          97_223_533_405_982_418_132_392_744_980_505_203_272,
          145_835_300_108_973_627_198_589_117_470_757_804_907
        ))
  }

  @Test(arguments: [1, 2, 3, 5, 7, 8, 64, 500, 9_999, 20_000])
  func `finds both ends of every range in its shard`(shardCount: Int) {
    let map = ShardMap(shardCount: shardCount)
    for shard in Array(stride(from: 0, to: shardCount, by: max(1, shardCount / 100))) + [shardCount - 1] {
      let (start, end) = map.range(ofShard: shard)
      #expect(map.shard(forHash: start) == shard)
      #expect(map.shard(forHash: end) == shard)
      if shard > 0 { #expect(map.shard(forHash: start - 1) == shard - 1) }
    }
    #expect(map.range(ofShard: shardCount - 1).end == .max)
  }
}
