import Scenarios
import Synchronization

/// Files that remember what was read: a sweep depends on traces and samples as much as on the scenario's own text.
///
/// Each file is read once, so that all points see the same bytes.
final class RecordingFiles: ScenarioFiles {
  private let files: any ScenarioFiles
  private let contents = Mutex<[String: [UInt8]]>([:])

  init(_ files: any ScenarioFiles) { self.files = files }

  func read(_ path: String, limit: Int) throws(ScenarioFileProblem) -> [UInt8] {
    if let known = contents.withLock({ $0[path] }) {
      guard known.count <= limit else { throw .tooLarge }
      return known
    }
    let bytes = try files.read(path, limit: limit)
    contents.withLock { $0[path] = bytes }
    return bytes
  }

  func exists(_ path: String) -> Bool { files.exists(path) }
  func canonicalPath(_ path: String) -> String { files.canonicalPath(path) }

  /// SHA-256 of everything read, sorted by path.
  var digests: [(file: String, sha256: String)] {
    contents.withLock { contents in
      contents.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
        ($0, Design.sha256(contents[$0]!))
      }
    }
  }
}
