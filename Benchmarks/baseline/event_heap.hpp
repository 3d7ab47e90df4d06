// The yardstick: a pending-event set in plain C++, tuned by hand.
//
// A 4-ary heap of the same 24 bytes an event as the simulator's queue: a 16-byte key (time, order) and an 8-byte payload,
// kept in two arrays so that the four children of a node are one cache line. The choice among the children has no
// branch, and a pop leaves the root vacant, which the next push fills in one pass from the top.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

struct Event {
  int64_t time;     // [ns]
  uint64_t order;   // rank in the top 4 bits, sequence number below
  uint64_t payload;
};

class EventHeap {
 public:
  EventHeap() { reserve(64); }
  ~EventHeap() { std::free(keys_); std::free(payloads_); }
  EventHeap(const EventHeap&) = delete;
  EventHeap& operator=(const EventHeap&) = delete;

  size_t size() const { return count_ - (vacant_ ? 1 : 0); }

  void push(int64_t time, uint8_t rank, uint64_t payload) {
    Key key = make(time, uint64_t(rank) << 60 | sequence_++);
    if (vacant_) {
      vacant_ = false;
      siftDown(key, payload);
      return;
    }
    if (count_ == capacity_) reserve(capacity_ * 2);
    size_t hole = count_++;
    while (hole > 0) {
      size_t parent = (hole - 1) >> 2;
      if (!(key < keyAt(parent))) break;
      keyAt(hole) = keyAt(parent);
      payloads_[hole] = payloads_[parent];
      hole = parent;
    }
    keyAt(hole) = key;
    payloads_[hole] = payload;
  }

  bool pop(Event& event) {
    if (vacant_) {
      vacant_ = false;
      --count_;
      if (count_ > 0) siftDown(keyAt(count_), payloads_[count_]);
    }
    if (count_ == 0) return false;
    Key key = keyAt(0);
    event = Event{int64_t(uint64_t(key >> 64)), uint64_t(key), payloads_[0]};
    vacant_ = true;
    return true;
  }

 private:
  using Key = unsigned __int128;
  static Key make(int64_t time, uint64_t order) { return Key(uint64_t(time)) << 64 | order; }

  // Node i lies at slot i + 3, so that the children 4i + 1 ... 4i + 4 start at a multiple of 4 slots: 64 bytes.
  Key& keyAt(size_t i) { return keys_[i + 3]; }

  void siftDown(Key key, uint64_t payload) {
    size_t hole = 0;
    for (;;) {
      size_t child = 4 * hole + 1;
      if (child + 3 < count_) {
        size_t a = child + (keyAt(child + 1) < keyAt(child));
        size_t b = child + 2 + (keyAt(child + 3) < keyAt(child + 2));
        size_t best = keyAt(b) < keyAt(a) ? b : a;
        Key bestKey = keyAt(best);
        if (!(bestKey < key)) break;
        keyAt(hole) = bestKey;
        payloads_[hole] = payloads_[best];
        hole = best;
      } else {
        if (child >= count_) break;
        size_t best = child;
        for (size_t other = child + 1; other < count_; ++other)
          if (keyAt(other) < keyAt(best)) best = other;
        if (!(keyAt(best) < key)) break;
        keyAt(hole) = keyAt(best);
        payloads_[hole] = payloads_[best];
        hole = best;
      }
    }
    keyAt(hole) = key;
    payloads_[hole] = payload;
  }

  void reserve(size_t capacity) {
    size_t bytes = ((capacity + 4) * sizeof(Key) + 63) / 64 * 64;
    Key* keys = static_cast<Key*>(std::aligned_alloc(64, bytes));
    uint64_t* payloads = static_cast<uint64_t*>(std::malloc(capacity * sizeof(uint64_t)));
    if (!keys || !payloads) throw std::bad_alloc();
    for (size_t i = 0; i < count_; ++i) {
      keys[i + 3] = keys_[i + 3];
      payloads[i] = payloads_[i];
    }
    std::free(keys_);
    std::free(payloads_);
    keys_ = keys;
    payloads_ = payloads;
    capacity_ = capacity;
  }

  Key* keys_ = nullptr;
  uint64_t* payloads_ = nullptr;
  size_t count_ = 0, capacity_ = 0;
  uint64_t sequence_ = 0;
  bool vacant_ = false;
};
