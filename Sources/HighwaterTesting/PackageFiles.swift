import Foundation

/// Finds files that a test names.
enum PackageFiles {
  /// The path itself where it leads to a file from the working directory, otherwise the same path from the package
  /// of the test: Xcode runs tests in a folder of its own.
  static func locate(_ path: String, from testFile: String) -> String {
    let files = FileManager.default
    guard !path.hasPrefix("/"), !files.fileExists(atPath: path) else { return path }
    var folder = URL(fileURLWithPath: testFile).deletingLastPathComponent()
    while folder.path != "/" {
      if files.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
        let file = folder.appendingPathComponent(path).path
        return files.fileExists(atPath: file) ? file : path
      }
      folder.deleteLastPathComponent()
    }
    return path
  }
}

/// A thread that may wait, where a task may not.
enum WaitingThread {
  /// Does the work on a thread of its own; the task gives its thread to other tests meanwhile.
  static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: work()) }
    }
  }
}
