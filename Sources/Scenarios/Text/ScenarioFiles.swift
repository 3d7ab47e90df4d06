internal import Foundation

/// Why a file could not be read.
package enum ScenarioFileProblem: Error, Sendable, Hashable {
  case notFound
  case isDirectory
  /// More bytes than the reader asked for at most.
  case tooLarge
  case unreadable
}

/// Where scenario files come from: the disk, or a dictionary in tests.
package protocol ScenarioFiles: Sendable {
  /// The bytes of a file of at most `limit` bytes.
  func read(_ path: String, limit: Int) throws(ScenarioFileProblem) -> [UInt8]
  func exists(_ path: String) -> Bool
  /// Absolute path without `.`, `..` and symbolic links.
  func canonicalPath(_ path: String) -> String
}

/// The files of the machine; the path `-` is the standard input the caller has read.
package struct DiskFiles: ScenarioFiles {
  private let standardInput: [UInt8]?

  package init(standardInput: [UInt8]? = nil) {
    self.standardInput = standardInput
  }

  package func read(_ path: String, limit: Int) throws(ScenarioFileProblem) -> [UInt8] {
    if path == "-", let standardInput {
      guard standardInput.count <= limit else { throw .tooLarge }
      return standardInput
    }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { throw .notFound }
    guard !isDirectory.boolValue else { throw .isDirectory }
    guard let handle = FileHandle(forReadingAtPath: path) else { throw .unreadable }
    defer { try? handle.close() }
    do {
      // One byte more than allowed tells a file at the limit from a larger one without reading all of it.
      let data = try handle.read(upToCount: limit + 1) ?? Data()
      guard data.count <= limit else { throw ScenarioFileProblem.tooLarge }
      return [UInt8](data)
    } catch let problem as ScenarioFileProblem {
      throw problem
    } catch {
      throw .unreadable
    }
  }

  package func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  package func canonicalPath(_ path: String) -> String {
    let absolute = FilePaths.join(FileManager.default.currentDirectoryPath, path)
    return URL(fileURLWithPath: absolute).resolvingSymlinksInPath().path
  }
}

/// Files held in memory, for tests and for programs that make their scenarios.
package struct MemoryFiles: ScenarioFiles {
  private let contents: [String: [UInt8]]
  private let workingDirectory: String

  /// - Parameter texts: Text by path; relative paths are below the working directory.
  package init(_ texts: [String: String], workingDirectory: String = "/project/scenarios") {
    self.init(bytes: texts.mapValues { [UInt8]($0.utf8) }, workingDirectory: workingDirectory)
  }

  package init(bytes: [String: [UInt8]], workingDirectory: String = "/project/scenarios") {
    self.workingDirectory = workingDirectory
    var contents: [String: [UInt8]] = [:]
    for (path, bytes) in bytes { contents[FilePaths.join(workingDirectory, path)] = bytes }
    self.contents = contents
  }

  package func read(_ path: String, limit: Int) throws(ScenarioFileProblem) -> [UInt8] {
    guard let bytes = contents[canonicalPath(path)] else { throw .notFound }
    guard bytes.count <= limit else { throw .tooLarge }
    return bytes
  }

  package func exists(_ path: String) -> Bool {
    let canonical = canonicalPath(path)
    return contents[canonical] != nil || contents.keys.contains { $0.hasPrefix(canonical + "/") }
  }

  package func canonicalPath(_ path: String) -> String {
    FilePaths.join(workingDirectory, path)
  }
}

/// Path arithmetic on text alone, without looking at any disk.
package enum FilePaths {
  /// A path relative to a directory, with `.` and `..` worked out; an absolute path stays itself.
  package static func join(_ directory: String, _ path: String) -> String {
    let whole = path.hasPrefix("/") || directory.isEmpty ? path : directory + "/" + path
    let isAbsolute = whole.hasPrefix("/")
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if let last = parts.last, last != ".." {
        parts.removeLast()
      } else if !isAbsolute {
        parts.append(part)
      }
    }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
  }

  /// Everything before the last slash: empty for a bare name, `/` for a file of the root directory.
  package static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Whether a canonical path is a directory or lies in it.
  package static func contains(_ directory: String, _ path: String) -> Bool {
    path == directory || path.hasPrefix(directory == "/" ? "/" : directory + "/")
  }
}
