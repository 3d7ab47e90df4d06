import Kernel
package import Services

/// The rate of a workload's messages over time: straight lines one after the other.
///
/// Bursts are spread over their minute, which is how CloudWatch would show them.
package struct ArrivalProfile: Sendable {
  /// In order of time, without overlap.
  package private(set) var pieces: [RatePiece] = []
  /// Many messages at the same instant: what a formula for random arrivals cannot describe.
  package private(set) var isBursty = false
  /// Squared coefficient of variation of the gaps, where a steady rate has one: 1 for Poisson, 0 for even gaps.
  package private(set) var gapScv: Double?

  /// Messages in all. [messages]
  package var count: Double { pieces.reduce(0) { $0 + $1.count } }
  /// The highest rate. [1/s]
  package var peak: Double { pieces.reduce(0) { max($0, $1.startRate, $1.endRate) } }
  /// The rate is the same from the start to the end.
  package var isSteady: Bool {
    pieces.count == 1 && pieces[0].startRate == pieces[0].endRate && !isBursty
  }
  /// End of the last piece with messages. [s since start]
  package var end: Double { pieces.last { $0.count > 0 }?.end ?? 0 }

  /// - Parameter duration: How long the workload emits. [s]
  package init(_ process: ArrivalProcess, duration: Double, startEpochMinutes: Int64) {
    switch process {
    case .constant(let rate):
      add(from: 0, to: duration, rate, rate)
      gapScv = 0
    case .poisson(let knots):
      pieces = knots.pieces(until: duration)
      gapScv = 1
    case .mmpp(let states):
      let stay = states.reduce(0) { $0 + $1.stay }
      let mean = stay > 0 ? states.reduce(0) { $0 + $1.rate * $1.stay } / stay : states.first?.rate ?? 0
      add(from: 0, to: duration, mean, mean)
    case .backlog(let count, let sendRate):
      if let sendRate {
        if sendRate > 0 { add(from: 0, to: Double(count) / sendRate, sendRate, sendRate) }
        gapScv = 0
      } else {
        burst(Double(count), minute: 0)
      }
    case .trace(let rows, let cycle):
      var counts: [Int: Double] = [:]
      var shift = SimDuration.zero
      repeat {
        for row in rows {
          let time = row.time + shift
          guard time.seconds < duration else { break }
          counts[time.minute, default: 0] += 1
        }
        shift = shift + (cycle ?? .zero)
      } while cycle != nil && shift.seconds < duration
      for minute in counts.keys.sorted() { burst(counts[minute]!, minute: minute) }
    case .counts(let profile): count(profile, duration: duration)
    case .schedule(let expression, let count):
      let clock = ScheduleClock(expression, startEpochMinutes: startEpochMinutes)
      var minute = clock.next(afterMinute: -1)
      while let due = minute, Double(due) * 60 < duration {
        burst(Double(count), minute: due)
        minute = clock.next(afterMinute: due)
      }
    }
    merge()
  }

  private mutating func add(from start: Double, to end: Double, _ startRate: Double, _ endRate: Double) {
    guard end > start else { return }
    pieces.append(RatePiece(start: start, end: end, startRate: startRate, endRate: endRate))
  }

  /// Each period at its rate, to the end of the run where they are repeated.
  private mutating func count(_ profile: CountProfile, duration: Double) {
    let period = profile.period.seconds
    var index = 0
    while index < profile.counts.count || profile.isCyclic, !profile.counts.isEmpty {
      let start = profile.start.seconds + Double(index) * period
      guard start < duration else { break }
      let rate = Double(profile.counts[index % profile.counts.count]) / period
      add(from: start, to: min(duration, start + period), rate, rate)
      index += 1
    }
  }

  private mutating func burst(_ count: Double, minute: Int) {
    add(from: Double(minute) * 60, to: Double(minute + 1) * 60, count / 60, count / 60)
    isBursty = true
  }

  /// Joins pieces of the same constant rate.
  private mutating func merge() {
    var merged: [RatePiece] = []
    for piece in pieces {
      if let last = merged.last, last.end == piece.start, last.startRate == last.endRate,
        piece.startRate == piece.endRate, piece.startRate == last.endRate
      {
        merged[merged.count - 1].end = piece.end
      } else {
        merged.append(piece)
      }
    }
    pieces = merged
  }

  /// Messages at an instant or later. [messages]
  package func count(from start: Double) -> Double {
    pieces.reduce(0) { sum, piece in
      guard piece.end > start else { return sum }
      guard piece.start < start else { return sum + piece.count }
      let share = (start - piece.start) / (piece.end - piece.start)
      let rate = piece.startRate + (piece.endRate - piece.startRate) * share
      return sum + (rate + piece.endRate) / 2 * (piece.end - start)
    }
  }

  /// The rate at an instant; at a jump the one that begins there. [1/s]
  package func rate(at time: Double) -> Double {
    guard let piece = pieces.last(beginningBefore: time, orAt: true), time < piece.end else { return 0 }
    let share = (time - piece.start) / (piece.end - piece.start)
    return piece.startRate + (piece.endRate - piece.startRate) * share
  }

  /// The rate just before an instant. [1/s]
  func rate(before time: Double) -> Double {
    guard let piece = pieces.last(beginningBefore: time, orAt: false), time <= piece.end else { return 0 }
    let share = (time - piece.start) / (piece.end - piece.start)
    return piece.startRate + (piece.endRate - piece.startRate) * share
  }
}

extension [RatePiece] {
  /// The last piece that begins before an instant, or at it. A trace of a week has ten thousand of them.
  ///
  /// - Complexity: O(log pieces).
  fileprivate func last(beginningBefore time: Double, orAt: Bool) -> RatePiece? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].start < time || (orAt && self[middle].start == time) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low > 0 ? self[low - 1] : nil
  }
}
