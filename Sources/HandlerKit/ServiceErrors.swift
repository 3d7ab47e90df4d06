/// An error that has the name under which AWS, or the record of a run, knows it.
public protocol NamedError: Error {
  var errorName: String { get }
}

/// The condition of a conditional write did not hold; nothing was written.
public struct ConditionalCheckFailedException: NamedError, Hashable {
  public init() {}
  public var errorName: String { "ConditionalCheckFailedException" }
}

/// The capacity of a table or a shard was used up, after all retries of the SDK.
public struct ProvisionedThroughputExceededException: NamedError, Hashable {
  public init() {}
  public var errorName: String { "ProvisionedThroughputExceededException" }
}

/// An API was called too often, after all retries of the SDK.
public struct ThrottlingException: NamedError, Hashable {
  public init() {}
  public var errorName: String { "ThrottlingException" }
}

/// A function's or the account's concurrency was used up, after all retries of the SDK.
public struct TooManyRequestsException: NamedError, Hashable {
  public init() {}
  public var errorName: String { "TooManyRequestsException" }
}

/// No object has the key.
public struct NoSuchKey: NamedError, Hashable {
  public init() {}
  public var errorName: String { "NoSuchKey" }
}

/// A bucket was asked too often under one prefix, after all retries of the SDK.
public struct SlowDown: NamedError, Hashable {
  public init() {}
  public var errorName: String { "SlowDown" }
}

/// A function that was invoked synchronously has failed. Source: fact sheet §4.4.
public struct FunctionError: NamedError, Hashable {
  /// What the function threw, or `Task timed out`.
  public let name: String
  public init(name: String) { self.name = name }
  public var errorName: String { "function error: \(name)" }
}

/// Any other error that a service answered.
public struct ServiceError: NamedError, Hashable {
  public let code: String
  public init(code: String) { self.code = code }
  public var errorName: String { code }

  /// The error type of a code.
  public static func named(_ code: String) -> any Error {
    let functionError = "function error: "
    if code.hasPrefix(functionError) {
      return FunctionError(name: String(code.dropFirst(functionError.count)))
    }
    return switch code {
    case "ConditionalCheckFailedException": ConditionalCheckFailedException()
    case "ProvisionedThroughputExceededException": ProvisionedThroughputExceededException()
    case "ThrottlingException": ThrottlingException()
    case "NoSuchKey": NoSuchKey()
    case "SlowDown": SlowDown()
    case "TooManyRequestsException": TooManyRequestsException()
    default: ServiceError(code: code)
    }
  }
}

/// A call to a partner that brought no result.
public enum PartnerError: NamedError, Hashable {
  /// Refused because of a limit of the partner: 429, or 403 while the account is suspended.
  case overLimit(status: Int, partner: String)
  case failed(status: Int, partner: String)
  case timedOut(partner: String)
  /// The partner's client library threw instead of returning.
  case clientLibrary(name: String)

  public var errorName: String {
    switch self {
    case .overLimit(let status, let partner), .failed(let status, let partner):
      "\(partner) answered \(status)"
    case .timedOut(let partner): "\(partner) timed out"
    case .clientLibrary(let name): name
    }
  }
}

/// A call named a resource that does not exist.
public struct UnknownResource: NamedError, Hashable, CustomStringConvertible {
  public let kind: String
  public let name: String
  /// The most similar name there is.
  public let nearest: String?
  public init(kind: String, name: String, nearest: String?) {
    self.kind = kind
    self.name = name
    self.nearest = nearest
  }
  public init(kind: String, name: String, known: [String]) {
    self.init(kind: kind, name: name, nearest: NearestName.of(name, in: known))
  }
  public var errorName: String { description }
  public var description: String {
    "no \(kind) named '\(name)'" + (nearest.map { "; nearest: \($0)" } ?? "")
  }
}
