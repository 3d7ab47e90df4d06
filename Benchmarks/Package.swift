// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nothing in here reaches users. `package` access stops at a package's border, so the
// targets under test are compiled into this one from links to their sources; see README.md.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
  name: "HighwaterBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "Kernel", swiftSettings: strict),
    .target(name: "Records", dependencies: ["Kernel"], swiftSettings: strict),
    .target(
      name: "HandlerKit", dependencies: [.product(name: "Logging", package: "swift-log")], swiftSettings: strict),
    .target(name: "CHooks"),
    .target(
      name: "Services",
      dependencies: [
        "Kernel", "Records", .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    .target(
      name: "VirtualRuntime", dependencies: ["HandlerKit", "Kernel", "Services", "CHooks"], swiftSettings: strict),
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    .target(name: "Statistics", dependencies: ["CGSL"], swiftSettings: strict),
    .target(
      name: "Scenarios",
      dependencies: ["Services", "Kernel", "Statistics", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(name: "ExampleHandlers", dependencies: ["HandlerKit"], swiftSettings: strict),
    // Event queues that lost, workloads W1 to W4, and the price of a draw.
    .executableTarget(name: "Workloads", dependencies: ["Kernel"], swiftSettings: strict),
    // Orders through the whole pipeline, handlers, idle pollers, memory of messages in flight.
    .executableTarget(
      name: "EngineBenchmarks",
      dependencies: ["Kernel", "Records", "HandlerKit", "Services", "VirtualRuntime", "Scenarios", "ExampleHandlers"],
      swiftSettings: strict),
  ]
)
