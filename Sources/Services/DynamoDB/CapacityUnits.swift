/// Capacity units that operations on items consume. Source: fact sheet §7.1.
package enum CapacityUnits {
  /// Item size of one read unit. [bytes]
  package static let readUnitBytes = 4096
  /// Item size of one write unit. [bytes]
  package static let writeUnitBytes = 1024

  /// A read of one item, half as much when eventually consistent; a miss costs as an item of one unit.
  ///
  /// - Parameter itemBytes: nil when there is no such item.
  package static func read(itemBytes: Int?, isConsistent: Bool) -> Double {
    let units = PayloadUnits.units(bytes: itemBytes ?? 0, unitBytes: readUnitBytes)
    return isConsistent ? Double(units) : Double(units) / 2
  }

  /// A page of a query or scan: the sizes are summed before they are rounded up.
  package static func page(bytes: Int, isConsistent: Bool) -> Double {
    read(itemBytes: bytes, isConsistent: isConsistent)
  }

  /// A put or an update: the larger of the item before and after.
  ///
  /// - Parameters:
  ///   - before: nil when the item is new.
  package static func write(before: Int?, after: Int) -> Double {
    Double(PayloadUnits.units(bytes: max(before ?? 0, after), unitBytes: writeUnitBytes))
  }

  /// A delete: the size of the deleted item, at least one unit.
  package static func delete(itemBytes: Int?) -> Double {
    Double(PayloadUnits.units(bytes: itemBytes ?? 0, unitBytes: writeUnitBytes))
  }

  /// A write whose condition does not hold: the size of the item that is there, at least one unit.
  package static func failedCondition(itemBytes: Int?) -> Double { delete(itemBytes: itemBytes) }
}
