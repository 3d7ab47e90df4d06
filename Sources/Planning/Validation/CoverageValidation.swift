package import Statistics

/// How often the intervals of the statistics hold the true value, at a load of M/M/1. Source: methods §5.7.
package struct CoverageResult: Sendable, Hashable {
  package var study: CoverageStudy
  package var macroRuns: Int
  package var rows: [CoverageStudy.Row]

  package init(study: CoverageStudy, macroRuns: Int, rows: [CoverageStudy.Row]) {
    self.study = study
    self.macroRuns = macroRuns
    self.rows = rows
  }
}

package enum CoverageValidation {
  /// Four loads; the last once more with runs ten times as long, for what helps.
  package static let studies =
    [0.3, 0.5, 0.8, 0.9].map { CoverageStudy(utilisation: $0) } + [
      CoverageStudy(utilisation: 0.9, replicationLength: 20_000, runLength: 200_000)
    ]
  /// As many experiments as methods §5.7 asks for.
  package static let macroRuns = 400
  /// Experiments that one thread does in a row.
  private static let blockSize = 25

  /// Repeats all experiments; blocks of them are independent, share the cores and merge by adding.
  package static func carryOut(
    _ studies: [CoverageStudy] = CoverageValidation.studies, macroRuns: Int = CoverageValidation.macroRuns,
    jobs: Int = availableProcessorCount()
  ) -> [CoverageResult] {
    let blocks = studies.indices.reversed().flatMap { study in
      stride(from: 0, to: macroRuns, by: blockSize).map { first in
        (study: study, first: first, count: min(blockSize, macroRuns - first))
      }
    }
    let rows = Parallel.map(0..<blocks.count, jobs: jobs) { index in
      let block = blocks[index]
      let study = studies[block.study]
      return study.rows(macroRuns: block.count) { experiment, replication, count in
        // A key of its own: no draw of a simulation has it.
        var uniforms = UniformStream(
          stream: UInt32(block.first + experiment), substream: UInt32(replication), key: (400, 0x4D4D_3157))
        return MM1Waits.sample(count: count, utilisation: study.utilisation, startsEmpty: false) {
          uniforms.next()
        }
      }
    }
    return studies.indices.map { study in
      CoverageResult(
        study: studies[study], macroRuns: macroRuns,
        rows: CoverageStudy.merged(zip(blocks, rows).filter { $0.0.study == study }.map(\.1)))
    }
  }
}
