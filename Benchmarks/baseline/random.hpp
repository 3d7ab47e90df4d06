// xoshiro256++ (Blackman, Vigna 2019) and exponential draws by the C library's log.
#pragma once
#include <cmath>
#include <cstdint>

struct Random {
  uint64_t s[4];
  explicit Random(uint64_t seed) {
    for (auto& word : s) {  // SplitMix64
      uint64_t z = (seed += 0x9E3779B97F4A7C15ULL);
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
      word = z ^ (z >> 31);
    }
  }
  static uint64_t rotate(uint64_t x, int k) { return x << k | x >> (64 - k); }
  uint64_t next() {
    uint64_t result = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
  }
  double unit() { return double(next() >> 11) * 0x1p-53; }
  // [ns]
  int64_t exponential(double mean) { return int64_t(-std::log(1 - unit()) * mean + 0.5); }
};
