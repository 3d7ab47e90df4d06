/// A time in the history of the platform, which selects limits, prices and behaviour.
///
/// `now`, a year (`2017`) or a month (`2016-08`). Two presets exist; a time between them takes the one that it is
/// nearer to in behaviour. The month also decides which features exist. Source: fact sheet §0.
package struct Era: Sendable, Hashable {
  package enum Preset: String, Sendable, Hashable, CaseIterable { case y2017 = "2017", now }

  /// As the scenario writes it.
  package var text: String
  package var preset: Preset
  /// The last month of the era, counted from year zero; nil for `now`.
  package var lastMonth: Int?

  package static let now = Era(text: "now", preset: .now, lastMonth: nil)
  package static let y2017 = Era(text: "2017", preset: .y2017, lastMonth: 2017 * 12 + 11)

  private init(text: String, preset: Preset, lastMonth: Int?) {
    self.text = text
    self.preset = preset
    self.lastMonth = lastMonth
  }

  /// Reads `now`, `2017` or `2016-08`; nil for anything else and for times before Lambda (November 2014).
  package init?(_ text: String) {
    if text == "now" {
      self = .now
      return
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts[0].count == 4, let year = Int(parts[0]), year > 0 else { return nil }
    var month = 12
    if parts.count == 2 {
      guard parts[1].count == 2, let number = Int(parts[1]), (1...12).contains(number) else { return nil }
      month = number
    }
    let last = year * 12 + month - 1
    guard last >= 2014 * 12 + 10 else { return nil }
    // December 2020 brought the 1 ms billing step, 10 GB functions and short-lived idle environments.
    let preset: Preset = last < 2020 * 12 + 11 ? .y2017 : .now
    self.init(text: text, preset: preset, lastMonth: last)
  }

  /// Whether the era lies in the time that its preset was written for.
  package var isCovered: Bool {
    guard let lastMonth else { return true }
    return preset == .y2017 ? (2016 * 12...2017 * 12 + 11).contains(lastMonth) : lastMonth >= 2025 * 12
  }

  package func has(_ feature: Feature) -> Bool {
    guard let lastMonth else { return true }
    return feature.month <= lastMonth
  }
}

/// Something that AWS added at a known time. Source: fact sheet §0, feature dates.
package enum Feature: String, Sendable, Hashable, CaseIterable {
  case reservedConcurrency, enhancedFanOut, onDemandTables, streamFailureControls, batchingWindow
  case parallelizationFactor, asyncDestinations, asyncRetrySettings, provisionedConcurrency,
    subscriptionDeadLetters
  case tumblingWindows, partialBatchResponse, onDemandStreams, eventFilters, armFunctions, scheduler
  case fasterQueuePolling, asyncDeadLetters, filterPolicies, bodyFilterPolicies, queuePartialBatchResponse
  case ephemeralStorage, sqsTrigger, warmThroughput, mappingMetrics, largeKinesisRecords,
    maximumConcurrency, provisionedPollers

  /// What a message calls it.
  package var label: String {
    switch self {
    case .reservedConcurrency: "reserved concurrency"
    case .enhancedFanOut: "enhanced fan-out"
    case .onDemandTables: "on-demand capacity of tables"
    case .streamFailureControls: "failure control of stream mappings"
    case .batchingWindow: "the batching window"
    case .parallelizationFactor: "the parallelization factor"
    case .asyncDestinations: "destinations of asynchronous events"
    case .asyncRetrySettings: "retry settings of asynchronous events"
    case .provisionedConcurrency: "provisioned concurrency"
    case .subscriptionDeadLetters: "dead-letter queues of subscriptions"
    case .tumblingWindows: "tumbling windows"
    case .partialBatchResponse: "partial batch responses"
    case .onDemandStreams: "on-demand streams"
    case .eventFilters: "event filters"
    case .armFunctions: "functions on Arm"
    case .scheduler: "EventBridge Scheduler"
    case .ephemeralStorage: "larger ephemeral storage"
    case .sqsTrigger: "the SQS trigger of Lambda"
    case .fasterQueuePolling: "faster growth of SQS mappings"
    case .asyncDeadLetters: "dead-letter queues of functions"
    case .filterPolicies: "filter policies of subscriptions"
    case .bodyFilterPolicies: "filter policies on message bodies"
    case .queuePartialBatchResponse: "partial batch responses of SQS mappings"
    case .warmThroughput: "warm throughput"
    case .mappingMetrics: "metrics of event source mappings"
    case .largeKinesisRecords: "records over 1 MiB"
    case .maximumConcurrency: "the maximum concurrency of SQS mappings"
    case .provisionedPollers: "provisioned pollers"
    }
  }

  /// Months since year zero.
  package var month: Int {
    let (year, month): (Int, Int) =
      switch self {
      case .asyncDeadLetters: (2016, 12)
      case .reservedConcurrency, .filterPolicies: (2017, 11)
      case .sqsTrigger: (2018, 6)
      case .enhancedFanOut: (2018, 8)
      case .onDemandTables: (2018, 11)
      case .batchingWindow: (2019, 9)
      case .streamFailureControls, .parallelizationFactor, .asyncDestinations, .asyncRetrySettings,
        .subscriptionDeadLetters:
        (2019, 11)
      case .provisionedConcurrency: (2019, 12)
      case .tumblingWindows, .partialBatchResponse: (2020, 12)
      case .armFunctions: (2021, 9)
      case .onDemandStreams, .eventFilters: (2021, 11)
      case .ephemeralStorage: (2022, 3)
      case .queuePartialBatchResponse: (2021, 11)
      case .scheduler, .bodyFilterPolicies: (2022, 11)
      case .maximumConcurrency: (2023, 1)
      case .fasterQueuePolling: (2023, 11)
      case .warmThroughput, .mappingMetrics: (2024, 11)
      case .largeKinesisRecords, .provisionedPollers: (2025, 11)
      }
    return year * 12 + month - 1
  }

  /// `November 2019`.
  package var dateText: String {
    let names = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November",
      "December",
    ]
    return "\(names[month % 12]) \(month / 12)"
  }
}
