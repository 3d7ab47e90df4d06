import Testing

@testable import Scenarios

/// Numbers that a planner changes.
@Suite struct NumericSettingTests {
  @Test(arguments: [
    (1e20, "100000000000000000000"),
    (-1e18, "-1000000000000000000"), (1234.5678, "1234.57"), (0.1, "0.1"),
  ])
  func `six digits are written without an exponent, however large`(_ value: Double, _ text: String) {
    #expect(SweepRange.sixDigits(value) == text)
  }

  @Test func `neighbours are a tenth away or the nearest that are valid`() throws {
    let position = SourcePosition(file: "a", line: 1, column: 1)
    func neighbours(_ text: String, _ isValid: (Double) -> Bool) -> [String]? {
      let root = Node(
        .mapping([
          Node.Entry(
            key: "x", keyPosition: position, value: Node(.scalar(text, isPlain: true), at: position))
        ]), at: position)
      let setting = NumericSetting(name: "x", path: ScenarioPath(["x"]), of: root)!
      return SettingNeighbours(setting) { isValid($0.number!) }.map {
        [$0.low.level.label, $0.high.level.label]
      }
    }
    #expect(neighbours("100") { _ in true } == ["90", "110"])
    #expect(neighbours("512") { $0.truncatingRemainder(dividingBy: 64) == 0 } == ["448", "576"])
    #expect(neighbours("1024") { $0.truncatingRemainder(dividingBy: 64) == 0 } == ["896", "1152"])
    #expect(neighbours("2") { $0 >= 2 } == ["2", "3"])
    #expect(neighbours("990") { $0 <= 1000 } == ["891", "996"])
    #expect(neighbours("10s") { _ in true } == ["9s", "11s"])
    #expect(neighbours("1") { $0 == 1 } == nil)
  }
}
