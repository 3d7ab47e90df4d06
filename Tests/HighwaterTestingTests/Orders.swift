import HandlerKit
import HighwaterTesting
import OrdersFixture

/// The orders of the fixture with slower calls, so that two workers are few, and with a rule that is known to fail.
enum Orders {
  static let text = OrdersFixture.text
    .replacing("mean=200ms", with: "mean=1s")
    .replacing("['max <= 4']", with: "['max <= 2', 'max <= 1']")
    .replacing(
      "  variants:\n    base: {}\n",
      with: """
          knownFailures: {base: ['Api.InFlight max <= 1'], four-shards: ['Api.InFlight max <= 1']}
          variants:

        """)

  static func scenario(
    _ changes: [(String, String)] = [], settings: [String] = [], variant: String? = nil,
    handlers: HandlerRegistry = [:], jobs: Int? = nil
  ) -> Scenario {
    let text = changes.reduce(text) { $0.replacing($1.0, with: $1.1) }
    return Scenario(
      text: text, name: "orders.sim.yaml", handlers: handlers, settings: settings, variant: variant,
      jobs: jobs)
  }
}
