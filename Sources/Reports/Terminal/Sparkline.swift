/// A small picture of a series: eight heights, the largest value of each column's part.
enum Sparkline {
  private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  static func text(_ values: [Double], columns: Int) -> String {
    guard let peak = values.max(), peak > 0, columns > 0 else { return "" }
    let count = min(columns, values.count)
    return String(
      (0..<count).map { column in
        let from = column * values.count / count
        let to = max(from + 1, (column + 1) * values.count / count)
        let height = values[from..<to].max()! / peak * Double(heights.count - 1)
        return heights[min(heights.count - 1, max(0, Int(height.rounded())))]
      })
  }
}
