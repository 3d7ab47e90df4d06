#include "CHooks.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define SWIFT_CC __attribute__((swiftcall))

// From the Swift runtime's swift/Runtime/Concurrency.h; the ABI of these symbols is stable. A job is opaque
// here.
typedef SWIFT_CC void (*enqueue_original)(void *job);
typedef SWIFT_CC void (*enqueue_delay_original)(unsigned long long nanoseconds, void *job);
typedef SWIFT_CC void (*enqueue_deadline_original)(
    long long seconds, long long nanoseconds, long long tolerance_seconds, long long tolerance_nanoseconds,
    int clock, void *job);

extern SWIFT_CC void (*swift_task_enqueueGlobal_hook)(void *job, enqueue_original original);
extern SWIFT_CC void (*swift_task_enqueueMainExecutor_hook)(void *job, enqueue_original original);
extern SWIFT_CC void (*swift_task_enqueueGlobalWithDelay_hook)(
    unsigned long long nanoseconds, void *job, enqueue_delay_original original);
extern SWIFT_CC void (*swift_task_enqueueGlobalWithDeadline_hook)(
    long long seconds, long long nanoseconds, long long tolerance_seconds, long long tolerance_nanoseconds,
    int clock, void *job, enqueue_deadline_original original);

// The executor reference is two words, passed in two registers; {0, 0} is the generic executor.
extern SWIFT_CC void swift_job_run(void *job, void *executor_identity, uintptr_t executor_implementation);

extern SWIFT_CC void *swift_task_getCurrent(void);

struct hw_job_queue {
  // Ring of a power of two of slots; `head` and `tail` count for ever and are masked at use.
  void **slots;
  size_t mask, head, tail;
  uint64_t hooked;
  uint64_t held[2];
};

static _Thread_local hw_job_queue *current = NULL;

static void grow(hw_job_queue *queue) {
  size_t capacity = queue->mask + 1;
  void **slots = malloc(2 * capacity * sizeof(void *));
  if (!slots) {
    fputs("highwater: out of memory for jobs\n", stderr);
    abort();
  }
  for (size_t i = 0; i < capacity; i++) slots[i] = queue->slots[(queue->head + i) & queue->mask];
  free(queue->slots);
  queue->slots = slots;
  queue->mask = 2 * capacity - 1;
  queue->head = 0;
  queue->tail = capacity;
}

static inline void push(hw_job_queue *queue, void *job) {
  if (queue->tail - queue->head > queue->mask) grow(queue);
  queue->slots[queue->tail++ & queue->mask] = job;
}

static SWIFT_CC void enqueue_hook(void *job, enqueue_original original) {
  hw_job_queue *queue = current;
  if (!queue) {
    original(job);
    return;
  }
  queue->hooked++;
  push(queue, job);
}

// A job held here is left to its fate on purpose: running it now would be wrong, running it later would let
// the wall clock into the results. The stall detector names the invocation; cancelling its task resumes it by
// another way.
static SWIFT_CC void main_hook(void *job, enqueue_original original) {
  if (current) current->held[hw_held_main_actor]++;
  else original(job);
}

static SWIFT_CC void delay_hook(unsigned long long nanoseconds, void *job, enqueue_delay_original original) {
  if (current) current->held[hw_held_clock]++;
  else original(nanoseconds, job);
}

static SWIFT_CC void deadline_hook(
    long long seconds, long long nanoseconds, long long tolerance_seconds, long long tolerance_nanoseconds,
    int clock, void *job, enqueue_deadline_original original) {
  if (current) current->held[hw_held_clock]++;
  else original(seconds, nanoseconds, tolerance_seconds, tolerance_nanoseconds, clock, job);
}

static void install(void) {
  swift_task_enqueueGlobal_hook = enqueue_hook;
  swift_task_enqueueMainExecutor_hook = main_hook;
  swift_task_enqueueGlobalWithDelay_hook = delay_hook;
  swift_task_enqueueGlobalWithDeadline_hook = deadline_hook;
}

void hw_install_hooks(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
}

hw_job_queue *hw_queue_create(void) {
  hw_job_queue *queue = calloc(1, sizeof *queue);
  void **slots = malloc(64 * sizeof(void *));
  if (!queue || !slots) {
    fputs("highwater: out of memory for jobs\n", stderr);
    abort();
  }
  queue->slots = slots;
  queue->mask = 63;
  return queue;
}

void hw_queue_destroy(hw_job_queue *queue) {
  free(queue->slots);
  free(queue);
}

hw_job_queue *hw_enter(hw_job_queue *queue) {
  hw_job_queue *previous = current;
  current = queue;
  return previous;
}

void hw_leave(hw_job_queue *previous) { current = previous; }

bool hw_is_inside(const hw_job_queue *queue) { return current == queue; }

uintptr_t hw_current_task(void) { return (uintptr_t)swift_task_getCurrent(); }

void hw_enqueue(hw_job_queue *queue, void *job) { push(queue, job); }

void *hw_dequeue(hw_job_queue *queue) {
  if (queue->head == queue->tail) return NULL;
  return queue->slots[queue->head++ & queue->mask];
}

uint64_t hw_run_until_idle(hw_job_queue *queue) {
  if (current != queue) {
    fputs("highwater: jobs of a simulation run on a thread that is not inside it\n", stderr);
    abort();
  }
  uint64_t count = 0;
  while (queue->head != queue->tail) {
    void *job = queue->slots[queue->head++ & queue->mask];
    swift_job_run(job, NULL, 0);
    count++;
  }
  return count;
}

size_t hw_pending_count(const hw_job_queue *queue) { return queue->tail - queue->head; }
uint64_t hw_hooked_count(const hw_job_queue *queue) { return queue->hooked; }
uint64_t hw_held_count(const hw_job_queue *queue, hw_held_kind kind) { return queue->held[kind]; }
