import Testing

@testable import Scenarios

/// The readers below the data files: cells, times, JSON, digits.
@Suite struct DataFileReaderTests {
  private func records(_ text: String) -> [[String]] {
    var scanner = CSVScanner(Array(text.utf8))
    var cells: [CSVScanner.Cell] = []
    var records: [[String]] = []
    while scanner.next(into: &cells) { records.append(cells.map(scanner.text)) }
    return records
  }

  @Test("cells follow RFC 4180")
  func cells() {
    #expect(
      records("a,b\r\n1,\"2,\"\"x\"\"\ny\"\r\n\r\n3,\n") == [["a", "b"], ["1", "2,\"x\"\ny"], ["3", ""]])
    #expect(records("\u{FEFF}a\n\"\"\n\nb") == [["a"], [""], ["b"]])
    #expect(records("\"a\"b,c,") == [["ab", "c", ""]])
    #expect(records("") == [] && records("\n\n") == [] && records(",") == [["", ""]])
  }

  @Test("places of cells count lines in quotes and characters, not bytes")
  func places() {
    var scanner = CSVScanner(Array("h,i\n\"a\nb\",é,x\nz,1\n".utf8))
    var cells: [CSVScanner.Cell] = []
    while scanner.next(into: &cells), scanner.text(cells[0]) != "a\nb" {}
    #expect(scanner.line == 2 && scanner.line(of: cells[2]) == 3 && scanner.column(of: cells[2]) == 6)
    #expect(scanner.next(into: &cells) && scanner.line == 4)
  }

  private func scaled(_ text: String, _ power: Int) -> Int64? {
    InstantText.scaled(Array(text.utf8)[...], power: power)
  }

  @Test("decimals become nanoseconds without a detour over floating point")
  func decimals() {
    #expect(scaled("1787133606.123456789", 9) == 1_787_133_606_123_456_789)
    #expect(scaled("1787133606398", 6) == 1_787_133_606_398_000_000)
    #expect(scaled("0.0000000005", 9) == 1 && scaled("0.00000000049", 9) == 0)
    #expect(scaled("-1.5", 3) == -1500 && scaled("1.5e3", 0) == 1500 && scaled(".5", 1) == 5)
    for text in ["", ".", "-", "1.2.3", "soon", "99999999999999999999", "1 000"] {
      #expect(scaled(text, 9) == nil)
    }
  }

  private func iso(_ text: String) -> Int64? { InstantText.iso(Array(text.utf8)[...]) }

  @Test("instants of the calendar in their usual forms")
  func instants() {
    let noon: Int64 = 1_787_140_800_000_000_000
    for text in [
      "2026-08-19T12:00:00Z", "2026-08-19 12:00", "2026/08/19 12:00:00", "2026-08-19T14:00:00+02:00",
      "2026-08-19T04:30:00-0730", "2026-08-19T12:00:00.000 UTC",
    ] { #expect(iso(text) == noon, "\(text)") }
    #expect(iso("2026-08-19T12:00:00,25Z") == noon + 250_000_000)
    #expect(iso("2000-02-29") == 951_782_400_000_000_000)
    for text in [
      "2026-02-29", "2026-13-01", "2026-08-19T24:00", "12:00", "2026-08/19", "2026-08-19T12:00:00X",
    ] {
      #expect(iso(text) == nil, "\(text)")
    }
    #expect(InstantText.utc(noon) == "2026-08-19T12:00:00Z")
    #expect(InstantText.utc(951_782_400_250_000_000) == "2000-02-29T00:00:00.250Z")
    #expect(InstantText.utc(0) == "1970-01-01T00:00:00Z")
  }

  @Test("the unit of a time column comes from its name, else from the size of its first number")
  func units() {
    func column(_ name: String, _ first: String, _ unit: TimeUnit? = nil) -> (TimeUnit, Bool) {
      let column = TimeColumn(index: 0, name: name, unit: unit, first: Array(first.utf8)[...])
      return (column.unit, column.isAbsolute)
    }
    #expect(column("time_s", "12.5") == (.s, false) && column("time", "1787140800") == (.s, true))
    #expect(column("sent_ms", "1787140800000") == (.ms, true) && column("sent_ms", "5") == (.ms, false))
    #expect(column("timestamp", "1787140800000") == (.ms, true))
    #expect(column("timestamp", "1787140800000000") == (.us, true))
    #expect(column("t", "1787140800000000000") == (.ns, true) && column("t", "2026-08-19") == (.iso, true))
    #expect(column("t", "1787140800000", .us) == (.us, false))
    #expect(TimeUnit.suffix(of: "durationMs") == .ms && TimeUnit.suffix(of: "@initDuration") == .ms)
    #expect(TimeUnit.suffix(of: "items") == nil && TimeUnit.suffix(of: "wait_us") == .us)
  }

  @Test("JSON is read with places and refused with one")
  func json() throws {
    let value = try JSONScanner.read(
      Array(#" {"a": [1, -2.5e1, "x\u00e9\n"], "b": {"c": null, "d": true}} "#.utf8))
    #expect(value["a"]?.elements?.compactMap(\.number) == [1, -25])
    #expect(
      value["a"]?.elements?.last?.string == "xé\n" && value["b"]?["c"] != nil && value.keys == ["a", "b"])
    for text in ["{", "[1,]", "{\"a\" 1}", "[1] 2", "\"x", "nul", "[01x]", String(repeating: "[", count: 60)]
    {
      #expect(throws: JSONScanner.Failure.self) { try JSONScanner.read(Array(text.utf8)) }
    }
    let bytes = Array("{\n  \"a\": oops}".utf8)
    do { _ = try JSONScanner.read(bytes) } catch {
      #expect(BytePlace.lineAndColumn(of: error.place, in: bytes) == (2, 8))
      #expect(error.message == "found 'oops}' where JSON has a value")
    }
  }

  @Test("six significant digits, without exponents")
  func digits() {
    let cases: [(Double, String)] = [
      (212.3456789, "212.346"), (0.61, "0.61"), (1_234_567.8, "1234570"), (0.000_012_345_678, "0.0000123457"),
      (999_999.6, "1000000"), (1, "1"), (0, "0"), (0.1, "0.1"), (100, "100"), (-2.5, "-2.5"),
    ]
    for (value, text) in cases { #expect(SignificantDigits.text(value, digits: 6) == text) }
  }
}
