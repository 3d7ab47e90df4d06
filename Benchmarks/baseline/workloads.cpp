// Workloads W1 to W4 on the hand-written heap: callbacks, one indirect call an event.
//
//   workloads hold PENDING EVENTS [table]    W1, hold model
//   workloads mm1 CUSTOMERS                  W2, M/M/1, rate 0.9, mean service 1
//   workloads mm40 CUSTOMERS                 W3, M/M/40, 1000 arrivals a minute, mean service 2 s
//   workloads pipeline ITEMS                 W4, source, batching consumer, 10 slots, 1% rework
//
// Prints: workload, units, CPU seconds, check value.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "event_heap.hpp"
#include "random.hpp"

static double cpuSeconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

constexpr int64_t second = 1000000000;
constexpr uint8_t completion = 2, arrival = 3, poll = 4;

struct Simulation;
using Handler = void (*)(Simulation&, const Event&);

// What the handlers share; a handler is found by the low byte of the payload.
struct Simulation {
  EventHeap events;
  Random random{42};
  Handler handlers[8] = {};
  int64_t now = 0;
  uint64_t limit = 0, started = 0, finished = 0;
  double total = 0;  // sum of what the workload averages [s]

  void run() {
    Event event;
    while (events.pop(event)) {
      now = event.time;
      handlers[event.payload & 7](*this, event);
    }
  }
};

struct Ring {  // first in, first out, of instants
  std::vector<int64_t> slots = std::vector<int64_t>(1024);
  size_t head = 0, count = 0;
  void push(int64_t value) {
    if (count == slots.size()) {
      std::vector<int64_t> larger(slots.size() * 2);
      for (size_t i = 0; i < count; ++i) larger[i] = slots[(head + i) & (slots.size() - 1)];
      slots.swap(larger);
      head = 0;
    }
    slots[(head + count++) & (slots.size() - 1)] = value;
  }
  int64_t pop() {
    int64_t value = slots[head];
    head = (head + 1) & (slots.size() - 1);
    --count;
    return value;
  }
};

// ---- W1

static std::vector<int64_t> table;
static size_t tablePosition = 0;

static void reschedule(Simulation& s, const Event& e) {
  s.events.push(e.time + s.random.exponential(1e9), arrival, e.payload);
}
static void rescheduleFromTable(Simulation& s, const Event& e) {
  s.events.push(e.time + table[tablePosition++ & (table.size() - 1)], arrival, e.payload);
}

static void hold(size_t pending, size_t steps, bool fromTable) {
  Simulation s;
  if (fromTable) {
    table.resize(1 << 16);
    for (auto& t : table) t = s.random.exponential(1e9);
  }
  s.handlers[0] = fromTable ? rescheduleFromTable : reschedule;
  for (size_t i = 0; i < pending; ++i) s.events.push(s.random.exponential(1e9), arrival, i << 3);
  auto run = [&](size_t n) {
    uint64_t sum = 0;
    Event e;
    for (size_t i = 0; i < n; ++i) {
      s.events.pop(e);
      sum = sum * 31 + (e.payload >> 3);
      s.handlers[e.payload & 7](s, e);
    }
    return sum;
  };
  uint64_t check = run(3 * pending);
  double start = cpuSeconds();
  check ^= run(steps);
  std::printf("hold %zu %zu %.6f %llu\n", pending, steps, cpuSeconds() - start, (unsigned long long)check);
}

// ---- W2 and W3: a queue in front of some servers

struct Station : Simulation {
  Ring waiting;
  int64_t idle = 1;
  double meanGap = 0, meanService = 0;  // [ns]
};

static void stationArrival(Simulation& base, const Event&) {
  Station& s = static_cast<Station&>(base);
  if (++s.started < s.limit) s.events.push(s.now + s.random.exponential(s.meanGap), arrival, 0);
  if (s.idle > 0) {
    --s.idle;
    s.events.push(s.now + s.random.exponential(s.meanService), completion, 1);
  } else {
    s.waiting.push(s.now);
  }
}
static void stationCompletion(Simulation& base, const Event&) {
  Station& s = static_cast<Station&>(base);
  ++s.finished;
  if (s.waiting.count > 0) {
    s.total += double(s.now - s.waiting.pop()) * 1e-9;
    s.events.push(s.now + s.random.exponential(s.meanService), completion, 1);
  } else {
    ++s.idle;
  }
}

static void station(const char* name, size_t customers, int servers, double gap, double service) {
  Station s;
  s.limit = customers;
  s.idle = servers;
  s.meanGap = gap * 1e9;
  s.meanService = service * 1e9;
  s.handlers[0] = stationArrival;
  s.handlers[1] = stationCompletion;
  s.events.push(0, arrival, 0);
  double start = cpuSeconds();
  s.run();
  std::printf("%s %zu %zu %.6f %.4f\n", name, customers, customers, cpuSeconds() - start,
              s.total / double(customers));
}

// ---- W4

struct Pipeline : Simulation {
  Ring store, line;
  int slots = 10;
};

static void pipelineArrival(Simulation& base, const Event&) {
  Pipeline& s = static_cast<Pipeline&>(base);
  s.store.push(s.now);
  if (++s.started < s.limit) s.events.push(s.now + s.random.exponential(0.25e9), arrival, 0);
}
static void startItems(Pipeline& s) {
  while (s.slots > 0 && s.line.count > 0) {
    --s.slots;
    s.events.push(s.now + 2 * second, completion, uint64_t(s.line.pop()) << 3 | 1);
  }
}
static void pipelineCompletion(Simulation& base, const Event& e) {
  Pipeline& s = static_cast<Pipeline&>(base);
  ++s.slots;
  int64_t arrived = int64_t(e.payload >> 3);
  if (s.random.unit() < 0.01) {
    s.store.push(arrived);
  } else {
    ++s.finished;
    s.total += double(s.now - arrived) * 1e-9;
  }
  startItems(s);
}
static void pipelinePoll(Simulation& base, const Event&) {
  Pipeline& s = static_cast<Pipeline&>(base);
  for (int i = 0; i < 100 && s.store.count > 0; ++i) s.line.push(s.store.pop());
  startItems(s);
  if (s.finished < s.limit) s.events.push(s.now + second, poll, 2);
}

static void pipeline(size_t items) {
  Pipeline s;
  s.limit = items;
  s.handlers[0] = pipelineArrival;
  s.handlers[1] = pipelineCompletion;
  s.handlers[2] = pipelinePoll;
  s.events.push(0, arrival, 0);
  s.events.push(0, poll, 2);
  double start = cpuSeconds();
  s.run();
  std::printf("pipeline %zu %zu %.6f %.4f\n", items, items, cpuSeconds() - start, s.total / double(items));
}

int main(int argc, char** argv) {
  const char* name = argc > 1 ? argv[1] : "";
  size_t n = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if (!std::strcmp(name, "hold") && argc > 3) {
    hold(n, std::strtoull(argv[3], nullptr, 10), argc > 4);
  } else if (!std::strcmp(name, "mm1") && n > 0) {
    station("mm1", n, 1, 1 / 0.9, 1);
  } else if (!std::strcmp(name, "mm40") && n > 0) {
    station("mm40", n, 40, 0.06, 2);
  } else if (!std::strcmp(name, "pipeline") && n > 0) {
    pipeline(n);
  } else {
    std::fprintf(stderr, "usage: workloads hold PENDING EVENTS [table] | mm1 N | mm40 N | pipeline N\n");
    return 64;
  }
}
