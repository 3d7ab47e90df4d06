import Foundation
import Statistics
import Testing

@Suite struct CoverageStudyTests {
  static func path(_ utilisation: Double) -> (_ experiment: Int, _ replication: Int, _ count: Int) -> [Double]
  {
    { experiment, replication, count in
      let uniforms = Uniforms(seed: 400, experiment, replication)
      return MM1Waits.sample(
        count: count, utilisation: utilisation, startsEmpty: false, uniform: uniforms.next)
    }
  }

  /// methods §5.7: 0.9275...0.97 of 400.
  @Test("the band of 400 runs at 95 % is 371 to 388")
  func band() {
    #expect(CoverageStudy.band(count: 400, nominal: 0.95) == 371...388)
    #expect(CoverageStudy.band(count: 1, nominal: 0.95) == 0...1)
  }

  @Test("waits of M/M/1 have their exact mean and quantile")
  func waits() {
    let study = CoverageStudy(utilisation: 0.5)
    #expect(study.trueMean == 1 && isClose(study.trueQuantile, 3.2188758248682006, 1e-12))
    let waits = Self.path(0.5)(0, 0, 60_000)
    // lim n·Var = 29: standard error 0.022.
    #expect((RunningMoments(waits).mean - 1).magnitude < 0.09)
    let beyond = Double(waits.count { $0 > study.trueQuantile }) / 60_000
    #expect((beyond - 0.1).magnitude < 0.01)
    #expect(MM1Waits.sample(count: 3, utilisation: 0.5) { 0 } == [0, 0, 0])
  }

  /// 30 experiments at low utilisation, where every procedure should cover: a right one covers fewer than 24
  /// times with a probability of one in a thousand, one that covers three quarters stays below 26 mostly.
  @Test("every procedure covers about as often as it says at low utilisation")
  func coverage() {
    let study = CoverageStudy(
      utilisation: 0.3, replications: 8, replicationLength: 250, runLength: 2000, warmUp: 0, quantile: 0.9)
    let rows = study.rows(macroRuns: 30, path: Self.path(0.3))
    #expect(rows.map(\.procedure) == CoverageStudy.Procedure.allCases)
    for row in rows {
      #expect(row.count == 30 && row.nominal == 0.95)
      #expect(row.covered >= 23, "\(row.procedure.rawValue): \(row.covered) of 30")
      #expect(row.meanRelativeHalfWidth > 0.01 && row.meanRelativeHalfWidth < 1)
      #expect(row.isNominal == row.band.contains(row.covered))
    }
  }

  @Test("blocks of experiments merge to the rows of all")
  func merging() throws {
    let study = CoverageStudy(
      utilisation: 0.5, replications: 5, replicationLength: 50, runLength: 400, warmUp: 0)
    let procedures: [CoverageStudy.Procedure] = [.replications, .batchMeans]
    let path = Self.path(0.5)
    let whole = study.rows(macroRuns: 10, procedures: procedures, path: path)
    let parts = [(0, 4), (4, 6)].map { first, count in
      study.rows(macroRuns: count, procedures: procedures) { path(first + $0, $1, $2) }
    }
    for (row, merged) in zip(whole, CoverageStudy.merged(parts)) {
      #expect(
        (row.procedure, row.count, row.covered) == (merged.procedure, merged.count, merged.covered))
      #expect(row.band == merged.band)
      #expect(isClose(row.meanRelativeHalfWidth, merged.meanRelativeHalfWidth, 1e-12))
    }
    #expect(CoverageStudy.merged([]).isEmpty)
  }

  @Test("short runs at high utilisation undercover, and the study shows it")
  func undercoverage() throws {
    let study = CoverageStudy(utilisation: 0.9, runLength: 400, warmUp: 0)
    let row = try #require(
      study.rows(macroRuns: 60, procedures: [.batchMeans], path: Self.path(0.9)).first)
    #expect(row.covered < row.band.lowerBound && !row.isNominal)
    #expect(try #require(row.coverage) < 0.8)
  }

  /// The defaults of the study. Below ρ = 0.5 every procedure stays near its promise; batches of a thousand waits
  /// are too short at 0.9, where undercoverage is expected and measured: quantiles over batches cover four fifths.
  @Test(
    "400 experiments cover as often as promised, less at high utilisation", .enabled(if: Self.isSlow),
    arguments: [(0.3, 368), (0.5, 368), (0.8, 356), (0.9, 300)])
  func study(utilisation: Double, coveredMin: Int) {
    for row in CoverageStudy(utilisation: utilisation).rows(path: Self.path(utilisation)) {
      #expect(row.count == 400)
      #expect(row.covered >= coveredMin, "\(row.procedure.rawValue) at \(utilisation): \(row.covered)")
      #expect(row.covered <= 395, "\(row.procedure.rawValue) at \(utilisation): \(row.covered)")
    }
  }

  private static let isSlow = ProcessInfo.processInfo.environment["HIGHWATER_SLOW"] == "1"
}
