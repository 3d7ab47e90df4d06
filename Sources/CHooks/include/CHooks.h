#ifndef HIGHWATER_CHOOKS_H
#define HIGHWATER_CHOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Redirects the Swift jobs of a thread to the simulation that the thread is inside of.
//
// The Swift runtime calls a hook for every job that is to run on the global executor. The hook installed here
// looks at a thread-local pointer: inside a simulation the job joins that simulation's queue, outside of one
// it goes where it would have gone without us. Source: design §3.5.

#if __has_feature(nullability)
#pragma clang assume_nonnull begin
#endif

/// First-in first-out queue of the jobs of one simulation, and the jobs that cannot run in virtual time.
typedef struct hw_job_queue hw_job_queue;

/// Why a job cannot run in virtual time.
typedef enum hw_held_kind {
  /// Task.sleep or another wait on a clock of the machine.
  hw_held_clock = 0,
  /// The job belongs to the main actor.
  hw_held_main_actor = 1,
} hw_held_kind;

/// Sets the hooks of the Swift runtime, once in a process; later calls do nothing.
void hw_install_hooks(void);

hw_job_queue *hw_queue_create(void);
/// Jobs that still wait in it are dropped: their tasks never go on.
void hw_queue_destroy(hw_job_queue *queue);

/// Makes this thread part of the simulation; returns what it was part of before, for `hw_leave`.
hw_job_queue *_Nullable hw_enter(hw_job_queue *queue);
void hw_leave(hw_job_queue *_Nullable previous);
/// Whether this thread is inside this simulation now.
bool hw_is_inside(const hw_job_queue *queue);

/// Identity of the task that this thread runs now, 0 outside of tasks; to compare, never to dereference.
uintptr_t hw_current_task(void);

/// Puts a job in by hand: the way of an executor preference.
void hw_enqueue(hw_job_queue *queue, void *job);
/// Takes the next job out without running it; NULL when there is none.
void *_Nullable hw_dequeue(hw_job_queue *queue);
/// Runs jobs in order of arrival, those that they enqueue included; returns how many. The thread must be
/// inside.
uint64_t hw_run_until_idle(hw_job_queue *queue);

size_t hw_pending_count(const hw_job_queue *queue);
/// Jobs that came in by the hook since the queue was made.
uint64_t hw_hooked_count(const hw_job_queue *queue);
/// Jobs that asked for a real clock or the main actor since the queue was made; they are kept and never run.
uint64_t hw_held_count(const hw_job_queue *queue, hw_held_kind kind);

#if __has_feature(nullability)
#pragma clang assume_nonnull end
#endif

#endif
