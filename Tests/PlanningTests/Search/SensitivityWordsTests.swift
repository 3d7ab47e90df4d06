import Planning
import Statistics
import Testing

@testable import Reports

/// The sentence above a table of effects.
@Suite struct SensitivityWordsTests {
  private static func row(_ name: String, elasticity: [Double]?, difference: [Double]) -> SensitivityStudy.Row
  {
    .init(
      setting: .init(name: name, low: 1, high: 2, lowDesign: 0, highDesign: 1),
      effects: [
        .init(
          elasticity: elasticity.flatMap { MeanInterval($0) }, difference: MeanInterval(difference))
      ])
  }

  @Test func `the headline is the largest effect that is shown`() {
    let unclear = Self.row("unclear", elasticity: [-9, 12, 3], difference: [-9, 12, 3])
    let clear = Self.row("clear", elasticity: [-0.5, -0.51, -0.49], difference: [-1, -1.1, -0.9])
    let zero = Self.row("zero", elasticity: nil, difference: [3, 3.1, 2.9])
    #expect(SensitivityWords.sentences([unclear, clear, zero], 0) == ["1 % more clear: 0.50 % less"])
    #expect(SensitivityWords.sentences([unclear, zero], 0) == ["shown to matter: zero"])
    #expect(SensitivityWords.sentences([unclear], 0) == ["no setting is shown to matter"])
  }
}
