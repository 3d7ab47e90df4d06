#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Results that cannot be written. Exit code 73.
package struct OutputError: Error, Sendable, Hashable {
  package var path: String
  /// The system's reason.
  package var reason: String
  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
  package static let exitCode: Int32 = 73
  package var message: String { "cannot write '\(path)': \(reason)" }

  static func last(_ path: String) -> OutputError {
    OutputError(path: path, reason: String(cString: strerror(errno)))
  }
}

/// The folder that results go to.
package struct OutputFolder: Sendable, Hashable {
  package let path: String

  /// Creates the folder and its parents.
  package init(_ path: String) throws(OutputError) {
    self.path = path
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += prefix.isEmpty || prefix.hasSuffix("/") ? "\(part)" : "/\(part)"
      if mkdir(prefix, 0o777) != 0, errno != EEXIST { throw .last(prefix) }
    }
    guard let listing = opendir(path) else { throw .last(path) }
    closedir(listing)
    // A folder without permission would fail only after the simulation has run.
    guard access(path, W_OK | X_OK) == 0 else { throw .last(path) }
  }

  /// Replaces a file: one buffer, one write.
  package func write(_ name: String, _ bytes: [UInt8]) throws(OutputError) {
    let file = try OutputFile("\(path)/\(name)")
    try file.append(bytes)
    try file.close()
  }
}

/// A file that grows by whole buffers.
final class OutputFile {
  let path: String
  private var descriptor: Int32

  init(_ path: String) throws(OutputError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard descriptor >= 0 else { throw .last(path) }
  }

  deinit { if descriptor >= 0 { _ = closeDescriptor(descriptor) } }

  func append(_ bytes: [UInt8]) throws(OutputError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        writeDescriptor(descriptor, buffer.baseAddress! + written, buffer.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .last(path)
      }
      written += count
    }
  }

  func close() throws(OutputError) {
    guard descriptor >= 0 else { return }
    let status = closeDescriptor(descriptor)
    descriptor = -1
    if status != 0 { throw .last(path) }
  }
}

// The names of the C functions are hidden by methods of the same name.
private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func writeDescriptor(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
