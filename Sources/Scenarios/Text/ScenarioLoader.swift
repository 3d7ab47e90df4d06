/// Reads a scenario with everything it is made of and merges it in the documented order.
///
/// Later wins: `include` < `extends` < file < `-f` files in order < variant < `--set`. A template named by
/// `Template` lies under all of them. Source: scenario format §2, §7.
package struct ScenarioLoader {
  private let fileSystem: any ScenarioFiles

  package init(fileSystem: any ScenarioFiles) {
    self.fileSystem = fileSystem
  }

  /// The merged scenario.
  ///
  /// - Parameters:
  ///   - path: The scenario file, relative to the working directory; `-` is the standard input.
  ///   - overlays: Files of `-f`, in order.
  ///   - variant: Key of `Simulation.variants`.
  ///   - sets: Arguments of `--set`, each `PATH=VALUE`.
  /// - Throws: When nothing can be made of the scenario, with all that was found so far, also what was in
  ///   `diagnostics` before. Mistakes that leave a scenario to look at are only added to `diagnostics`.
  package func load(
    path: String, overlays: [String] = [], variant: String? = nil, sets: [String] = [],
    into diagnostics: inout Diagnostics
  ) throws(ScenarioError) -> LoadedScenario {
    var chain = ScenarioFileChain(
      project: ProjectFiles(fileSystem: fileSystem, scenarioFile: path), diagnostics: diagnostics)
    var merged = chain.loadArgument(path)
    for overlay in overlays {
      let patch = chain.loadArgument(overlay)
      if let lower = merged, let patch { merged = Merge.overlay(patch, on: lower) }
    }
    diagnostics = chain.diagnostics
    guard var root = merged else { throw ScenarioError(diagnostics.all) }

    if let variant { root = apply(variant: variant, to: root, into: &diagnostics) }
    var settings = ScenarioSettings(sets, into: &diagnostics)
    root = settings.applyTemplatePath(to: root)
    chain.diagnostics = diagnostics
    root = Merge.withoutNulls(chain.withTemplate(root))
    diagnostics = chain.diagnostics
    root = settings.apply(to: root, into: &diagnostics)

    return LoadedScenario(
      root: root, files: chain.files, sources: chain.sources + settings.sources,
      name: root["Simulation"]?["name"]?.text ?? Self.name(ofFile: path), variant: variant,
      project: chain.project)
  }

  private func apply(variant name: String, to root: Node, into diagnostics: inout Diagnostics) -> Node {
    let variants = root["Simulation"]?["variants"]
    guard let entry = variants?.entry(name), !entry.value.isNull else {
      let names = variants?.entries?.filter { !$0.value.isNull }.map(\.key) ?? []
      let nearest = NearestName.of(name, in: names)
      let known = names.isEmpty ? "the scenario has none" : "it has \(names.joined(separator: ", "))"
      diagnostics.add(
        Diagnostic(
          .error, "Y123", at: variants?.position, "no variant '\(name)' in this scenario; \(known)",
          hint: nearest.map { "did you mean '\($0)'?" }, path: "Simulation.variants"))
      return root
    }
    guard entry.value.entries != nil else {
      diagnostics.add(
        Diagnostic(
          .error, "Y115", at: entry.value.position,
          "variant '\(name)' is a map: a patch of the whole scenario",
          path: "Simulation.variants.\(name)"))
      return root
    }
    return Merge.overlay(entry.value, on: root)
  }

  /// `album-v01` of `scenarios/album-v01.sim.yaml`.
  private static func name(ofFile path: String) -> String {
    guard path != "-" else { return "stdin" }
    var name = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".yaml", ".yml", ".json", ".template", ".sim"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    return name
  }
}
