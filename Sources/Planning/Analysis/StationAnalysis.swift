/// Offered load and capacity of one station, from the scenario alone.
///
/// A station is a limit that messages meet: the writes of a stream, the workers of a mapping, the concurrency of a
/// function, the door of a partner. One resource may be several stations.
package struct StationAnalysis: Sendable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case streamWrites, streamReads, workers, function, account, partner, tableReads, tableWrites
    case topic, deliveryStream, bucketWrites, bucketReads, collection
  }
  /// Unique in a system: `OrderStream writes`, `SendZip workers`.
  package var name: String
  /// The resource it belongs to, as the scenario names it.
  package var resource: String
  package var kind: Kind
  /// What is counted: `records`, `calls`.
  package var unit: String
  /// Visits of one message of each workload, parallel to the system's workloads. [visits per message]
  package var visits: [Double]
  /// What one message a second of each workload uses of the station, as a share of its capacity. [s]
  ///
  /// Zero throughout where nothing limits the station.
  package var loads: [Double]
  /// The part of the loads that is due to the messages themselves, without those that handlers make about them; nil where
  /// that is all.
  var ownLoads: [Double]?
  /// Use that does not depend on messages, such as polling. 0...
  package var fixedLoad = 0.0
  /// Mean over `run.duration` and the highest value of the profile. [visits/s]
  package var offeredMean = 0.0
  package var offeredPeak = 0.0
  /// Visits that the station can take at the mix of the workloads; nil without a limit. [visits/s]
  package var capacity: Double?
  /// The same from instants of the timeline on; empty when it never changes. [s since start], [visits/s]
  package var capacityChanges: [(time: Double, capacity: Double?)] = []
  /// Share of the capacity that is asked for; nil without a limit.
  package var utilizationMean: Double?
  package var utilizationPeak: Double?
  /// Workers, places or executions at once; nil where the limit is a rate.
  package var servers: Double?
  /// Mean time that a visit or a batch of visits holds a server, and its squared coefficient of variation. [s]
  package var serviceSeconds: Double?
  package var serviceScv: Double?
  /// Visits that a server takes at once.
  package var batch = 1.0
  /// Most visits that callers can have under way at the same time; nil where nothing bounds them.
  package var visitorsMax: Double?
  /// Its callers cannot ask for more at a time than it takes, so that nothing waits or is refused there.
  package var isShielded = false
  /// Capacity that can be saved up and spent at once, in time at full use: tokens of a rate, one run of a schedule. [s]
  package var burstSeconds = 0.0
  /// Where the capacity comes from: `5 workers / 2.1s`.
  package var capacityText: String
  /// How long visits wait at the mean rate, where somebody asked for it and a formula is near.
  package var wait: WaitEstimate?
  /// What was assumed, in whole clauses.
  package var notes: [String] = []
  /// The load is a lower bound of the true one and the capacity an upper bound, so that a design over it is certainly
  /// over it.
  package var isBound = true
}

extension StationAnalysis {
  /// Rate of one workload alone at which the station is full; infinite when the workload does not use it. [messages/s]
  package func saturationRate(ofWorkload index: Int) -> Double {
    loads[index] > 0 ? max(0, 1 - fixedLoad) / loads[index] : .infinity
  }
}
