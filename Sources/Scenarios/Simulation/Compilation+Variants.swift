extension Compilation {
  /// `Simulation.variants`: a variant called base is the scenario as it stands.
  ///
  /// Every command calls the file without a variant base. A patch of that name would stand in its place, and the file
  /// itself would be neither compared nor tested.
  mutating func checkVariants() {
    guard let base = simulation["variants"]?.entry("base"), !base.value.isNull,
      base.value.entries?.isEmpty != true
    else { return }
    report(
      "S337", at: base.keyPosition, length: base.key.count,
      "the variant base is the scenario as it stands, and this one changes it; give it another name, or write base: {}",
      path: "Simulation.variants.base")
  }
}
