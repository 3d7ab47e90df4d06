import Kernel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// CPU time of this process: other processes on the machine disturb it less than the clock on the wall. [s]
func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// xoshiro256++ (Blackman, Vigna 2019), as in the C++ baseline and with its seeds: both see the same events.
struct SequenceRandom {
  private var a: UInt64, b: UInt64, c: UInt64, d: UInt64

  init(seed: UInt64) {
    var state = seed
    func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      return mixed64(state)
    }
    (a, b, c, d) = (next(), next(), next(), next())
  }

  @inline(__always)
  mutating func next() -> UInt64 {
    let sum = a &+ d
    let result = (sum << 23 | sum >> 41) &+ a
    let shifted = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = d << 45 | d >> 19
    return result
  }

  @inline(__always)
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// [ns]
  @inline(__always)
  mutating func exponential(mean: Double) -> SimDuration {
    SimDuration(nanoseconds: Int64(-PortableMath.log(1 - unit()) * mean + 0.5))
  }
}
