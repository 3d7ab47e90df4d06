package import Planning

/// All files of a result folder. Source: scenario format §13.
package enum ReportFiles {
  /// Writes every file but `messages.csv`, which `MessagesFile` writes while the runs finish.
  ///
  /// - Parameters:
  ///   - results: One for a run, one a design for a comparison, the baseline first.
  ///   - comparison: Adds `compare.csv`.
  ///   - jobs: Threads that write.
  package static func write(
    _ results: [ScenarioResult], comparison: Comparison? = nil, manifest: RunManifest, jobs: Int,
    to folder: OutputFolder
  ) throws(OutputError) {
    try folder.write("summary.csv", SummaryFile.bytes(results))
    try folder.write("thresholds.csv", ThresholdsFile.bytes(results))
    try folder.write("metrics.csv", MetricsFile.bytes(results, jobs: jobs))
    try folder.write("spans.csv", SpansFile.bytes(results))
    try folder.write("alarms.csv", AlarmsFile.bytes(results))
    try folder.write("cost.csv", CostFile.bytes(results))
    if let comparison { try folder.write("compare.csv", CompareFile.bytes(comparison)) }
    // Last: a folder with this file is whole.
    try folder.write("run.json", manifest.bytes(results))
  }
}
