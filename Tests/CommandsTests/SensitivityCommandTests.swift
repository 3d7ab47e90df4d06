import Testing

/// `plan --sensitivity` as its users see it.
@Suite struct SensitivityCommandTests {
  typealias Session = CommandTests.Session
  typealias Folder = CommandTests.Folder

  /// Two streams into one function; sizes stand in properties, in Globals and in a parameter.
  private static let scenario = """
    Transform: AWS::Serverless-2016-10-31
    Globals: {Function: {MemorySize: 128}}
    Parameters: {Shards: {Type: Number, Default: 2}}
    Resources:
      A: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: !Ref Shards}}
      B: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: !Ref Shards}}
      Work:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs22.x
          Handler: index.handler
          Events:
            A: {Type: Kinesis, Properties: {Stream: !GetAtt A.Arn, StartingPosition: TRIM_HORIZON, BatchSize: 10}}
            B: {Type: Kinesis, Properties: {Stream: !GetAtt B.Arn, StartingPosition: TRIM_HORIZON, BatchSize: 10}}
    Simulation:
      version: 1
      era: 2017
      run: {duration: 5s, drain: 1m, replications: 2, seed: 7}
      workloads:
        a: {into: A, arrivals: {process: poisson, rate: 60/min}, size: 1KiB}
      functions: {Work: {perMessage: [{sleep: 100ms}]}}
      thresholds: {a.Latency: ['avg < 50s']}
    """

  private func plan(_ file: String, _ folder: Folder, _ more: [String]) -> Session {
    Session(["plan", file, "--sensitivity", "-o", "\(folder.path)/out"] + more)
  }

  @Test func `settings change to valid neighbours and have names that a path may have`() throws {
    let folder = try Folder()
    let file = try folder.write("a.sim.yaml", Self.scenario)
    let session = plan(file, folder, [])
    #expect(session.code == 0, "\(session.errors)")
    let csv = try folder.read("out/plan_sensitivity.csv")
    // Memory came in blocks of 64 MB from 128 on; parameters count once.
    for row in [
      "Globals.Function.MemorySize,128,192,", "Simulation.parameters.Shards,1,3,",
      "Work.Events.A.BatchSize,9,11,",
      "Work.Events.B.BatchSize,9,11,", "a.arrivals.scale,0.9,1.1,",
    ] {
      #expect(csv.contains(row), "\(row)\n\(csv)")
    }
    let axis = plan(
      file, folder, ["--axis", "Work.Events.B.BatchSize=5,10,20", "--measure", "a.Latency avg"])
    #expect(axis.code == 0, "\(axis.errors)")
    #expect(try folder.read("out/plan_sensitivity.csv").contains("Work.Events.B.BatchSize,5,20,a.Latency,"))
  }

  @Test func `levels keep their unit, and those that have no ratio are refused`() throws {
    let folder = try Folder()
    let file = try folder.write("a.sim.yaml", Self.scenario)
    let units = plan(
      file, folder, ["--axis", "a.arrivals.rate=0.5/s,90/min", "--measure", "a.Latency avg"])
    #expect(units.code == 0, "\(units.errors)")
    #expect(units.output.contains("0.5/s") && units.output.contains("90/min"), "\(units.output)")
    #expect(try folder.read("out/plan_sensitivity.csv").contains("a.arrivals.rate,30,90,"))
    for (axis, words) in [
      ("a.arrivals.scale=0,2", "'0' of the axis 'a.arrivals.scale' is not above zero"),
      ("a.arrivals.scale=1", "lists no value beside '1'"),
      ("Resources.Work.Properties.Timeout=3,4", "changes numbers above zero that the scenario sets"),
    ] {
      let session = plan(file, folder, ["--axis", axis])
      #expect(session.code == 64 && session.errors.contains(words), "\(axis): \(session.errors)")
    }
  }
}
