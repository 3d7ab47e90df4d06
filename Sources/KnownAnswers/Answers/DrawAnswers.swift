import Kernel
import Services
import Statistics

/// Random numbers, hashes, arrivals at a changing rate, histograms.
enum DrawAnswers {
  static func value(_ answer: KnownAnswer) throws -> AnswerValue {
    switch answer.category {
    case "rng": try random(answer)
    case "hashing": try hashing(answer)
    case "nhpp": .number(try ramp(answer))
    default: .numbers(try cells(answer))
    }
  }

  private static func random(_ answer: KnownAnswer) throws -> AnswerValue {
    switch answer.quantity {
    case "output block (4 words, hex)":
      return .texts(block(try words(answer, "counter"), try words(answer, "key")).map(hex))
    case "first 12 words (hex)":
      let key = try words(answer, "key")
      return .texts((UInt32(0)..<3).flatMap { block([$0, 0, 0, 0], key) }.map(hex))
    case "first 6 uniforms":
      let key = try words(answer, "key")
      return .numbers(
        (UInt32(0)..<3).flatMap { index -> [Double] in
          let words = block([index, 0, 0, 0], key)
          return [Philox.uniform(words[0], words[1]), Philox.uniform(words[2], words[3])]
        })
    case "first 8 points":
      return .numbers(
        SpaceFillingDesign.sobol(count: 8, dimensions: try answer.integer("dimension")).flatMap(\.self))
    default: throw answer.unanswered()
    }
  }

  private static func block(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
    let block = Philox.block(
      counter: (counter[0], counter[1], counter[2], counter[3]), key: (key[0], key[1]))
    return [block.0, block.1, block.2, block.3]
  }

  private static func words(_ answer: KnownAnswer, _ name: String) throws -> [UInt32] {
    let words = try answer.require(try answer.parameter(name).texts).compactMap { UInt32($0, radix: 16) }
    guard words.count == (name == "key" ? 2 : 4) else { throw answer.unanswered() }
    return words
  }

  private static func hex(_ word: UInt32) -> String { padded(String(word, radix: 16), to: 8) }
  private static func padded(_ digits: String, to count: Int) -> String {
    String(repeating: "0", count: max(0, count - digits.count)) + digits
  }

  private static func hashing(_ answer: KnownAnswer) throws -> AnswerValue {
    switch answer.model {
    case "partition key -> shard":
      let key = try answer.text("partition_key")
      return .numbers((1...10).map { Double(ShardMap(shardCount: $0).shard(forKey: key)) })
    case "even hash ranges":
      let map = ShardMap(shardCount: try answer.integer("shards"))
      return .texts(
        (0..<map.shardCount).flatMap { shard in
          let range = map.range(ofShard: shard)
          return ["\(range.start)", "\(range.end)"]
        })
    case "MD5 test vector":
      return .texts([padded(String(ShardMap.hash(ofKey: try answer.text("input")), radix: 16), to: 32)])
    default: throw answer.unanswered()
    }
  }

  /// The area under a rate that climbs in a straight line. [arrivals]
  private static func ramp(_ answer: KnownAnswer) throws -> Double {
    let rates = (try answer.number("rate_from"), try answer.number("rate_to"))
    return try FluidBacklog(
      phases: [.init(duration: try answer.number("duration"), arrivalRates: rates, capacities: (1, 1))],
      afterwards: (arrivalRate: 0, capacity: 1)
    ).arrivals
  }

  private static func cells(_ answer: KnownAnswer) throws -> [Double] {
    let histogram = HDRHistogram(significantDigits: 3)
    return try answer.numbers("values").flatMap { value in
      let cell = histogram.equivalentValues(to: Int(value))
      return [Double(cell.lowerBound), Double(cell.upperBound)]
    }
  }
}
