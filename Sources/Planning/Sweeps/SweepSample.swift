import Kernel
import Statistics

/// A sample of a space of designs, for more axes than a grid can take. Source: methods §9.3.
package struct SweepSample: Sendable, Hashable, CustomStringConvertible {
  package enum Method: String, Sendable, Hashable, CaseIterable {
    /// The Sobol sequence; Halton's above 40 axes. 2ᵏ − 1 points are balanced.
    case sobol
    /// A Latin hypercube, drawn with the seed of the scenario.
    case lhs
  }
  package var method: Method
  package var count: Int

  /// Reads `sobol:200`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let method = Method(rawValue: String(parts[0])), let count = Int(parts[1]),
      count > 0
    else { return nil }
    self.method = method
    self.count = count
  }

  package var description: String { "\(method.rawValue):\(count)" }

  /// Places in the unit cube, shape (point, axis), 0 ..< 1.
  ///
  /// - Parameter seed: Of the scenario; no part of the Sobol sequence.
  package func points(axes: Int, seed: UInt64) -> [[Double]] {
    switch method {
    case .sobol: return SpaceFillingDesign.sobol(count: count, dimensions: axes)
    case .lhs:
      let draws = Draws(seed: seed, replication: 0)
      var drawn: UInt64 = 0
      return SpaceFillingDesign.latinHypercube(count: count, dimensions: axes) {
        drawn += 1
        return draws.uniform(.design, entity: drawn)
      }
    }
  }
}
