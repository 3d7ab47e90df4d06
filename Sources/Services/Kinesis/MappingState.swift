import Kernel
import Records

struct MappingState {
  let spec: StreamMappingSpec
  let name: ResourceName
  let function: Int
  let batchSize: Int
  /// Records of one GetRecords call, and bytes that may wait in the mapping's memory.
  let readLimit: Int
  let bufferMaxBytes: Int
  let payloadMaxBytes: Int
  let recordOverheadBytes: Int
  let poll: SimDuration
  let pollJitter: Double
  let getRecordsTime: SimDuration
  var isEnabled: Bool
}
