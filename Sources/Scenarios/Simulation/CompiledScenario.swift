package import Kernel
package import Services

/// A checked scenario with everything that runs and reports need.
package struct CompiledScenario: Sendable {
  package var system: SystemSpec
  package var name: String
  package var description: String?
  package var era: Era
  package var region: String
  package var thresholds: [Threshold]
  package var alarmExpectations: [AlarmExpectation]
  /// `sweep.measures`, as rules that always hold.
  package var measures: [Threshold]
  /// `run.precision`; nil for a fixed count of replications.
  package var precision: PrecisionSettings?
  /// Where `run.warmup` says auto; nil when it says how long.
  package var automaticWarmUp: SourcePosition?
  /// In the order of the file.
  package var variantNames: [String]
  package var overriddenLimits: [OverriddenLimit]
  package var notModelled: NotModelledSummary
  package var output: OutputSettings
  /// The system as one chain of stations, for the header of reports.
  package var picture: SystemPicture
  /// What was taken from data files, in the order of the scenario.
  package var inputs: [InputNote]

  package init(
    system: SystemSpec, name: String, description: String? = nil, era: Era, region: String = "us-east-1",
    thresholds: [Threshold] = [], alarmExpectations: [AlarmExpectation] = [], measures: [Threshold] = [],
    precision: PrecisionSettings? = nil, automaticWarmUp: SourcePosition? = nil, variantNames: [String] = [],
    overriddenLimits: [OverriddenLimit] = [], notModelled: NotModelledSummary = NotModelledSummary(),
    output: OutputSettings = OutputSettings(), picture: SystemPicture, inputs: [InputNote] = []
  ) {
    self.system = system
    self.name = name
    self.description = description
    self.era = era
    self.region = region
    self.thresholds = thresholds
    self.alarmExpectations = alarmExpectations
    self.measures = measures
    self.precision = precision
    self.automaticWarmUp = automaticWarmUp
    self.variantNames = variantNames
    self.overriddenLimits = overriddenLimits
    self.notModelled = notModelled
    self.output = output
    self.picture = picture
    self.inputs = inputs
  }

  /// The same scenario measured from another instant on.
  package func measured(after warmup: SimDuration) -> CompiledScenario {
    var copy = self
    copy.system.run.warmup = warmup
    let cuts = [warmup] + thresholds.compactMap(\.after)
    copy.system.ledgerCuts = Set([SimTime.zero] + cuts.map { SimTime.zero + $0 }).sorted()
    return copy
  }
}

/// `Simulation.output`: where results go and how much of them is kept.
package struct OutputSettings: Sendable, Hashable {
  /// Folder, relative to the current one.
  package var directory = "out"
  /// Width of the buckets in reports. Multiple of 60 s.
  package var period = SimDuration.seconds(60)
  package var messages = OutputSpec.Messages.all
  /// Messages of each workload that leave spans. [messages]
  package var traces = 20
  package init() {}
}

/// A preset number that the scenario replaces.
package struct OverriddenLimit: Sendable, Hashable {
  package var name: LimitName
  /// nil when the era has no such number.
  package var preset: Double?
  package var value: Double
  package init(name: LimitName, preset: Double?, value: Double) {
    self.name = name
    self.preset = preset
    self.value = value
  }
}

/// What the scenario contains and the model leaves out, so that a report can say so.
package struct NotModelledSummary: Sendable, Hashable {
  package struct TypeCount: Sendable, Hashable {
    package var type: String
    package var count: Int
  }
  /// Resources without effect, by type, most frequent first, then by name.
  package var resourceTypes: [TypeCount] = []
  /// Properties without effect, as `Type.Property`, sorted likewise.
  package var properties: [TypeCount] = []
  package init() {}
  package var resourceCount: Int { resourceTypes.reduce(0) { $0 + $1.count } }
}
