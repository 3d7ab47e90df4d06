import Kernel

extension World {
  /// Tells whether a message passes a filter; patterns see the fields of its workload.
  func passes(_ message: MessageReference, _ filter: FilterPattern) -> Bool {
    let root = slab[message].root
    let source = sources[Int(root.workload)]
    return filter.matches { source.field($0, Int(root.index), draws) }
  }
}
