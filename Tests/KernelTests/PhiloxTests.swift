import Testing

@testable import Kernel

/// Source of the vectors: Random123 1.14, tests/kat_vectors; the sequences are cross-checked in methods §1.1.
@Suite struct PhiloxTests {
  struct KnownBlock: Sendable, CustomTestStringConvertible {
    let name: String
    let counter: [UInt32], key: [UInt32], expected: [UInt32]
    var testDescription: String { name }
  }

  static let knownBlocks = [
    KnownBlock(
      name: "zeros", counter: [0, 0, 0, 0], key: [0, 0],
      expected: [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
    KnownBlock(
      name: "ones", counter: [.max, .max, .max, .max], key: [.max, .max],
      expected: [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]),
    KnownBlock(
      name: "a lane of an entity", counter: [3, 0, 0x000F_4241, 5], key: [0xCAFE_F00D, 0xDEAD_BEEF],
      expected: [0xE374_DFAC, 0x587D_3F8E, 0x8748_F97C, 0xD543_8191]),
    KnownBlock(
      name: "key 42, block 0", counter: [0, 0, 0, 0], key: [42, 0],
      expected: [0x9CEA_F053, 0x77F5_493B, 0x12BF_50AD, 0x5742_B3D7]),
    KnownBlock(
      name: "key 42, block 1", counter: [1, 0, 0, 0], key: [42, 0],
      expected: [0xFCDB_2127, 0x53BA_6CFD, 0x838F_5A6E, 0x744E_06FB]),
    KnownBlock(
      name: "key 42, block 2", counter: [2, 0, 0, 0], key: [42, 0],
      expected: [0xD36C_0225, 0xA887_5DCB, 0x9A4D_6D99, 0xC609_A559]),
  ]

  @Test(arguments: knownBlocks) func `a block is the published one`(_ known: KnownBlock) {
    let c = known.counter
    let block = Philox.block(counter: (c[0], c[1], c[2], c[3]), key: (known.key[0], known.key[1]))
    #expect([block.0, block.1, block.2, block.3] == known.expected)
  }

  @Test func `uniforms take two words, the first one high, and keep 53 bits`() {
    var uniforms: [Double] = []
    for i in 0..<3 as Range<UInt32> {
      let block = Philox.block(counter: (i, 0, 0, 0), key: (42, 0))
      uniforms.append(Philox.uniform(block.0, block.1))
      uniforms.append(Philox.uniform(block.2, block.3))
    }
    #expect(
      uniforms == [
        0.6129598811894158, 0.07323173744158384, 0.9877186509145105, 0.5139061469711166, 0.8258668271960493,
        0.6027439594672956,
      ])
    #expect(Philox.uniform(.max, .max) < 1)
    #expect(Philox.uniform(0, 0) == 0)
  }
}
