import Kernel

/// Sizes, keys and fields of a workload's messages, as functions of their position alone.
///
/// Nothing is stored per message: a field is drawn again whenever it is asked for, and comes out the same. A class of
/// constants, so that reaching it costs one reference and no copy of its tables.
final class MessageSource {
  private let spec: WorkloadSpec
  private let entity: UInt64
  private let zipf: ZipfSampler?
  private let rows: [TraceRow]
  /// Whether the first row follows the last one.
  private let isCyclic: Bool
  /// What ids begin with, `<workload>-`, and its hash.
  private let prefix: String
  private let prefixBytes: [UInt8]
  private let prefixHash: KeyHash
  /// [bytes], where it is the same for all.
  private let constantSize: Int?
  /// Hash of each field's name: addresses its draws.
  private let fieldEntities: [UInt64]

  init(_ spec: WorkloadSpec) {
    self.spec = spec
    entity = EntityAddress.name(spec.name)
    zipf =
      if case .zipf(let exponent, let keys) = spec.key { ZipfSampler(exponent: exponent, keys: keys) } else {
        nil
      }
    if case .trace(let rows, let cycle) = spec.arrivals {
      (self.rows, isCyclic) = (rows, cycle != nil)
    } else {
      (rows, isCyclic) = ([], false)
    }
    prefix = "\(spec.name)-"
    prefixBytes = Array(prefix.utf8)
    prefixHash = KeyHash(prefix)
    constantSize = if case .constant(let bytes) = spec.size { max(1, Int(bytes)) } else { nil }
    fieldEntities = spec.fields.map { EntityAddress.name($0.name) }
  }

  /// What every draw about message `index` is addressed by.
  func address(_ index: Int) -> UInt64 { EntityAddress.combine(entity, UInt64(index)) }

  func id(_ index: Int) -> String { prefix + String(index) }

  /// Hash and length of an id, without making it.
  func idHash(_ index: Int) -> KeyHash { prefixHash.appending(decimal: index) }
  func idByteCount(_ index: Int) -> Int { prefixBytes.count + KeyHash.digitCount(index) }

  private static let digitsMax = KeyHash.digitCount(ArrivalProcess.messagesMax - 1)

  /// The index of a message that an id names; nil for ids of others and for other spellings of a number.
  func index(ofID bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let digits = bytes.count - prefixBytes.count
    guard digits > 0, digits <= Self.digitsMax else { return nil }
    for position in prefixBytes.indices where bytes[position] != prefixBytes[position] { return nil }
    var index = 0
    for position in prefixBytes.count..<bytes.count {
      let digit = Int(bytes[position]) - 48
      guard digit >= 0, digit <= 9 else { return nil }
      index = index * 10 + digit
    }
    return digits == KeyHash.digitCount(index) ? index : nil
  }

  /// [bytes], at least 1.
  func size(_ index: Int, _ draws: Draws) -> Int {
    if !rows.isEmpty, let size = row(index)?.sizeBytes { return max(1, size) }
    if let constantSize { return constantSize }
    return max(1, Int(spec.size.sample(draws.uniform(.size, entity: address(index))).rounded()))
  }

  func key(_ index: Int, _ draws: Draws) -> String {
    if !rows.isEmpty, let key = row(index)?.key { return key }
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
    // Addressed by the field's name, so that adding a field shifts no other one.
    let lane = EntityAddress.combine(address(index), fieldEntities[position])
    switch spec.fields[position].source {
    case .choice(let values):
      let u = draws.uniform(.field, entity: lane)
      return .text((values.first { u < $0.cumulative } ?? values[values.count - 1]).value)
    case .number(let distribution): return .number(distribution.sample(draws.uniform(.field, entity: lane)))
    case .sequence(let values): return .number(values[index % values.count])
    case .trace: return rows[index % rows.count].fields[position]
    }
  }

  private func row(_ index: Int) -> TraceRow? {
    index < rows.count || isCyclic ? rows[index % rows.count] : nil
  }
}

/// FNV-1a over the UTF-8 of a key: what its draws are addressed by and its partition is found with.
struct KeyHash: Hashable {
  private(set) var state: UInt64 = 0xcbf2_9ce4_8422_2325

  init(_ text: String) {
    for byte in text.utf8 { add(byte) }
  }

  /// The hash of the text with a number behind it.
  func appending(decimal number: Int) -> KeyHash {
    var hash = self
    var scale = 1
    while number / scale >= 10 { scale *= 10 }
    var rest = number
    while scale > 0 {
      hash.add(UInt8(48 + rest / scale))
      rest %= scale
      scale /= 10
    }
    return hash
  }

  static func digitCount(_ number: Int) -> Int {
    var count = 1
    var rest = number
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    return count
  }

  /// The same number as `EntityAddress.name` of the whole text.
  var entity: UInt64 { mixed64(state) }

  private mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
