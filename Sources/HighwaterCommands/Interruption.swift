import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C: the first one lets finished work reach the disk, the second one ends the process.
enum Interruption {
  static let flag = CancellationFlag()

  static func install() {
    // Made now: a signal handler must not run an initialiser.
    _ = flag
    signal(SIGINT) { _ in
      Interruption.flag.cancel()
      signal(SIGINT, SIG_DFL)
    }
    signal(SIGTERM) { _ in
      Interruption.flag.cancel()
      signal(SIGTERM, SIG_DFL)
    }
    // A closed pipe shows as a short write, not as the end of the process.
    signal(SIGPIPE, SIG_IGN)
  }
}
