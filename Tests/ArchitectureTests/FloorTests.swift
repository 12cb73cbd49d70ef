import Testing

/// Modules that come with Swift and belong to no package.
private let toolchain: Set<String> = [
  "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization", "Swift",
]

@Suite struct `The floors of the house` {
  private let house = FloorPlan.house

  @Test func `the plan is read`() {
    #expect(house["Grids"]?.dependencies == [])
    #expect(house["GeoFiles"]?.floor == .engines)
    #expect(house["Pipelines"]?.products == ["Yams"])
    #expect(house["mapwright"]?.path == "Sources/Tools/mapwright")
    #expect(house.modules.count >= 20)
  }

  @Test func `every folder of sources is in the plan, on its floor`() {
    let folders = Set(
      Repository.files(in: "Sources", endingWith: [".swift", ".c", ".h"]).map {
        $0.split(separator: "/").prefix(3).joined(separator: "/")
      })

    #expect(folders.subtracting(house.modules.map(\.path)) == [])
    #expect(house.modules.filter { $0.floor == nil }.map(\.path) == [])
  }

  @Test func `OpenBLAS computes in transposed convolutions alone, as profiles have it`() {
    let callers = Repository.files(in: "Sources", endingWith: [".swift", ".c", ".h"])
      .filter { Repository.text($0).contains("cblas_") }
    #expect(callers.map { $0.split(separator: "/").last } == ["TransposedConvolution+Fast.swift"])
  }

  @Test func `a module depends only on floors below its own`() throws {
    for module in house.modules {
      let floor = try #require(module.floor)
      for name in module.dependencies {
        let other = try #require(
          house[name], "\(module.name) depends on \(name), which is not here")
        let below = try #require(other.floor)
        let isWithinCore = floor == .core && ["Grids", "Tensors"].contains(name)
        #expect(below.rawValue < floor.rawValue || isWithinCore || isAboveRuns(module, name))
      }
    }

    /// The view stands on Pipelines, on the same floor, and commands stand on both.
    func isAboveRuns(_ module: FloorPlan.Module, _ name: String) -> Bool {
      module.name.hasPrefix("mapwright") && ["Pipelines", "Viewing"].contains(name)
        || module.name == "Viewing" && name == "Pipelines"
    }
  }

  @Test func `no stage knows another`() {
    let stages = Set(house.modules.filter { $0.floor == .stages }.map(\.name))

    #expect(stages.count >= 5)
    for module in house.modules where module.floor == .stages {
      #expect(stages.isDisjoint(with: module.dependencies), "\(module.name)")
    }
  }

  @Test func `a file imports only what its module's plan says`() {
    for module in house.modules {
      let allowed = toolchain.union(module.dependencies).union(module.products)
      for path in Repository.files(in: module.path, endingWith: [".swift"]) {
        #expect(SwiftFile(path).imports.subtracting(allowed) == [], "\(path)")
      }
    }
  }

  @Test func `the server's library is one file's, and only where the trait is on`() {
    let server: Set<String> = ["Hummingbird", "HTTPTypes", "Logging", "NIOCore"]
    let importers = Repository.files(in: "Sources", endingWith: [".swift"])
      .filter { !SwiftFile($0).imports.isDisjoint(with: server) }
    #expect(importers == ["Sources/Tools/Viewing/Serving/ViewServer.swift"])
    let lines = SwiftFile(importers.first ?? "").lines
    let opening = lines.firstIndex(of: "#if View")
    let first = lines.firstIndex { $0.hasPrefix("  import ") }
    #expect(opening != nil && first == opening.map { $0 + 1 })
    let products = Repository.text("Package.swift").matches(
      of: /\.product\(name: "(\w+)", package: "[\w-]+", condition: \.when\(traits: \["View"\]\)\)/)
    #expect(Set(products.map { String($0.1) }) == server)
  }

  @Test func `the view's pages load nothing from elsewhere`() {
    for path in Repository.files(in: "Sources/Tools/Viewing/Page") {
      let addresses = Repository.text(path).matches(of: /https?:\/\/[^"' )]+/).map { String($0.0) }
      #expect(addresses.filter { !$0.hasPrefix("http://www.w3.org/") } == [], "\(path)")
    }
  }

  @Test func `an outside library is imported by one module only`() {
    var owners: [String: Set<String>] = [:]
    for module in house.modules where module.floor != .bindings {
      for path in Repository.files(in: module.path, endingWith: [".swift"]) {
        for name in SwiftFile(path).imports where !toolchain.contains(name) {
          let isOutside = house[name] == nil || house[name]?.floor == .bindings
          if isOutside { owners[name, default: []].insert(module.name) }
        }
      }
    }

    for (library, modules) in owners.sorted(by: { $0.key < $1.key }) {
      #expect(modules.count == 1, "\(library) is imported by \(modules.sorted())")
    }
  }

  @Test func `core is plain Swift`() {
    let core = house.modules.filter { $0.floor == .core }
    let files = core.flatMap { Repository.files(in: $0.path, endingWith: [".swift"]) }
    let own = Set(core.map(\.name))

    for path in files {
      // Sines and square roots are the C library's; nothing else of it is wanted there.
      #expect(SwiftFile(path).imports.subtracting(own).subtracting(["Glibc"]) == [], "\(path)")
    }
    #expect(files.filter { SwiftFile($0).imports.contains("Glibc") }.count <= 1)
  }

  @Test func `nothing below the tools reads the environment, the clock or the command line`() {
    let forbidden =
      /processInfo|getenv|CommandLine\.|ContinuousClock|SuspendingClock|Date\(\)|Date\.now|clock_gettime|gettimeofday/
    for module in house.modules where (module.floor?.rawValue ?? 0) < FloorPlan.Floor.tools.rawValue
    {
      for path in Repository.files(in: module.path, endingWith: [".swift", ".c", ".h"]) {
        let code = SwiftFile(path).lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        #expect(code.filter { $0.contains(forbidden) } == [], "\(path)")
      }
    }
  }
}
