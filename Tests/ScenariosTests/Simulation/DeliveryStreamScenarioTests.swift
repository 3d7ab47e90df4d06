import Foundation
import Kernel
import Scenarios
import Services
import Testing

@Suite struct DeliveryStreamScenarioTests {
  private func compile(_ text: String) throws -> (CompiledScenario?, [Diagnostic]) {
    var diagnostics = Diagnostics()
    let loader = ScenarioLoader(fileSystem: MemoryFiles(["a.sim.yaml": text]))
    let loaded = try loader.load(path: "a.sim.yaml", sets: [], into: &diagnostics)
    return (ScenarioCompiler.compile(loaded, into: &diagnostics), diagnostics.all)
  }

  private static let text = """
    Resources:
      Archive: {Type: AWS::S3::Bucket}
      Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
      Direct:
        Type: AWS::KinesisFirehose::DeliveryStream
        Properties:
          S3DestinationConfiguration:
            BucketARN: !GetAtt Archive.Arn
            RoleARN: role
            Prefix: raw/!{timestamp:yyyy}/
            BufferingHints: {IntervalInSeconds: 60, SizeInMBs: 2}
      FromStream:
        Type: AWS::KinesisFirehose::DeliveryStream
        Properties:
          DeliveryStreamType: KinesisStreamAsSource
          KinesisStreamSourceConfiguration: {KinesisStreamARN: !GetAtt Events.Arn, RoleARN: role}
          ExtendedS3DestinationConfiguration: {BucketARN: !GetAtt Archive.Arn, RoleARN: role}
    Simulation:
      version: 1
      era: 2017
      run: {duration: 5m}
      workloads:
        direct: {into: Direct, arrivals: {process: constant, rate: 1/s}}
        events: {into: Events, arrivals: {process: constant, rate: 1/s}}
      thresholds:
        Direct.DeliveryToS3.DataFreshness: ['max < 2m']
        FromStream.IncomingRecords: ['max < 100']
    """

  @Test("delivery streams become part of the system, with CloudFormation's defaults")
  func system() throws {
    let (compiled, diagnostics) = try compile(Self.text)
    let system = try #require(compiled?.system, "\(diagnostics)")
    let (direct, fromStream) = (system.deliveryStreams[0], system.deliveryStreams[1])
    #expect(direct.bufferBytes == 2 * 1_048_576)
    #expect(direct.bufferInterval == .seconds(60))
    #expect(direct.prefix == "raw/")
    #expect(direct.source == nil)
    #expect(fromStream.source == 0)
    #expect(fromStream.bufferInterval == .seconds(300))
    #expect(fromStream.bufferBytes == 5 * 1_048_576)
    #expect(system.workloads[0].destination == .deliveryStream(0))
    #expect(compiled?.thresholds.map(\.unit) == [.seconds, .count])
  }

  @Test(
    "mistakes about delivery streams are found where they stand",
    arguments: [
      ("IntervalInSeconds: 60", "IntervalInSeconds: 30", "E403"),
      ("into: Direct", "into: FromStream", "S309"),
      ("KinesisStreamARN: !GetAtt Events.Arn", "KinesisStreamARN: !GetAtt Archive.Arn", "T223"),
      ("SizeInMBs: 2", "SizeInMBs: 200", "T221"),
    ])
  func mistakes(_ old: String, _ new: String, _ code: String) throws {
    let (_, diagnostics) = try compile(Self.text.replacingOccurrences(of: old, with: new))
    let found = diagnostics.filter { $0.code == code }
    #expect(found.count == 1, "\(diagnostics)")
    #expect(found.first?.position != nil)
  }
}
