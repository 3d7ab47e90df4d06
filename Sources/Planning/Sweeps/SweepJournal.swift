import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why a journal cannot be used.
package enum JournalError: Error, Sendable, Hashable {
  /// The system's reason.
  case cannotWrite(path: String, reason: String)
  /// The file is no journal.
  case notAJournal(path: String)
  /// The journal is of another sweep: other inputs, axes, seed or version.
  case otherSweep(path: String)
  /// Another process is writing it.
  case inUse(path: String)
}

/// What is finished of a sweep, on disk: a line for every replication of every point, in the order of finishing.
///
/// A process that is killed at any instant leaves whole lines and at most one that is cut off; the next one leaves out
/// what is cut off and goes on. The first line binds the journal to its sweep. Lines reach the disk once a second,
/// so that a machine that loses its power loses no more than that.
package final class SweepJournal: Sendable {
  private struct State {
    var descriptor: Int32
    var texts: JournalTexts
    /// When lines last reached the disk. [s]
    var synchronized: Double
    var isChanged = false
  }
  private let state: Mutex<State>
  package let path: String

  package struct Entry: Sendable, Hashable {
    package var point: Int
    package var digest: RunDigest
  }

  private static let kind = "highwater-sweep"
  /// Version of the lines, raised when one changes its meaning.
  private static let version = "1"
  /// [s]
  private static let synchronizationPeriod = 1.0

  private init(path: String, descriptor: Int32, texts: JournalTexts) {
    self.path = path
    state = Mutex(State(descriptor: descriptor, texts: texts, synchronized: monotonicSeconds()))
  }

  deinit { state.withLock { if $0.descriptor >= 0 { _ = closeFile($0.descriptor) } } }

  /// Opens the journal of a sweep, or begins it.
  ///
  /// - Parameters:
  ///   - fingerprint: Of everything that results depend on.
  ///   - isNew: Forgets what the file holds.
  /// - Returns: The journal and what is finished, in the order of finishing.
  package static func open(_ path: String, fingerprint: String, isNew: Bool = false) throws(JournalError)
    -> (SweepJournal, [Entry])
  {
    let descriptor = openFile(path)
    guard descriptor >= 0 else { throw failure(path) }
    do throws(JournalError) {
      // Where the file system knows no locks, there is nobody to warn.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw .inUse(path: path) }
      if isNew, ftruncate(descriptor, 0) != 0 { throw failure(path) }
      let bytes = try contents(descriptor, path)
      var reader = JournalReader(bytes[...])
      if let header = try reader.header(path) {
        guard header == [kind, version, fingerprint] else { throw .otherSweep(path: path) }
      }
      let entries = reader.entries()
      if ftruncate(descriptor, off_t(reader.end)) != 0 { throw failure(path) }
      if lseek(descriptor, 0, SEEK_END) < 0 { throw failure(path) }
      let journal = SweepJournal(path: path, descriptor: descriptor, texts: reader.texts)
      if reader.end == 0 {
        var line: [UInt8] = []
        JournalLine.append([kind, version, fingerprint], to: &line)
        try write(line, to: descriptor, path)
      }
      return (journal, entries)
    } catch {
      _ = closeFile(descriptor)
      throw error
    }
  }

  /// Adds a finished replication; from any thread.
  package func append(point: Int, _ digest: RunDigest) throws(JournalError) {
    try state.withLock { state throws(JournalError) in
      var lines: [UInt8] = []
      let fields = JournalRecord.fields(point: point, digest, &state.texts, introducing: &lines)
      JournalLine.append(fields, to: &lines)
      try Self.write(lines, to: state.descriptor, path)
      state.isChanged = true
      let now = monotonicSeconds()
      if now - state.synchronized >= Self.synchronizationPeriod { try synchronize(&state, at: now) }
    }
  }

  /// Brings all lines to the disk.
  package func synchronize() throws(JournalError) {
    try state.withLock { state throws(JournalError) in try synchronize(&state, at: monotonicSeconds()) }
  }

  private func synchronize(_ state: inout State, at now: Double) throws(JournalError) {
    guard state.isChanged else { return }
    if fsync(state.descriptor) != 0, errno != EINVAL { throw Self.failure(path) }
    state.isChanged = false
    state.synchronized = now
  }

  // MARK: The system's files

  private static func contents(_ descriptor: Int32, _ path: String) throws(JournalError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { readFile(descriptor, $0) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(JournalError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        writeFile(descriptor, UnsafeRawBufferPointer(rebasing: $0[written...]))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path) }
      written += count
    }
  }

  private static func failure(_ path: String) -> JournalError {
    .cannotWrite(path: path, reason: String(cString: strerror(errno)))
  }
}

/// Reads a journal up to the first line that is not whole.
private struct JournalReader {
  private let bytes: ArraySlice<UInt8>
  /// Behind the last whole line. [bytes]
  private(set) var end = 0
  private(set) var texts = JournalTexts()

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// The next line that is whole.
  private mutating func line() -> [String]? {
    let rest = bytes[end...]
    guard let feed = rest.firstIndex(of: UInt8(ascii: "\n")), let fields = JournalLine.fields(rest[..<feed])
    else { return nil }
    end = feed + 1
    return fields
  }

  /// The first line; nil when the process was killed while it wrote it.
  mutating func header(_ path: String) throws(JournalError) -> [String]? {
    if let fields = line() { return fields }
    // A whole line that is none of ours: some other file, better left alone.
    if bytes.contains(UInt8(ascii: "\n")) || bytes.count > 256 { throw .notAJournal(path: path) }
    return nil
  }

  mutating func entries() -> [SweepJournal.Entry] {
    var entries: [SweepJournal.Entry] = []
    while end > 0 {
      let start = end
      guard let fields = line() else { break }
      if fields.count == 3, fields[0] == "text" {
        texts.introduce(fields[2])
      } else if let (point, digest) = JournalRecord.read(fields, texts) {
        entries.append(.init(point: point, digest: digest))
      } else {
        end = start
        break
      }
    }
    return entries
  }
}

// The names of the C functions are hidden by methods of the same name.
private func openFile(_ path: String) -> Int32 { open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666) }
private func closeFile(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func readFile(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress!, buffer.count)
}
private func writeFile(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress!, bytes.count)
}
