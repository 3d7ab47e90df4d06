/// Finds what somebody probably meant.
package enum NearestName {
  /// The name with the smallest edit distance, the first of equals; nil when all are too different.
  package static func of(_ name: String, in known: [String]) -> String? {
    var best: (name: String, distance: Int)?
    for candidate in known {
      let distance = editDistance(Array(name.utf8), Array(candidate.utf8))
      if distance <= max(2, name.utf8.count / 3), distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.name
  }

  /// Levenshtein distance over bytes. [edits]
  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in 0..<a.count {
      var diagonal = row[0]
      row[0] = i + 1
      for j in 0..<b.count {
        let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
