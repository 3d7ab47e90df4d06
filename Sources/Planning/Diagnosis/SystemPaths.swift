import Kernel
import Records
import Services

/// Which way messages can take through a system, as far as the scenario shows it.
struct SystemPaths {
  let system: SystemSpec

  /// Functions that call the service, by their steps or by a text of their configuration that names it.
  ///
  /// Handlers in Swift need not name what they call: they all count when nothing shows a call to the service.
  func functions(calling partner: Int) -> [Int] {
    let name = system.partners[partner].name
    var visible: [Int] = []
    var opaque: [Int] = []
    for index in system.functions.indices {
      switch system.functions[index].handler {
      case .steps(let program): if Self.calls(program.steps, partner) { visible.append(index) }
      case .swift(_, let config):
        if config.contains(where: { $0.value == .text(name) }) {
          visible.append(index)
        } else {
          opaque.append(index)
        }
      case .immediate: break
      }
    }
    return visible.isEmpty ? opaque : visible
  }

  func mapping(of function: Int) -> StreamMappingSpec? { system.mappings.first { $0.function == function } }

  func function(named name: String) -> Int? { system.functions.firstIndex { $0.logicalID == name } }

  /// The function that a saturated station works for: itself, the target of a mapping, or none.
  func function(of saturation: Saturation) -> Int? {
    switch saturation.kind {
    case .function: function(named: saturation.station)
    case .mapping: system.mappings.first { $0.logicalID == saturation.station }?.function
    case .stream:
      system.streams.firstIndex { $0.logicalID == saturation.station }
        .flatMap { stream in system.mappings.first { $0.stream == stream }?.function }
    case .queue:
      system.queues.firstIndex { $0.logicalID == saturation.station }
        .flatMap { queue in system.queueMappings.first { $0.queue == queue }?.function }
    case .store, .topic, .partner, .table, .bucket, .deliveryStream: nil
    }
  }

  private static func calls(_ steps: [Step], _ partner: Int) -> Bool {
    steps.contains { step in
      switch step {
      case .call(let call): call.partner == partner
      case .parallelEach(let steps): calls(steps, partner)
      case .parallelBranches(let branches): branches.contains { calls($0, partner) }
      case .conditional(_, let then, let otherwise): calls(then, partner) || calls(otherwise, partner)
      default: false
      }
    }
  }
}

extension SystemSpec {
  /// Readers that call GetRecords on every shard of a stream.
  func pollers(ofStream stream: Int) -> Int { mappings.count { $0.stream == stream && $0.consumer == nil } }
}

extension ArrivalProcess {
  /// The highest rate messages are meant to come at; nil where the process has none. [1/s]
  var peakRate: Double? {
    switch self {
    case .constant(let rate): rate
    case .poisson(let knots): knots.map(\.rate).max()
    case .mmpp(let states): states.map(\.rate).max()
    case .backlog(_, let sendRate): sendRate
    case .counts(let profile): Double(profile.counts.max() ?? 0) / profile.period.seconds
    case .trace, .schedule: nil
    }
  }
}
