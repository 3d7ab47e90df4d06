/// Ranks of keys whose popularity falls as a power of their rank.
///
/// Rank k has probability k^−s / Σ j^−s. By inversion over a table of partial sums, so that a rank rises with
/// its uniform; the table is made once, in rank order, with our own `pow`.
///
/// - Complexity: O(keys) memory and set-up, O(log keys) a draw.
package struct ZipfSampler: Sendable, Hashable {
  /// Partial sums of the weights, in rank order.
  private let partialSums: [Double]

  /// - Parameters:
  ///   - exponent: At least 0; 0 makes all keys equally likely.
  ///   - keys: How many ranks, at least 1.
  package init(exponent: Double, keys: Int) {
    precondition(keys >= 1 && exponent >= 0, "a Zipf law needs a key and an exponent of at least 0")
    var sums: [Double] = []
    sums.reserveCapacity(keys)
    var sum = 0.0
    for rank in 1...keys {
      sum += PortableMath.pow(Double(rank), -exponent)
      sums.append(sum)
    }
    partialSums = sums
  }

  /// Returns the rank of a uniform number, 1...keys; the most popular key has rank 1.
  package func rank(_ u: Double) -> Int {
    let target = u * partialSums[partialSums.count - 1]
    var low = 0
    var high = partialSums.count - 1
    while low < high {
      let middle = (low + high) / 2
      if partialSums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low + 1
  }
}
