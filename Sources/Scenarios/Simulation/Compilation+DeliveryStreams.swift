import Kernel
import Services

/// `AWS::KinesisFirehose::DeliveryStream`. Source: fact sheet §9.
extension Compilation {
  mutating func compileDeliveryStream(_ resource: ResolvedResource) {
    let path = "Resources.\(resource.logicalID).Properties"
    let properties = resource.properties
    let keys = ["ExtendedS3DestinationConfiguration", "S3DestinationConfiguration"]
    guard let key = keys.first(where: { properties[$0] != nil }), let destination = properties[key] else {
      report(
        "S320", at: resource.idPosition, length: resource.logicalID.count,
        "\(resource.logicalID) delivers to something other than S3, which is not modelled yet", path: path)
      return
    }
    guard let node = destination["BucketARN"] else {
      report(
        "T222", at: destination.position, length: 1,
        "\(resource.logicalID) needs 'BucketARN': where objects are written", path: "\(path).\(key)")
      return
    }
    guard let bucket = target(node, of: names.buckets, "bucket", path: "\(path).\(key).BucketARN") else {
      return
    }
    let hints = destination["BufferingHints"]
    let hintsPath = "\(path).\(key).BufferingHints"
    // CloudFormation's defaults. Source: fact sheet §9.
    let seconds = number(hints?["IntervalInSeconds"], path: "\(hintsPath).IntervalInSeconds") ?? 300
    let megabytes = number(hints?["SizeInMBs"], path: "\(hintsPath).SizeInMBs") ?? 5
    if let minimum = limits[.firehoseBufferMinSeconds], Double(seconds) < minimum,
      let node = hints?["IntervalInSeconds"]
    {
      report(
        "E403", node,
        "\(seconds) seconds are less than era \(era.text) allows: \(SchemaValidator.short(minimum)) seconds",
        path: "\(hintsPath).IntervalInSeconds")
    }
    var stream = DeliveryStreamSpec(
      logicalID: resource.logicalID, bucket: bucket, bufferBytes: max(1, megabytes) * 1_048_576,
      bufferInterval: .seconds(Int64(max(0, seconds))), prefix: prefix(destination["Prefix"]))
    if properties["DeliveryStreamType"]?.text == "KinesisStreamAsSource" {
      guard let source = source(resource, path: path) else { return }
      stream.source = source
    }
    names.deliveryStreams[resource.logicalID] = spec.deliveryStreams.count
    names.deliveryStreamNames.append(resource.logicalID)
    spec.deliveryStreams.append(stream)
  }

  /// The prefix up to its first expression: `!{timestamp:yyyy}` has no value here.
  private func prefix(_ node: Node?) -> String {
    guard let text = node?.text else { return "" }
    return String(text.prefix { $0 != "!" })
  }

  private mutating func source(_ resource: ResolvedResource, path: String) -> Int? {
    let key = "KinesisStreamSourceConfiguration"
    guard let node = resource.properties[key]?["KinesisStreamARN"] else {
      report(
        "T222", at: resource.idPosition, length: resource.logicalID.count,
        "\(resource.logicalID) needs '\(key).KinesisStreamARN': the stream that it reads", path: path)
      return nil
    }
    return target(node, of: names.streams, "stream", path: "\(path).\(key).KinesisStreamARN")
  }
}
