/// The universal scalability law: throughput under contention and coherency losses.
///
/// X(N) = γN/(1 + α(N − 1) + βN(N − 1)); Amdahl's law is β = 0.
/// - Source: methods §8.1 (Gunther 2007).
public struct ScalabilityLaw: Sendable, Hashable {
  /// γ: throughput of one unit of load. [1/time]
  public let rate: Double
  /// α: share that is serialised, 0...1 for a meaningful law.
  public let contention: Double
  /// β: cost of agreement between each pair.
  public let coherency: Double

  public init(rate: Double, contention: Double, coherency: Double) {
    self.rate = rate
    self.contention = contention
    self.coherency = coherency
  }

  /// Throughput at a load. [1/time]
  public func throughput(_ load: Double) -> Double {
    rate * load / (1 + contention * (load - 1) + coherency * load * (load - 1))
  }

  /// Load of the largest throughput, √((1 − α)/β); nil when throughput never falls.
  ///
  /// The load 1/α, which some tools call optimal, can lie beyond it and is no recommendation.
  public var peakLoad: Double? {
    guard coherency > 0, contention < 1 else { return nil }
    return ((1 - contention) / coherency).squareRoot()
  }

  /// Largest throughput; nil when there is no peak.
  public var peakThroughput: Double? { peakLoad.map(throughput) }

  /// γ/α, what throughput would approach without coherency losses; nil without contention.
  public var amdahlAsymptote: Double? { contention > 0 ? rate / contention : nil }
}
