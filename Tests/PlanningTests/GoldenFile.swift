import Foundation
import Testing

/// Compares bytes with a reviewed file beside the tests.
///
/// `RECORD_GOLDEN=1` rewrites the file and still fails, so that recording never passes unseen.
enum GoldenFile {
  static func expect(
    _ bytes: [UInt8], matches name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Golden/\(name)")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      do { try Data(bytes).write(to: url) } catch { Issue.record(error, sourceLocation: sourceLocation) }
      Issue.record("recorded Golden/\(name)", sourceLocation: sourceLocation)
      return
    }
    let expected = (try? Data(contentsOf: url)).map { [UInt8]($0) } ?? []
    guard bytes != expected else { return }
    let found = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let wanted = String(decoding: expected, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let line = zip(found, wanted).prefix { $0 == $1 }.count
    Issue.record(
      """
      Golden/\(name) differs from line \(line + 1) on (RECORD_GOLDEN=1 rewrites it)
      expected: \(line < wanted.count ? String(wanted[line]) : "end of file")
      found:    \(line < found.count ? String(found[line]) : "end of file")
      """, sourceLocation: sourceLocation)
  }

  static func expect(_ text: String, matches name: String, sourceLocation: SourceLocation = #_sourceLocation)
  {
    expect(Array(text.utf8), matches: name, sourceLocation: sourceLocation)
  }
}
