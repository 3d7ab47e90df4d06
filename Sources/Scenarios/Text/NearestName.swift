/// Finds the name somebody probably meant.
package enum NearestName {
  /// The candidate with the smallest edit distance, when that is small; the first of equals.
  ///
  /// Small is at most a third of the name's length and at most 3 edits; insertion, deletion, replacement and
  /// exchange of neighbours count 1 each, another case of the letters counts nothing. Without such a candidate the only
  /// one that begins with the same word is taken: `Shards` means `ShardCount`.
  /// - Complexity: O(*n* · *m* · *k*) for *k* candidates of *m* characters.
  package static func of(_ name: String, in candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars)
    let limit = min(3, max(1, wanted.count / 3))
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let scalars = Array(candidate.lowercased().unicodeScalars)
      guard abs(scalars.count - wanted.count) <= limit else { continue }
      let distance = distance(wanted, scalars)
      if distance <= limit, distance < (best?.distance ?? .max) { best = (candidate, distance) }
    }
    return best?.name ?? sharingFirstWord(wanted, in: candidates)
  }

  /// The only candidate that shares at least four letters, and two thirds of the name, from the start.
  private static func sharingFirstWord(_ wanted: [Unicode.Scalar], in candidates: some Sequence<String>)
    -> String?
  {
    let needed = max(4, (wanted.count * 2 + 2) / 3)
    let matches = candidates.filter { candidate in
      candidate.lowercased().unicodeScalars.elementsEqual(wanted) == false
        && zip(wanted, candidate.lowercased().unicodeScalars).prefix { $0 == $1 }.count >= needed
    }
    return Set(matches).count == 1 ? matches.first : nil
  }

  /// Optimal string alignment distance.
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      current.reserveCapacity(b.count + 1)
      for j in b.indices {
        let replaced = previous[j] + (a[i] == b[j] ? 0 : 1)
        var cost = min(replaced, previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
        current.append(cost)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[b.count]
  }
}
