// swift-tools-version: 6.2
import PackageDescription

// The manifest is the floor plan. A target imports only from floors below its own; inside Core only
// Grids and Tensors may be imported; a stage never imports another stage. An outside library is
// imported by exactly one module. ArchitectureTests and
// `--explicit-target-dependency-import-check error` hold the line.

let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("InternalImportsByDefault"),  // C types cannot leak into public API
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

// Tests wait for loops over pixels: with optimisation the whole suite took 400 to 480 s, and without 1,000
// to 1,300. Checks and symbols stay as they are.
let computing = house + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func library(_ name: String, at path: String, on dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: computing)
}

func command(_ name: String, on dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Sources/Tools/\(name)", swiftSettings: house)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/Bindings/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func tests(
  of name: String, on dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = house
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    swiftSettings: settings)
}

// MARK: - Floor 0 · Bindings: C headers, link flags and measured inner loops

let bindings: [Target] = [
  system("CGDAL", pkgConfig: "gdal", apt: "libgdal-dev"),
  system("CPROJ", pkgConfig: "proj", apt: "libproj-dev"),
  system("COpenBLAS", pkgConfig: "openblas", apt: "libopenblas-dev"),
  system("CPNG", pkgConfig: "libpng", apt: "libpng-dev"),
  system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
  system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
  system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
  system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
  // Without optimisation kernels take minutes where they should take seconds: in tests too.
  .target(
    name: "CKernels", path: "Sources/Bindings/CKernels",
    cSettings: [.unsafeFlags(["-O3"], .when(configuration: .debug))]),
  .target(name: "CPlatform", path: "Sources/Bindings/CPlatform"),
  // Opens OpenVINO while the program runs: nothing of it is needed to build or to start.
  .target(name: "COpenVINO", path: "Sources/Bindings/COpenVINO"),
]

// MARK: - Floor 1 · Core: plain values, no I/O, no C, no clock

let core: [Target] = [
  library("Grids", at: "Core/Grids"),
  library("Tensors", at: "Core/Tensors"),
  library("Imagery", at: "Core/Imagery", on: ["Grids"]),
  library("Polygons", at: "Core/Polygons", on: ["Grids"]),
]

// MARK: - Floor 2 · Engines: each hides one outside library

let engines: [Target] = [
  library(
    "GeoFiles", at: "Engines/GeoFiles", on: ["CGDAL", "CPROJ", "Grids", "Imagery", "Polygons"]),
  library("Previews", at: "Engines/Previews", on: ["CPNG", "Imagery"]),
  library("Checksums", at: "Engines/Checksums", on: ["CCrypto"]),
  library("ObjectStores", at: "Engines/ObjectStores", on: ["CCurl"]),
  library("GeoParquet", at: "Engines/GeoParquet", on: ["CZstd", "Polygons"]),
  library("VectorTiles", at: "Engines/VectorTiles", on: ["CZlib", "Polygons"]),
  .target(
    name: "BuiltinNetworks",
    dependencies: [
      "COpenBLAS", "CKernels", "Tensors",
      .product(name: "SwiftProtobuf", package: "swift-protobuf"),
    ], path: "Sources/Engines/BuiltinNetworks", exclude: ["Generated/README.md"],
    swiftSettings: computing),
  library("OpenVINONetworks", at: "Engines/OpenVINONetworks", on: ["COpenVINO", "Tensors"]),
  library(
    "ShardStores", at: "Engines/ShardStores", on: [.product(name: "GRDB", package: "GRDB.swift")]),
]

// MARK: - Floor 3 · Stages: the data's way, in order; no stage knows another

let stages: [Target] = [
  library(
    "Tiling", at: "Stages/1-Tiling",
    on: ["Checksums", "Grids", "Imagery", "Polygons", "GeoFiles"]),
  library("Queueing", at: "Stages/2-Queueing", on: ["ShardStores"]),
  library("Inference", at: "Stages/3-Inference", on: ["Grids", "Imagery", "Tensors"]),
  library(
    "Mosaicking", at: "Stages/4-Mosaicking",
    on: ["Grids", "Imagery", "Polygons", "GeoFiles", "Previews", "Checksums"]),
  library(
    "Footprints", at: "Stages/5-Footprints",
    on: ["Grids", "Imagery", "Polygons", "GeoFiles", "GeoParquet", "VectorTiles"]),
]

// MARK: - Floor 4 · Tools: where the stages meet

let tools: [Target] = [
  library(
    "Pipelines", at: "Tools/Pipelines",
    on: [
      "Tiling", "Queueing", "Inference", "Mosaicking", "Footprints", "Grids", "Imagery", "Tensors",
      "Polygons", "GeoFiles", "Previews", "ShardStores", "Checksums", "ObjectStores",
      "BuiltinNetworks", "OpenVINONetworks", "CPlatform",
      .product(name: "Yams", package: "Yams"),
    ]),
  .target(
    name: "Viewing",
    dependencies: [
      "Pipelines", "Polygons", "Imagery", "Grids", "GeoFiles", "Previews",
      .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["View"])),
      .product(name: "HTTPTypes", package: "swift-http-types", condition: .when(traits: ["View"])),
      .product(name: "Logging", package: "swift-log", condition: .when(traits: ["View"])),
      .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["View"])),
    ], path: "Sources/Tools/Viewing", resources: [.embedInCode("Page")], swiftSettings: house),
  command(
    "mapwright",
    on: [
      "Pipelines", "Viewing", .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),
  command(
    "mapwright-chaos", on: ["Checksums", "GeoFiles", "Grids", "Queueing", "ShardStores"]),
  command("mapwright-bench", on: ["BuiltinNetworks", "OpenVINONetworks", "Tensors"]),
  command("mapwright-bench-slices", on: ["Pipelines"]),
  command("mapwright-bench-footprints", on: ["Footprints", "GeoFiles", "Grids", "Polygons"]),
  .executableTarget(
    name: "draw-sample", dependencies: ["GeoFiles", "Grids", "Polygons"],
    path: "sample-data/Generator", swiftSettings: house),
]

// MARK: - Tests: one per module, and those that look at the whole

let testing: [Target] = [
  .target(
    name: "TestSupport", dependencies: ["Grids", "Imagery", "Polygons", "Tensors"],
    path: "Tests/TestSupport",
    swiftSettings: house),
  .testTarget(
    name: "GridsTests", dependencies: ["Grids", "TestSupport"], exclude: ["Vectors"],
    swiftSettings: house),
  tests(of: "Tensors"),
  tests(of: "Imagery", on: ["Grids"]),
  tests(of: "Polygons", on: ["Grids"]),
  tests(of: "GeoFiles", on: ["Grids", "Imagery", "Polygons"]),
  tests(of: "Previews"),
  tests(of: "Checksums"),
  tests(of: "ObjectStores", on: ["Checksums"]),
  tests(of: "GeoParquet", on: ["Polygons"]),
  tests(of: "VectorTiles", on: ["Polygons"]),
  tests(of: "ShardStores"),
  tests(of: "Tiling", on: ["CGDAL", "Checksums", "GeoFiles", "Grids", "Imagery", "Polygons"]),
  tests(of: "Queueing", on: ["ShardStores"]),
  tests(of: "Inference", on: ["Grids", "Imagery", "Tensors"]),
  tests(of: "Mosaicking", on: ["Checksums", "GeoFiles", "Grids", "Imagery", "Previews"]),
  tests(of: "Footprints", on: ["CGDAL", "GeoFiles", "Grids", "Polygons"]),
  tests(
    of: "Pipelines",
    on: [
      "BuiltinNetworks", "Checksums", "Footprints", "GeoFiles", "Grids", "Imagery", "Inference",
      "Mosaicking", "ObjectStores", "OpenVINONetworks", "Polygons", "Queueing", "ShardStores",
      "Tensors", "Tiling",
    ]),
  tests(of: "Viewing", on: ["GeoFiles", "Grids", "Pipelines", "Polygons"]),
  .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
  .testTarget(
    name: "OpenVINONetworksTests", dependencies: ["OpenVINONetworks", "Tensors", "TestSupport"],
    exclude: ["Fake"], swiftSettings: house),
  tests(
    of: "BuiltinNetworks",
    on: [
      "CAllocationCount", "CKernels", "COpenBLAS", "Tensors",
      .product(name: "SwiftProtobuf", package: "swift-protobuf"),
    ], settings: computing),
  .testTarget(
    name: "NetworkConformanceTests",
    dependencies: [
      "BuiltinNetworks", "CKernels", "COpenBLAS", "OpenVINONetworks", "Tensors", "TestSupport",
      .product(name: "SwiftProtobuf", package: "swift-protobuf"),
    ], exclude: ["judge.py", "stored.py", "Stored", "unclaimed-node-tests.txt"],
    swiftSettings: house),
  .testTarget(
    name: "ChaosTests", dependencies: ["mapwright-chaos"], swiftSettings: house),
  .testTarget(
    name: "EndToEndTests",
    dependencies: [
      "mapwright", "CGDAL", "Checksums", "GeoFiles", "Grids", "Imagery", "Pipelines", "Polygons",
      "Previews", "TestSupport", "Viewing",
    ],
    swiftSettings: house),
  .testTarget(
    name: "SampleRegionTests",
    dependencies: ["draw-sample", "GeoFiles", "Grids", "Imagery", "Polygons", "TestSupport"],
    swiftSettings: house),
  .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: house),
]

// libFuzzer brings its own main, so this target is there for `make fuzz` only.
let fuzzing: [Target] =
  Context.environment["MAPWRIGHT_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "fuzz-models", dependencies: ["BuiltinNetworks", "Tensors"], path: "Tests/Fuzzing",
      swiftSettings: house)
  ]

let package = Package(
  name: "mapwright",
  products: [.executable(name: "mapwright", targets: ["mapwright"])],
  traits: [
    .trait(name: "View", description: "Adds the web view of a run: `mapwright view`.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf.git", exact: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
  ],
  targets: bindings + core + engines + stages + tools + testing + fuzzing
)
