/// One server with Poisson arrivals that does not serve in order of arrival.
///
/// - Source: Harchol-Balter, Performance Modeling (2013), ch. 30–33; methods §7.2.
public struct SharedServer: Sendable, Equatable {
  private let queue: MG1Queue

  /// - Throws: `QueueingError.unstable` when arrivals reach what the server can do.
  public init(arrivalRate: Double, service: DurationLaw) throws(QueueingError) {
    queue = try MG1Queue(arrivalRate: arrivalRate, service: service)
  }

  public var utilization: Double { queue.utilization }

  /// Mean sojourn when all present share the server equally, E[S]/(1−ρ): the law of the service does not
  /// matter.
  public var processorSharingMeanSojourn: Double { queue.service.mean / (1 - utilization) }

  /// Mean sojourn of a job of a given size under processor sharing.
  public func processorSharingMeanSojourn(ofSize size: Double) -> Double { size / (1 - utilization) }

  /// Mean sojourn when the newest arrival interrupts and older work resumes (LCFS-PR): the same as sharing.
  public var preemptiveLastComeMeanSojourn: Double { processorSharingMeanSojourn }

  /// Mean sojourn when the job with the least work left is always served (SRPT), the lowest of all orders.
  ///
  /// For laws with a density; relative error 1e-8, by quadrature.
  /// - Throws: `QueueingError.outOfRange` for the deterministic law, where SRPT is first come, first served.
  /// - Source: Schrage & Miller (1966).
  public func shortestRemainingMeanSojourn() throws(QueueingError) -> Double {
    let law = queue.service
    let rate = queue.arrivalRate
    guard law.density(law.mean) != nil else {
      throw .outOfRange(parameter: "scv of the service time", value: 0, expected: "a law with a density")
    }
    /// Load of jobs smaller than x.
    func load(_ x: Double) -> Double { rate * law.partialMoment(1, below: x) }
    let waiting = try Numerics.integralToInfinity(from: 0, relativeError: 1e-9) { x in
      let idle = 1 - load(x)
      return (law.density(x) ?? 0) * rate * law.limitedMoment(2, at: x) / (2 * idle * idle)
    }
    let service = try Numerics.integralToInfinity(from: 0, relativeError: 1e-9) { t in
      law.survival(t) / (1 - load(t))
    }
    return waiting + service
  }
}
