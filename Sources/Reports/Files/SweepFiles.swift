package import Planning

/// The files of a sweep. Source: scenario format §13.
package enum SweepFiles {
  package static let resultsName = "sweep.csv"
  package static let thresholdsName = "sweep_thresholds.csv"
  package static let manifestName = "run.json"

  package static func write(
    _ result: SweepResult, _ manifest: SweepManifest, to folder: OutputFolder
  ) throws(OutputError) {
    try folder.write(resultsName, SweepFile.bytes(result))
    try folder.write(thresholdsName, SweepThresholdsFile.bytes(result))
    // Last: a folder with this file is whole.
    try folder.write(manifestName, manifest.bytes)
  }
}
