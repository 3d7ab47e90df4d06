package import Kernel
package import Statistics

/// What a run took from a data file, for its report.
package struct InputNote: Sendable, Hashable {
  /// Where in the scenario: `orders.arrivals`, `services.Api.latency`.
  package var place: String
  /// As shown in messages.
  package var file: String
  package var content: Content

  package init(place: String, file: String, content: Content) {
    self.place = place
    self.file = file
    self.content = content
  }

  package enum Content: Sendable, Hashable {
    case trace(TraceFacts)
    case counts(CountFacts)
    /// Values as they are: drawn with equal chances, drawn between neighbours, or one after another.
    case values(column: String, count: Int, SampleUse)
    case fit(FitFacts)
    /// The n-th message has the n-th value.
    case replay(column: String, count: Int)
  }

  package struct TraceFacts: Sendable, Hashable {
    package var rows: Int
    /// Rows of the first cycle that arrive before the end.
    package var arriving: Int
    package var first: SimTime
    package var last: SimTime
    package var column: String
    /// `milliseconds since 1970`.
    package var kind: String
    /// What time zero is, as text, for instants.
    package var origin: String?
    package var skipped: Int
    package var speed: Double
    package var cycle: SimDuration?

    package init(
      rows: Int, arriving: Int, first: SimTime, last: SimTime, column: String, kind: String, origin: String?,
      skipped: Int, speed: Double, cycle: SimDuration?
    ) {
      self.rows = rows
      self.arriving = arriving
      self.first = first
      self.last = last
      self.column = column
      self.kind = kind
      self.origin = origin
      self.skipped = skipped
      self.speed = speed
      self.cycle = cycle
    }
  }

  package struct CountFacts: Sendable, Hashable {
    package var name: String
    package var total: Double
    package var periods: Int
    /// In time of the file.
    package var period: SimDuration
    package var missing: Int
    package var within: CountsPlacement
    package var origin: String?
    package var skipped: Int
    package var speed: Double
    package var isLooped: Bool

    package init(
      name: String, total: Double, periods: Int, period: SimDuration, missing: Int, within: CountsPlacement,
      origin: String?, skipped: Int, speed: Double, isLooped: Bool
    ) {
      self.name = name
      self.total = total
      self.periods = periods
      self.period = period
      self.missing = missing
      self.within = within
      self.origin = origin
      self.skipped = skipped
      self.speed = speed
      self.isLooped = isLooped
    }
  }

  package struct FitFacts: Sendable, Hashable {
    package var column: String
    package var count: Int
    package var family: LawFamily
    package var expression: String
    package var akaikeCriterion: Double
    package var distance: Double
    package var andersonDarling: Double
    /// Whether the law may have made the values; with many values, whether it is close to them.
    package var isClose: Bool

    package init(
      column: String, count: Int, family: LawFamily, expression: String, akaikeCriterion: Double,
      distance: Double, andersonDarling: Double, isClose: Bool
    ) {
      self.column = column
      self.count = count
      self.family = family
      self.expression = expression
      self.akaikeCriterion = akaikeCriterion
      self.distance = distance
      self.andersonDarling = andersonDarling
      self.isClose = isClose
    }
  }
}

/// How the values of a file become draws.
package enum SampleUse: String, Sendable, Hashable, CaseIterable {
  /// Each value with the same chance.
  case values
  /// Between neighbouring values, all between two of them with the same chance.
  case linear
}

/// Where the messages of a counted period stand in it.
package enum CountsPlacement: String, Sendable, Hashable, CaseIterable { case poisson, uniform, even }
