import Testing

@testable import Kernel

/// The promise of the same bits on every machine, in every build: fingerprints of many results.
///
/// A changed fingerprint is a changed result of every scenario that draws by the function; say so in the
/// commit.
@Suite struct PortableBitsTests {
  struct Fingerprint: Sendable, CustomTestStringConvertible {
    let name: String
    let function: @Sendable (Double) -> Double
    let expected: UInt64
    var testDescription: String { name }
  }

  static let fingerprints = [
    Fingerprint(name: "log", function: { PortableMath.log($0 * 100) }, expected: 13_616_174_465_408_535_792),
    Fingerprint(name: "log1p", function: { PortableMath.log1p(-$0) }, expected: 15_504_937_555_130_410_289),
    Fingerprint(
      name: "exp", function: { PortableMath.exp($0 * 40 - 20) }, expected: 17_823_578_056_184_961_459),
    Fingerprint(
      name: "expm1", function: { PortableMath.expm1($0 - 0.5) }, expected: 3_518_306_196_354_328_046),
    Fingerprint(
      name: "pow", function: { PortableMath.pow($0 * 10, 1.7) }, expected: 2_745_255_419_677_273_237),
    Fingerprint(name: "sin", function: { PortableMath.sin($0 * 1e7) }, expected: 18_025_715_814_860_208_733),
    Fingerprint(name: "cos", function: { PortableMath.cos($0 * 10) }, expected: 14_556_342_794_266_116_227),
    Fingerprint(
      name: "normal quantile", function: { PortableMath.normalQuantile($0) },
      expected: 4_823_553_044_634_225_943),
    Fingerprint(
      name: "normal CDF", function: { PortableMath.normalCDF($0 * 20 - 10) },
      expected: 10_319_483_749_955_354_596),
    Fingerprint(
      name: "gamma quantile", function: { PortableMath.gammaQuantile($0, shape: 2.5) },
      expected: 11_640_195_999_784_300_324),
    Fingerprint(
      name: "lognormal", function: { Distribution.lognormal(mean: 2, cv: 0.4).sample($0) },
      expected: 875_514_450_940_644_201),
    Fingerprint(
      name: "weibull", function: { Distribution.weibull(shape: 1.5, mean: 2).sample($0) },
      expected: 7_679_684_212_550_741_771),
  ]

  @Test(arguments: fingerprints) func `results have the recorded bits`(_ fingerprint: Fingerprint) {
    let draws = Draws(seed: 7, replication: 0)
    var hash = TraceHash()
    for i in 0..<2_000 as Range<UInt64> {
      let u = draws.uniform(.sample, entity: i)
      hash.fold(u.bitPattern, fingerprint.function(u).bitPattern)
    }
    #expect(hash.value == fingerprint.expected, "\(fingerprint.name) \(hash.value)")
  }
}
