/// What a random draw is for; part of its address, so that purposes never share a lane.
///
/// The numbers are part of the results: a new purpose gets a new number, an old number is never reused.
/// At most 12 bits.
@usableFromInline
package enum DrawPurpose: UInt16, Sendable, CaseIterable {
  case arrival = 1
  case size = 2
  case key = 3
  case field = 4
  case partnerLatency = 5
  case partnerFailure = 6
  case coldStart = 7
  case environmentLifetime = 8
  case serviceLatency = 9
  case pollPhase = 10
  case pollJitter = 11
  case backoff = 12
  case schedulePhase = 13
  case compute = 14
  case stepFailure = 15
  case sendTime = 16
  case publication = 17
  case delivery = 18
  case sample = 19
  case sleep = 20
  case checkpointLoss = 21
  /// Places of a sampled design: which settings are simulated, never what happens in a simulation.
  case design = 4000
  /// Samples of a fitted law that tell whether the fit is plausible; they touch no simulation either.
  case refit = 4001
  /// Small models that known answers are compared with, which are no simulation of a scenario.
  case reference = 4002
}

/// The random numbers of one replication: pure functions of an address, so no draw shifts another.
///
/// The address is (seed, replication, purpose, entity, attempt, index); the design under comparison is not
/// part of it, which makes common random numbers automatic. Layout of the generator's counter, low word
/// first:
///
///     word 0        attempt × 2¹⁶ + index / 2       (two uniforms a block)
///     word 1        purpose (12 bits), replication (20 bits)
///     words 2, 3    entity, low word first
///
/// Source: design §3.2, methods §1.1.
@usableFromInline
package struct Draws: Sendable, Hashable {
  @usableFromInline package let keyLow: UInt32
  @usableFromInline package let keyHigh: UInt32
  @usableFromInline package let replication: UInt32

  /// - Parameters:
  ///   - seed: The scenario's seed.
  ///   - replication: Counted from 0; less than 2²⁰.
  @inlinable package init(seed: UInt64, replication: Int) {
    precondition(replication >= 0 && replication < 1 << 20, "a replication is numbered with 20 bits")
    keyLow = UInt32(truncatingIfNeeded: seed)
    keyHigh = UInt32(truncatingIfNeeded: seed >> 32)
    self.replication = UInt32(truncatingIfNeeded: replication)
  }

  /// Returns the uniform number at an address. In [0, 1), 53 bits.
  ///
  /// - Parameters:
  ///   - entity: Who draws, in the scenario's own numbering (the position of a message in its workload), or
  ///     an `EntityAddress`.
  ///   - attempt: Which try of the same thing, 0 ..< 2¹⁶.
  ///   - index: Which draw of this attempt, 0 ..< 2¹⁷.
  @inlinable @inline(__always)
  package func uniform(
    _ purpose: DrawPurpose, entity: UInt64, attempt: Int = 0, index: Int = 0
  ) -> Double {
    precondition(attempt >= 0 && attempt < 1 << 16, "an attempt is numbered with 16 bits")
    precondition(index >= 0 && index < 1 << 17, "a draw of one attempt is numbered with 17 bits")
    let block = Philox.block(
      counter: (
        UInt32(truncatingIfNeeded: attempt << 16 | index >> 1),
        UInt32(purpose.rawValue) << 20 | replication,
        UInt32(truncatingIfNeeded: entity), UInt32(truncatingIfNeeded: entity >> 32)
      ),
      key: (keyLow, keyHigh))
    return index & 1 == 0 ? Philox.uniform(block.0, block.1) : Philox.uniform(block.2, block.3)
  }
}

/// Entity numbers for draws that belong to something with a name.
@usableFromInline
package enum EntityAddress {
  /// A fixed 64-bit mix of the name's UTF-8 bytes: the same on every machine and in every release.
  package static func name(_ s: String) -> UInt64 {
    // FNV-1a, then a finaliser, because FNV's high bits of short names are poor.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in s.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return mixed64(hash)
  }

  /// The address of a part `b` of `a`; the order matters.
  @inlinable package static func combine(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let turned = (a << 23 | a >> 41) &+ 0x9E37_79B9_7F4A_7C15
    return mixed64(turned ^ mixed64(b &+ 0x632B_E59B_D9B4_E019))
  }
}
