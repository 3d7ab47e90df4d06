import Foundation
import Testing

@testable import Scenarios

/// Public templates of other projects, which are not ours to ship: read where they are.
enum SampleTemplates {
  /// Folder with the templates and `expected.json`: what the reference SAM transform makes of each.
  ///
  /// `HIGHWATER_TEMPLATES`, or `../shared/templates` beside the package; nil where neither is there.
  static let folder: String? = {
    if let named = ProcessInfo.processInfo.environment["HIGHWATER_TEMPLATES"] { return named }
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { package.deleteLastPathComponent() }
    let beside = package.deletingLastPathComponent().appendingPathComponent("shared/templates").path
    return FileManager.default.fileExists(atPath: beside + "/expected.json") ? beside : nil
  }()

  struct Expected: Decodable, Sendable {
    var resources_in_file: Int
    var types_in_file: [String: Int]?
    var modelled_types_after_sam: [String: Int]?
    var event_source_mappings: [Mapping]?
    struct Mapping: Decodable, Sendable {
      var source: String
      var function: String
    }
  }

  static func expected() throws -> [(file: String, expected: Expected)] {
    guard let folder else { return [] }
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json"))
    let all = try JSONDecoder().decode([String: Expected].self, from: data)
    return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

@Suite(
  .enabled(if: SampleTemplates.folder != nil, "set HIGHWATER_TEMPLATES to the folder of the sample templates")
)
struct `Public templates are read and resolved` {
  @Test func `the counts of resources and event sources agree with the reference transform`() throws {
    let samples = try SampleTemplates.expected()
    #expect(samples.count == 15)
    for (file, expected) in samples {
      var diagnostics = Diagnostics()
      let path = SampleTemplates.folder! + "/" + file
      let scenario = try ScenarioLoader(fileSystem: DiskFiles()).load(path: path, into: &diagnostics)
      // No mistake of the text, and no function that is not understood.
      let unexpected = diagnostics.all.filter { $0.code.hasPrefix("Y") }
      #expect(unexpected == [], "\(file)")
      let template = TemplateResolver.resolve(
        scenario.root, parameters: nil, region: "us-east-1", stackName: scenario.name, into: &diagnostics)
      #expect(template.resources.count + template.removed.count == expected.resources_in_file, "\(file)")
      let misunderstood = diagnostics.all.filter { ["T204", "T211", "T212", "T216"].contains($0.code) }
      #expect(misunderstood == [], "\(file)")
      try check(template, against: expected, file: file)
    }
  }

  private func check(
    _ template: ResolvedTemplate, against expected: SampleTemplates.Expected, file: String
  ) throws {
    for (type, count) in expected.types_in_file ?? [:] where template.removed.isEmpty {
      #expect(template.resources.count { $0.type == type } == count, "\(file) \(type)")
    }
    for mapping in expected.event_source_mappings ?? [] {
      let source = mapping.source.prefix { $0 != "." }
      let function = mapping.function.prefix { $0 != "." }
      // A source that is no resource of the file is checked by the diagnostics of its name.
      guard template.resource(String(source)) != nil else { continue }
      let fromResources = template.resources.contains { resource in
        guard resource.type == "AWS::Lambda::EventSourceMapping",
          let from = resource.properties["EventSourceArn"], let to = resource.properties["FunctionName"]
        else { return false }
        return template.referencedResource(from)?.logicalID == String(source)
          && template.referencedResource(to)?.logicalID == String(function)
      }
      let fromEvents = template.events.contains { event in
        let from = event.properties["Stream"] ?? event.properties["Queue"]
        return event.function == String(function)
          && from.flatMap { template.referencedResource($0) }?.logicalID == String(source)
      }
      // SAM can put a queue of its own between a topic and a function.
      let fromTopic = template.events.contains { $0.function == String(function) && $0.type == "SNS" }
      #expect(fromResources || fromEvents || fromTopic, "\(file) \(mapping.source) > \(mapping.function)")
    }
  }
}
