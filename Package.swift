// swift-tools-version: 6.2
import PackageDescription

/// What every target is compiled with: strict, and no warning survives.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "tamshy",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "tamshy", targets: ["Server"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(
      url: "https://github.com/apple/swift-configuration", from: "1.4.0",
      traits: [.defaults, "YAML"]),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: [
    // What may link what, from the bottom up. Files inside are cut by noun.
    .systemLibrary(
      name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "JSONText", swiftSettings: house),
    .target(
      name: "Postgres", dependencies: ["CLibPQ", "JSONText"],
      swiftSettings: house + [.strictMemorySafety()]),
    .systemLibrary(
      name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
    .target(
      name: "Argon2", dependencies: ["CArgon2"],
      swiftSettings: house + [.strictMemorySafety()]),
    .target(name: "Domain", dependencies: ["JSONText"], swiftSettings: house),
    .target(
      name: "SQL", dependencies: ["Postgres"], path: "sql",
      exclude: ["migrations", "queries", "schema.sql"],
      swiftSettings: house, plugins: ["Embed"]),
    .target(
      name: "Config", path: "config",
      exclude: [
        "policies", "locales", "templates", "passwords", "deploy", "regions.yaml", "tamshy.yaml",
        "deferral_reasons.yaml",
      ],
      swiftSettings: house, plugins: ["Embed"]),
    .target(
      name: "Store",
      dependencies: [
        "Argon2", "Domain", "Postgres", "SQL",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: house),
    .target(
      name: "App",
      dependencies: [
        "Config", "Domain", "JSONText", "Store",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "Server",
      dependencies: [
        "App", "Config", "Domain", "Postgres", "SQL", "Store",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: house),

    // The build plugin: files of `sql/` and `config/` become Swift names.
    .plugin(
      name: "Embed", capability: .buildTool(), dependencies: ["EmbedTool"],
      path: "Sources/Embed"),
    .executableTarget(name: "EmbedTool", swiftSettings: house),

    .target(
      name: "TestSupport",
      dependencies: [
        "App", "Domain", "Postgres", "SQL", "Store",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      path: "Tests/TestSupport", swiftSettings: house),
    .testTarget(name: "JSONTextTests", dependencies: ["JSONText"], swiftSettings: house),
    .testTarget(
      name: "PostgresTests", dependencies: ["Postgres"], swiftSettings: house),
    .testTarget(name: "DomainTests", dependencies: ["Domain"], swiftSettings: house),
    .testTarget(
      name: "StoreTests",
      dependencies: ["Domain", "Postgres", "SQL", "Store", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "AppTests",
      dependencies: [
        "App", "Config", "Domain", "Postgres", "Store", "TestSupport",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: house),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "App", "Domain", "Postgres", "Server", "Store", "TestSupport",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: house),
  ]
)
