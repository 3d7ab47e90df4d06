package import Planning
import Statistics

/// `fit.csv`: the P-P and Q-Q points of every family, for plotting.
package enum FitFile {
  package static func bytes(_ fit: SampleFit) -> [UInt8] {
    var writer = CSVWriter(columns: "family,value,empirical_p,fitted_p,fitted_value")
    for candidate in fit.candidates {
      for point in candidate.quality.probabilityPlot {
        writer.text(candidate.family.rawValue)
        writer.number(point.value)
        writer.number(point.empirical)
        writer.number(point.fitted)
        let quantile = candidate.quality.fit.quantile(point.empirical)
        writer.number(quantile.isNaN ? nil : quantile)
        writer.endRow()
      }
    }
    return writer.bytes
  }
}
