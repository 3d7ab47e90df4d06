import Foundation
import Kernel
import Scenarios
import Services
import Testing

@Suite struct BucketScenarioTests {
  private func compile(_ text: String) throws -> (CompiledScenario?, [Diagnostic]) {
    var diagnostics = Diagnostics()
    let loader = ScenarioLoader(fileSystem: MemoryFiles(["a.sim.yaml": text]))
    let loaded = try loader.load(path: "a.sim.yaml", sets: [], into: &diagnostics)
    return (ScenarioCompiler.compile(loaded, into: &diagnostics), diagnostics.all)
  }

  private static let text = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Images:
        Type: AWS::S3::Bucket
        Properties:
          NotificationConfiguration:
            TopicConfigurations:
              - {Event: 's3:ObjectRemoved:*', Topic: !Ref Gone}
      Gone: {Type: AWS::SNS::Topic}
      Resize:
        Type: AWS::Serverless::Function
        Properties:
          Handler: a.b
          Runtime: nodejs22.x
          Events:
            New:
              Type: S3
              Properties:
                Bucket: !Ref Images
                Events: ['s3:ObjectCreated:*']
                Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}, {Name: suffix, Value: .jpg}]}}
    Simulation:
      version: 1
      workloads:
        urls:
          into: Images
          arrivals: {process: constant, rate: 1/s}
          fields: {bytes: lognormal(mean=400KiB cv=1.1), kind: {choice: {a: 1}}}
      functions:
        Resize:
          perMessage: [{read: {from: Images}}, {write: {to: Images, size: bytes}}]
      timeline:
        - {at: 1m, for: 5m, set: {Simulation.outages.Images: true}}
      thresholds:
        Images.5xxErrors: ['max < 1']
    """

  @Test("a bucket's notifications, steps, outages and metrics become part of the system")
  func system() throws {
    let (compiled, diagnostics) = try compile(Self.text)
    let system = try #require(compiled?.system, "\(diagnostics)")
    #expect(
      system.buckets[0].notifications == [
        BucketNotification(
          logicalID: "ResizeNew", target: .function(0), prefix: "in/", suffix: ".jpg"),
        BucketNotification(logicalID: "ImagesTopic0", target: .topic(0), event: .removed),
      ])
    #expect(system.workloads[0].destination == .bucket(0))
    guard case .steps(let program) = system.functions[0].handler, program.steps.count == 2,
      case .getObject(bucket: 0) = program.steps[0], case .putObject(let put) = program.steps[1],
      case .field("bytes") = put.size
    else {
      Issue.record("steps \(system.functions[0].handler)")
      return
    }
    let outages = system.timeline.compactMap { entry -> String? in
      guard case .bucketAvailable(0, let isAvailable) = entry.change else { return nil }
      return "\(entry.time.seconds) \(isAvailable)"
    }
    #expect(outages == ["60.0 false", "360.0 true"])
    #expect(compiled?.thresholds.first?.subjects == ["Images"])
  }

  @Test(
    "mistakes about buckets are found where they stand",
    arguments: [
      ("size: bytes", "size: kind", "S307"), ("size: bytes", "size: byte", "S307"),
      ("Events: ['s3:ObjectCreated:*']", "Events: ['s3:ObjektCreated']", "M510"),
      ("Events: ['s3:ObjectCreated:*']", "Events: created", "T220"),
      ("Bucket: !Ref Images", "Bucket: !Ref Gone", "T223"),
      ("Simulation.outages.Images", "Simulation.outages.Image", "S310"),
      ("{to: Images, size: bytes}", "{to: Images, set: {a: 1}}", "S308"),
      ("{write: {to: Images, size: bytes}}", "{send: {to: Images}}", "S309"),
    ])
  func mistakes(_ old: String, _ new: String, _ code: String) throws {
    let (_, diagnostics) = try compile(Self.text.replacingOccurrences(of: old, with: new))
    let found = diagnostics.filter { $0.code == code }
    #expect(found.count == 1, "\(diagnostics)")
    #expect(found.first?.position != nil)
  }
}
