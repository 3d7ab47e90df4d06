import Records

/// What handlers and caught errors logged, counted by text.
struct NoteBook {
  private struct Key: Hashable { var resource: String; var text: String }
  private var counts: [Key: Int] = [:]
  /// Texts beyond this many are counted together: a log line with an id in it must not fill the memory.
  private static let differentTextsMax = 200

  mutating func add(_ text: String, resource: String) {
    let key = Key(resource: resource, text: text)
    if counts[key] != nil || counts.count < Self.differentTextsMax {
      counts[key, default: 0] += 1
    } else {
      counts[Key(resource: resource, text: "(other texts)"), default: 0] += 1
    }
  }

  var sorted: [NoteCount] {
    counts.map { NoteCount(resource: $0.resource, text: $0.text, count: $1) }
      .sorted { ($0.resource, $0.text) < ($1.resource, $1.text) }
  }
}
