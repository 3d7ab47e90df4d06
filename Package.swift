// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
  name: "Highwater",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "highwater", targets: ["highwater"]),
    .library(name: "HandlerKit", targets: ["HandlerKit"]),
    .library(name: "HighwaterCommands", targets: ["HighwaterCommands"]),
    .library(name: "HighwaterTesting", targets: ["HighwaterTesting"]),
    .library(name: "Statistics", targets: ["Statistics"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Virtual time, event queue, addressed random draws, portable math, trace hash. No Foundation, no async.
    .target(name: "Kernel", swiftSettings: strict),
    // What a run leaves behind: ledger, CloudWatch statistic sets, alarms, usage; and their schemas.
    .target(
      name: "Records",
      dependencies: ["Kernel"],
      swiftSettings: strict),
    // What a user imports to write a handler. Imports nothing of Highwater and no GSL.
    .target(
      name: "HandlerKit",
      dependencies: [.product(name: "Logging", package: "swift-log")],
      swiftSettings: strict),
    // The enqueue hook: redirects Swift jobs of the current thread to the current simulation.
    .target(name: "CHooks"),
    // The models of the services: synchronous state machines, a folder each.
    .target(
      name: "Services",
      dependencies: [
        "Kernel", "Records",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    // Runs HandlerKit handlers in virtual time; canary and stall detector.
    .target(
      name: "VirtualRuntime",
      dependencies: ["HandlerKit", "Kernel", "Services", "CHooks"],
      swiftSettings: strict),
    // Scenario text to checked scenario to compiled system; diagnostics; presets of the eras.
    .target(
      name: "Scenarios",
      dependencies: ["Services", "Kernel", "Statistics", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    // Estimators, intervals, selection, fits, queueing formulas; the only importer of GSL.
    .target(name: "Statistics", dependencies: ["CGSL"], swiftSettings: strict),
    // Published and exact values, and what the functions of the program give for them.
    .target(
      name: "KnownAnswers", dependencies: ["Statistics", "Services", "Kernel"],
      exclude: ["known-answers.json"], swiftSettings: strict),
    // Replications, comparison, thresholds, verdicts.
    .target(
      name: "Planning",
      dependencies: [
        "KnownAnswers", "Scenarios", "Services", "VirtualRuntime", "HandlerKit", "Records", "Kernel",
        "Statistics",
      ],
      swiftSettings: strict),
    // Terminal summary and CSV files: functions of records and estimates alone.
    .target(
      name: "Reports",
      dependencies: ["KnownAnswers", "Planning", "Scenarios", "Statistics", "Records", "Kernel"],
      swiftSettings: strict),
    // The real handlers of the shipped scenarios.
    .target(name: "ExampleHandlers", dependencies: ["HandlerKit"], swiftSettings: strict),
    // The subcommands, as a library so that tests and users' own programs call them.
    .target(
      name: "HighwaterCommands",
      dependencies: [
        "KnownAnswers", "Reports", "Planning", "Scenarios", "Services", "VirtualRuntime", "HandlerKit",
        "Statistics", "Records",
        "Kernel", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    // Scenarios inside a user's Swift Testing suite; only test bundles link it.
    .target(
      name: "HighwaterTesting",
      dependencies: ["HandlerKit", "Planning", "Reports", "Scenarios", "Services", "Statistics"],
      swiftSettings: strict),
    // `@main`, nothing else.
    .executableTarget(
      name: "highwater", dependencies: ["HighwaterCommands", "ExampleHandlers"], swiftSettings: strict),

    // The scenario that tests of commands and of the library start from.
    .target(name: "OrdersFixture", path: "Tests/OrdersFixture", swiftSettings: strict),
    .testTarget(name: "KernelTests", dependencies: ["Kernel", "CGSL"], swiftSettings: strict),
    .testTarget(
      name: "ServicesTests", dependencies: ["Services", "Records", "Kernel"], swiftSettings: strict),
    .testTarget(
      name: "VirtualRuntimeTests",
      dependencies: ["ExampleHandlers", "VirtualRuntime", "HandlerKit", "Services", "Records", "Kernel"],
      swiftSettings: strict),
    .testTarget(
      name: "ScenariosTests", dependencies: ["Scenarios", "Services", "Statistics", "Kernel"],
      resources: [.copy("Golden")], swiftSettings: strict),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics", "KnownAnswers"], swiftSettings: strict),
    .testTarget(name: "KnownAnswersTests", dependencies: ["KnownAnswers"], swiftSettings: strict),
    .testTarget(
      name: "PlanningTests",
      dependencies: [
        "KnownAnswers", "Planning", "Reports", "Statistics", "Records", "Scenarios", "Services", "Kernel",
      ],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "CommandsTests",
      dependencies: ["OrdersFixture", "HighwaterCommands", "ExampleHandlers", "Planning", "Reports"],
      swiftSettings: strict),
    .testTarget(
      name: "HighwaterTestingTests",
      dependencies: ["OrdersFixture", "HighwaterTesting", "HandlerKit", "ExampleHandlers"],
      swiftSettings: strict),
    .testTarget(
      name: "RegressionTests",
      dependencies: [
        "KnownAnswers", "HighwaterCommands", "ExampleHandlers", "HandlerKit", "Planning", "Reports",
        "Scenarios", "Services",
        "VirtualRuntime", "Records", "Statistics", "Kernel",
      ],
      swiftSettings: strict),
  ]
)
