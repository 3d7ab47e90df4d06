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
  targets: [
    .target(name: "Kernel", swiftSettings: strict),
    // Event queues that lost, workloads W1 to W4, and the price of a draw.
    .executableTarget(name: "Workloads", dependencies: ["Kernel"], swiftSettings: strict),
  ]
)
