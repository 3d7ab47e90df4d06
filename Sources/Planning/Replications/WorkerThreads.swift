#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Operating-system threads that each run the same body once.
///
/// Simulations own their thread from start to end, which the cooperative pool cannot promise.
enum WorkerThreads {
  /// A simulation's own stack: handlers resume each other synchronously. [bytes]
  private static let stackSize = 16 << 20

  private final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs the body on `count` threads and returns when all of them have ended.
  ///
  /// With fewer threads than asked for (the system refused some), the others do the work; with none, the caller does.
  static func run(count: Int, _ body: @escaping @Sendable () -> Void) {
    // By pointer: the type's initialiser belongs to whichever C module the compiler met first.
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    defer { attributes.deallocate() }
    pthread_attr_init(attributes)
    defer { pthread_attr_destroy(attributes) }
    pthread_attr_setstacksize(attributes, stackSize)
    var threads: [pthread_t] = []
    for _ in 0..<count {
      let context = Unmanaged.passRetained(Job(body)).toOpaque()
      #if canImport(Darwin)
        var thread: pthread_t?
        let status = pthread_create(&thread, attributes, entryDarwin, context)
        if status == 0, let thread { threads.append(thread) }
      #else
        var thread = pthread_t()
        let status = pthread_create(&thread, attributes, entry, context)
        if status == 0 { threads.append(thread) }
      #endif
      if status != 0 { Unmanaged<Job>.fromOpaque(context).release() }
    }
    if threads.isEmpty { body() }
    for thread in threads { pthread_join(thread, nil) }
  }

  #if canImport(Darwin)
    private static let entryDarwin: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = {
      Unmanaged<Job>.fromOpaque($0).takeRetainedValue().body()
      return nil
    }
  #else
    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
      Unmanaged<Job>.fromOpaque($0!).takeRetainedValue().body()
      return nil
    }
  #endif
}

/// The number of processors that threads can use at once; never part of a result.
package func availableProcessorCount() -> Int {
  max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

/// A clock that only goes forward, for progress and pauses; never part of a result. [s]
package func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
