/// The command that runs a design again: what a failed test tells its reader to type.
package struct RunCommandLine: Sendable, Hashable {
  package var file: String
  package var overlays: [String]
  package var settings: [String]
  package var variant: String?
  package var seed: UInt64?
  package var replications: Int?
  package var duration: String?

  package init(
    file: String, overlays: [String] = [], settings: [String] = [], variant: String? = nil,
    seed: UInt64? = nil, replications: Int? = nil, duration: String? = nil
  ) {
    self.file = file
    self.overlays = overlays
    self.settings = settings
    self.variant = variant
    self.seed = seed
    self.replications = replications
    self.duration = duration
  }

  /// The settings with those that have an option of their own, which win.
  package var allSettings: [String] {
    settings
      + [
        seed.map { "Simulation.run.seed=\($0)" }, replications.map { "Simulation.run.replications=\($0)" },
        duration.map { "Simulation.run.duration=\($0)" },
      ].compactMap(\.self)
  }

  /// Nothing of the design is changed: what its scenario says about it has to be true.
  package var isAsWritten: Bool {
    overlays.isEmpty && settings.isEmpty && seed == nil && replications == nil && duration == nil
  }

  /// One line for a shell.
  package var text: String {
    var words = ["highwater", "run", file]
    for overlay in overlays { words += ["-f", overlay] }
    for setting in settings { words += ["--set", setting] }
    if let variant { words += ["--variant", variant] }
    if let seed { words += ["--seed", "\(seed)"] }
    if let replications { words += ["--replications", "\(replications)"] }
    if let duration { words += ["--duration", duration] }
    return words.map(Self.quoted).joined(separator: " ")
  }

  /// A word as POSIX shells read it: in single quotes unless all its characters are harmless.
  static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", "=", ":", ",", "+", "@", "%": true
      default: false
      }
    }
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
