import Statistics
import Testing

@Suite struct DesignSpaceTests {
  /// Bratley & Fox (1988), as GSL's documentation prints them.
  @Test("gives the Sobol points in their fixed order")
  func sobol() {
    #expect(
      SpaceFillingDesign.sobol(count: 4, dimensions: 2) == [
        [0.5, 0.5], [0.75, 0.25], [0.25, 0.75], [0.375, 0.375],
      ])
    let all = SpaceFillingDesign.sobol(count: 20, dimensions: 5)
    #expect(SpaceFillingDesign.sobol(count: 12, dimensions: 5, skip: 8) == Array(all[8...]))
    #expect(SpaceFillingDesign.sobol(count: 2, dimensions: 41)[0].count == 41)
  }

  @Test("sixty-four Sobol points are balanced in every dimension", arguments: [1, 7, 40])
  func sobolBalance(dimensions: Int) {
    // The point 0 of the sequence is left out by GSL; 63 points and it fill 64 slices once each.
    let points = SpaceFillingDesign.sobol(count: 63, dimensions: dimensions)
    for dimension in 0..<dimensions {
      #expect(Set(points.map { Int($0[dimension] * 64) }) == Set(1..<64))
    }
  }

  @Test("a Latin hypercube has one point in every slice of every dimension")
  func latinHypercube() {
    let uniforms = Uniforms(seed: 3)
    let points = SpaceFillingDesign.latinHypercube(count: 50, dimensions: 4, uniform: uniforms.next)
    for dimension in 0..<4 {
      #expect(points.map { Int($0[dimension] * 50) }.sorted() == Array(0..<50))
    }
    let again = Uniforms(seed: 3)
    #expect(SpaceFillingDesign.latinHypercube(count: 50, dimensions: 4, uniform: again.next) == points)
    #expect(points.map { $0[0] } != points.map { $0[1] })
    // The largest uniform must not lift a point to 1.
    let edge = SpaceFillingDesign.latinHypercube(count: 3, dimensions: 2) { 1 - 0x1p-53 }
    #expect(edge.allSatisfy { $0.allSatisfy { $0 < 1 } })
  }

  @Test("the full factorial counts like an odometer")
  func fullFactorial() {
    #expect(
      SpaceFillingDesign.fullFactorial(levels: [2, 3]) == [
        [0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2],
      ])
    #expect(SpaceFillingDesign.fullFactorial(levels: []) == [[]])
  }

  @Test("axes map points to levels, lines and logarithms")
  func axes() {
    #expect([0, 0.24, 0.25, 0.99, 1].map(DesignAxis.levels(4).value) == [0, 0, 1, 3, 3])
    #expect(DesignAxis.linear(2...6).value(at: 0.25) == 3)
    let memory = DesignAxis.logarithmic(128...2048)
    #expect(memory.value(at: 0) == 128 && memory.value(at: 1) == 2048)
    #expect(isClose(memory.value(at: 0.5), 512, 1e-12))
    #expect(zip(memory.grid(5), [128, 256, 512, 1024, 2048]).allSatisfy { isClose($0, $1, 1e-12) })
    #expect(DesignAxis.levels(3).grid(99) == [0, 1, 2] && DesignAxis.linear(1...2).grid(1) == [1])
  }
}
