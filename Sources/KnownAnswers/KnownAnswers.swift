import Foundation

/// The published and exact values that formulas, statistics and simulations must reproduce.
///
/// They stand in `known-answers.json`, one quantity a case; the head of that file explains its fields. The program
/// carries the same text in `KnownAnswersText.swift`, which `scripts/embed-known-answers` writes.
///
/// ```swift
/// for answer in KnownAnswers.cases(in: "mmc") { print(answer.id, try answer.evaluated()) }
/// ```
package enum KnownAnswers {
  /// Every case, in the order of the file.
  package static let all: [KnownAnswer] = {
    struct File: Decodable { let cases: [KnownAnswer] }
    do {
      return try JSONDecoder().decode(File.self, from: Data(knownAnswersText.utf8)).cases
    } catch {
      preconditionFailure("the known answers cannot be read: \(error)")
    }
  }()

  /// In the order of their first case.
  package static var categories: [String] {
    var categories: [String] = []
    for answer in all where !categories.contains(answer.category) { categories.append(answer.category) }
    return categories
  }

  /// The cases of these categories, in the order of the file; a category without cases is a mistake.
  package static func cases(in categories: String...) -> [KnownAnswer] {
    for category in categories {
      precondition(all.contains { $0.category == category }, "no known answer in category '\(category)'")
    }
    return all.filter { categories.contains($0.category) }
  }

  /// The case of this name.
  package static func named(_ id: String) -> KnownAnswer {
    guard let answer = all.first(where: { $0.id == id }) else {
      preconditionFailure("no known answer '\(id)'")
    }
    return answer
  }
}
