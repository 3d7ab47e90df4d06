extension PortableMath {
  /// The number that a standard normal variable stays below with probability p; ∓∞ at 0 and 1.
  ///
  /// Source: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
  /// Statistics 37(3), 1988, routine PPND16: about 1 part in 10¹⁶.
  package static func normalQuantile(_ p: Double) -> Double {
    let q = p - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * centralQuantile(r)
    }
    guard p > 0 && p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    let tail = q < 0 ? p : 1 - p
    let r = (-log(tail)).squareRoot()
    let value = r <= 5 ? nearQuantile(r - 1.6) : farQuantile(r - 5)
    return q < 0 ? -value : value
  }

  @inline(__always)
  private static func centralQuantile(_ r: Double) -> Double {
    let upper0 = ((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
    let upper1 = ((upper0 + 45921.953931549871457) * r + 13731.693765509461125) * r
    let upper = ((upper1 + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608
    let lower0 = ((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
    let lower1 = ((lower0 + 21213.794301586595867) * r + 5394.1960214247511077) * r
    let lower = ((lower1 + 687.1870074920579083) * r + 42.313330701600911252) * r + 1
    return upper / lower
  }

  private static func nearQuantile(_ r: Double) -> Double {
    let upper0 = ((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
    let upper1 = ((upper0 + 1.27045825245236838258) * r + 3.64784832476320460504) * r
    let upper = ((upper1 + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734
    let lower0 =
      ((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
    let lower1 = ((lower0 + 0.14810397642748007459) * r + 0.68976733498510000455) * r
    let lower = ((lower1 + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1
    return upper / lower
  }

  private static func farQuantile(_ r: Double) -> Double {
    let upper0 =
      ((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
    let upper1 = ((upper0 + 0.026532189526576123093) * r + 0.29656057182850489123) * r
    let upper = ((upper1 + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772
    let lower0 =
      ((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
    let lower1 = ((lower0 + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r
    let lower = ((lower1 + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1
    return upper / lower
  }

  /// The probability that a standard normal variable stays below x.
  ///
  /// Source: W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969),
  /// in the form for the normal distribution of ACM TOMS algorithm 715.
  package static func normalCDF(_ x: Double) -> Double {
    let y = x.magnitude
    if x.isNaN { return x }
    if y <= 0.67448975 { return 0.5 + x * cdfNearZero(y > 1.11e-16 ? x * x : 0) }
    if y > 38.6 { return x < 0 ? 0 : 1 }
    let ratio = y <= 32.0.squareRoot() ? cdfMiddle(y) : cdfFar(y)
    // e^(−y²/2) in two factors: the first exponent is exact.
    let coarse = (y * 16).rounded(.towardZero) / 16
    let rest = (y - coarse) * (y + coarse)
    let tail = exp(-coarse * coarse * 0.5) * exp(-rest * 0.5) * ratio
    return x < 0 ? tail : 1 - tail
  }

  private static func cdfNearZero(_ z: Double) -> Double {
    let upper0 = ((0.065682337918207449113 * z + 2.2352520354606839287) * z + 161.02823106855587881) * z
    let upper = (upper0 + 1067.6894854603709582) * z + 18154.981253343561249
    let lower0 = ((z + 47.20258190468824187) * z + 976.09855173777669322) * z
    let lower = (lower0 + 10260.932208618978205) * z + 45507.789335026729956
    return upper / lower
  }

  private static func cdfMiddle(_ y: Double) -> Double {
    let upper0 = ((1.0765576773720192317e-8 * y + 0.39894151208813466764) * y + 8.8831497943883759412) * y
    let upper1 = ((upper0 + 93.506656132177855979) * y + 597.27027639480026226) * y
    let upper2 = ((upper1 + 2494.5375852903726711) * y + 6848.1904505362823326) * y
    let upper = (upper2 + 11602.651437647350124) * y + 9842.7148383839780218
    let lower0 = ((y + 22.266688044328115691) * y + 235.38790178262499861) * y
    let lower1 = ((lower0 + 1519.377599407554805) * y + 6485.558298266760755) * y
    let lower2 = ((lower1 + 18615.571640885098091) * y + 34900.952721145977266) * y
    let lower = (lower2 + 38912.003286093271411) * y + 19685.429676859990727
    return upper / lower
  }

  private static func cdfFar(_ y: Double) -> Double {
    let z = 1 / (y * y)
    let upper0 = ((0.02307344176494017303 * z + 0.21589853405795699) * z + 0.1274011611602473639) * z
    let upper = ((upper0 + 0.022235277870649807) * z + 0.001421619193227893466) * z + 2.9112874951168792e-5
    let lower0 = ((z + 1.28426009614491121) * z + 0.468238212480865118) * z
    let lower = ((lower0 + 0.0659881378689285515) * z + 0.00378239633202758244) * z + 7.29751555083966205e-5
    return (0.398942280401432677939946 - z * upper / lower) / y
  }
}
