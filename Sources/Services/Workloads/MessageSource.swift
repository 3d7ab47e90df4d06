import Kernel

/// Sizes, keys and fields of a workload's messages, as functions of their position alone.
///
/// Nothing is stored per message: a field is drawn again whenever it is asked for, and comes out the same.
struct MessageSource {
  private let spec: WorkloadSpec
  private let entity: UInt64
  private let zipf: ZipfSampler?
  private let rows: [TraceRow]

  init(_ spec: WorkloadSpec) {
    self.spec = spec
    entity = EntityAddress.name(spec.name)
    zipf = if case .zipf(let exponent, let keys) = spec.key { ZipfSampler(exponent: exponent, keys: keys) } else { nil }
    rows = if case .trace(let rows) = spec.arrivals { rows } else { [] }
  }

  /// What every draw about message `index` is addressed by.
  func address(_ index: Int) -> UInt64 { EntityAddress.combine(entity, UInt64(index)) }

  func id(_ index: Int) -> String { "\(spec.name)-\(index)" }

  /// [bytes], at least 1.
  func size(_ index: Int, _ draws: Draws) -> Int {
    if let size = row(index)?.sizeBytes { return max(1, size) }
    if case .constant(let bytes) = spec.size { return max(1, Int(bytes)) }
    return max(1, Int(spec.size.sample(draws.uniform(.size, entity: address(index))).rounded()))
  }

  func key(_ index: Int, _ draws: Draws) -> String {
    if let key = row(index)?.key { return key }
    switch spec.key {
    case .uniform: return id(index)
    case .constant(let key): return key
    case .zipf: return "key-\(zipf!.rank(draws.uniform(.key, entity: address(index))))"
    case .field(let name):
      switch field(name, index, draws) {
      case .text(let text): return text
      case .number(let number): return "\(number)"
      case nil: return ""
      }
    }
  }

  func field(_ name: String, _ index: Int, _ draws: Draws) -> FieldValue? {
    guard let position = spec.fields.firstIndex(where: { $0.name == name }) else { return nil }
    return field(position, index, draws)
  }

  func fields(_ index: Int, _ draws: Draws) -> [(name: String, value: FieldValue)] {
    spec.fields.indices.map { (spec.fields[$0].name, field($0, index, draws)) }
  }

  private func field(_ position: Int, _ index: Int, _ draws: Draws) -> FieldValue {
    let field = spec.fields[position]
    // Addressed by the field's name, so that adding a field shifts no other one.
    let lane = EntityAddress.combine(address(index), EntityAddress.name(field.name))
    switch field.source {
    case .choice(let values):
      let u = draws.uniform(.field, entity: lane)
      return .text((values.first { u < $0.cumulative } ?? values[values.count - 1]).value)
    case .number(let distribution): return .number(distribution.sample(draws.uniform(.field, entity: lane)))
    case .trace: return rows[index].fields[position]
    }
  }

  private func row(_ index: Int) -> TraceRow? { index < rows.count ? rows[index] : nil }
}
