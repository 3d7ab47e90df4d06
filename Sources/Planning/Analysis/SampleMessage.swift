import Kernel
import Services

/// Uniform numbers in equal cells, one number a cell, in an order of its own for every dimension: a Latin hypercube.
///
/// The mean of a sum over all cells is nearly free of noise, because each summand meets every cell once.
/// Source: McKay, Beckman, Conover (1979).
enum LatinCells {
  /// A power of two, so that the orders below are permutations.
  static let count = 512

  /// The middle of the cell that comes at a position in the order of a dimension.
  static func uniform(_ position: Int, dimension: UInt64) -> Double {
    let mask = UInt64(count - 1)
    var x = UInt64(position) & mask
    // Every line is one to one on the nine bits.
    x = (x ^ dimension) & mask
    x = (x &* (dimension >> 9 | 1)) & mask
    x ^= x >> 4
    x = (x &* (dimension >> 18 | 1)) & mask
    x ^= x >> 5
    x = (x &+ (dimension >> 27)) & mask
    return (Double(x) + 0.5) / Double(count)
  }
}

/// One of the messages that stand for a workload: its fields and its size, by cell of a Latin hypercube.
struct SampleMessage {
  let workload: WorkloadSpec
  let cell: Int

  private func uniform(_ name: String) -> Double {
    LatinCells.uniform(
      cell, dimension: EntityAddress.combine(EntityAddress.name(workload.name), EntityAddress.name(name)))
  }

  /// The row of a trace that this message is; nil for messages that are drawn.
  private var row: TraceRow? {
    guard case .trace(let rows, _) = workload.arrivals, !rows.isEmpty else { return nil }
    return rows[Self.place(of: cell, in: rows.count)]
  }

  /// Which of some recorded values stands for a cell: all of a few, evenly spread ones of many.
  private static func place(of cell: Int, in count: Int) -> Int {
    count < LatinCells.count ? cell % count : cell * count / LatinCells.count
  }

  func field(_ name: String) -> FieldValue? {
    guard let position = workload.fields.firstIndex(where: { $0.name == name }) else { return nil }
    switch workload.fields[position].source {
    case .choice(let values):
      let u = uniform(name)
      return (values.first { u < $0.cumulative } ?? values.last).map { .text($0.value) }
    case .number(let law): return .number(law.sample(uniform(name)))
    case .sequence(let values): return .number(values[Self.place(of: cell, in: values.count)])
    case .trace: return row.map { $0.fields[position] }
    }
  }

  /// [bytes]
  var sizeBytes: Double {
    if let size = row?.sizeBytes { return Double(max(1, size)) }
    return max(1, workload.size.sample(uniform("")).rounded())
  }

  /// All messages that stand for a workload.
  static func all(_ workload: WorkloadSpec) -> [SampleMessage] {
    (0..<LatinCells.count).map { SampleMessage(workload: workload, cell: $0) }
  }

  /// Share of a workload's messages that a filter lets through.
  static func share(of workload: WorkloadSpec, passing filter: FilterPattern?) -> Double {
    guard let filter else { return 1 }
    let passing = all(workload).count { message in filter.matches { message.field($0) } }
    return Double(passing) / Double(LatinCells.count)
  }

  /// Mean size of a workload's messages. [bytes]
  static func meanSize(of workload: WorkloadSpec) -> Double {
    all(workload).reduce(0) { $0 + $1.sizeBytes } / Double(LatinCells.count)
  }
}
