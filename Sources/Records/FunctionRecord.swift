/// How long messages took to reach a function and to be handled by it.
package struct FunctionRecord: Sendable {
  package var name: String
  /// One book per entry of the system's `ledgerCuts`: messages created at that instant or later.
  package var books: [Book]

  package struct Book: Sendable {
    /// Creation to the start of the first handler that saw the message; later attempts do not count.
    package var delivery = LatencyHistogram()
    /// Creation to the end of the invocation that handled the message without an error.
    package var completion = LatencyHistogram()
    package init() {}
  }

  package init(name: String, cutCount: Int) {
    self.name = name
    books = Array(repeating: Book(), count: cutCount)
  }
}
