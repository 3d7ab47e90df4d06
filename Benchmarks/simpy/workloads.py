"""Workloads W1 to W4 in SimPy, a process per customer; arguments and output as the C++ baseline's program."""

import random
import sys
import time
from collections import deque

import simpy


def report(name, size, units, seconds, check):
    print(name, size, units, f"{seconds:.6f}", check)


def hold(pending, events):
    """W1: every process sleeps again and again; a rate in queue events."""
    env = simpy.Environment()
    rng = random.Random(42)

    def sleeper():
        while True:
            yield env.timeout(rng.expovariate(1.0))

    for _ in range(pending):
        env.process(sleeper())
    for _ in range(3 * pending):
        env.step()
    start = time.process_time()
    for _ in range(events):
        env.step()
    report("hold", pending, events, time.process_time() - start, f"{env.now:.4f}")


def station(name, customers, servers, gap, service):
    """W2, W3: a process per customer requests the server, holds it, releases it."""
    env = simpy.Environment()
    rng = random.Random(42)
    server = simpy.Resource(env, capacity=servers)
    waits = [0.0]

    def customer():
        arrived = env.now
        with server.request() as request:
            yield request
            waits[0] += env.now - arrived
            yield env.timeout(rng.expovariate(1.0 / service))

    def source():
        for _ in range(customers):
            env.process(customer())
            yield env.timeout(rng.expovariate(1.0 / gap))

    env.process(source())
    start = time.process_time()
    env.run()
    report(name, customers, customers, time.process_time() - start, f"{waits[0] / customers:.4f}")


def pipeline(items):
    """W4: source, store, a consumer that wakes every second, ten slots of 2 s, 1% back to the store."""
    env = simpy.Environment()
    rng = random.Random(42)
    store = deque()
    slots = simpy.Resource(env, capacity=10)
    latencies = [0.0, 0]

    def source():
        for _ in range(items):
            store.append(env.now)
            yield env.timeout(rng.expovariate(4.0))

    def work(arrived):
        with slots.request() as request:
            yield request
            yield env.timeout(2.0)
        if rng.random() < 0.01:
            store.append(arrived)
        else:
            latencies[0] += env.now - arrived
            latencies[1] += 1

    def consumer():
        while latencies[1] < items:
            for _ in range(min(100, len(store))):
                env.process(work(store.popleft()))
            yield env.timeout(1.0)

    env.process(source())
    env.process(consumer())
    start = time.process_time()
    env.run()
    report("pipeline", items, items, time.process_time() - start, f"{latencies[0] / items:.4f}")


if __name__ == "__main__":
    name, size = sys.argv[1], int(sys.argv[2])
    if name == "hold":
        hold(size, int(sys.argv[3]))
    elif name == "mm1":
        station("mm1", size, 1, 1 / 0.9, 1.0)
    elif name == "mm40":
        station("mm40", size, 40, 0.06, 2.0)
    elif name == "pipeline":
        pipeline(size)
    else:
        sys.exit("usage: workloads.py hold PENDING EVENTS | mm1 N | mm40 N | pipeline N")
