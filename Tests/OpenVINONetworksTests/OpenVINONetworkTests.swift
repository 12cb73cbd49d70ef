import Foundation
import TestSupport
import Tensors
import Testing

@testable import OpenVINONetworks

@Suite(.enabled(if: FakeOpenVINO.canBeBuilt, "there is no C compiler"))
struct `A network in OpenVINO` {
  let fake: FakeOpenVINO
  let library: OpenVINOLibrary

  init() throws {
    fake = try FakeOpenVINO()
    library = try fake.open()
  }

  private func network(
    _ settings: OpenVINOSettings = OpenVINOSettings(), threads: Int = 1, cache: String? = nil
  ) throws -> OpenVINONetwork {
    try OpenVINONetwork(
      library, reading: "/models/m.xml", settings: settings, threads: threads, cacheFolder: cache,
      instructionSet: "avx2")
  }

  private func run(_ network: OpenVINONetwork, _ shape: Shape) throws -> [Float] {
    let input = (0..<shape.count).map(Float.init)
    var output = [Float](repeating: .nan, count: try network.outputShape(for: shape).count)
    var span = output.mutableSpan
    try network.run(input.span, shape: shape, into: &span)
    return output
  }

  @Test(arguments: [1, 2, 3])
  func `computes every picture of a batch into its place, however many streams there are`(
    streams: Int
  ) throws {
    let network = try network(OpenVINOSettings(streams: streams))
    let got = try run(network, Shape(5, 3, 2, 4))

    let expected = (0..<5).flatMap { picture in (0..<8).map { Float(2 * (picture * 24 + $0)) } }
    #expect(got == expected)
    #expect(fake.compilations.count == 1, "one model for all of them")
  }

  @Test(arguments: [1, 3])
  func `computes in its slots while the caller does something else`(streams: Int) throws {
    let network = try network(OpenVINOSettings(streams: streams))
    #expect(network.slots == streams + 1)
    let shape = Shape(1, 3, 2, 4)
    let pictures = (0..<network.slots).flatMap { [Float](repeating: Float($0), count: 24) }
    var maps = [Float](repeating: -1, count: 8 * network.slots)
    try pictures.withUnsafeBufferPointer { pictures in
      try maps.withUnsafeMutableBufferPointer { maps in
        let (source, target) = (try #require(pictures.baseAddress), try #require(maps.baseAddress))
        for slot in 0..<network.slots {
          try network.begin(slot, source + 24 * slot, shape: shape, into: target + 8 * slot)
        }
        for slot in (0..<network.slots).reversed() { try network.finish(slot) }
        // Where nothing is under way, nothing is waited for.
        try network.finish(0)
      }
    }
    #expect(maps == (0..<network.slots).flatMap { [Float](repeating: Float(2 * $0), count: 8) })
  }

  @Test func `keeps a model for as long as a picture is under way in it`() throws {
    let network = try network()
    let picture = [Float](repeating: 3, count: 24)
    var map = [Float](repeating: -1, count: 8)
    try picture.withUnsafeBufferPointer { picture in
      try map.withUnsafeMutableBufferPointer { map in
        let (source, target) = (try #require(picture.baseAddress), try #require(map.baseAddress))
        try network.begin(0, source, shape: Shape(1, 3, 2, 4), into: target)
        // Two further shapes drive the first out of what is kept.
        for side in [4, 8] { try network.prepare(for: Shape(1, 3, side, side)) }
        try network.finish(0)
      }
    }
    #expect(map == [Float](repeating: 6, count: 8))
  }

  @Test func `compiles once for a shape, and keeps two`() throws {
    let network = try network()
    for side in [2, 4, 2, 4, 8, 2] { _ = try run(network, Shape(1, 3, side, side)) }

    #expect(fake.compilations.count == 4)
  }

  @Test(arguments: [
    (OpenVINOSettings(device: "GPU.1", precision: .bf16, streams: 2), "GPU.1", "NUM_STREAMS=2"),
    (OpenVINOSettings(device: "NPU"), "NPU", "PERFORMANCE_HINT=LATENCY"),
    (OpenVINOSettings(device: "AUTO"), "AUTO", "PERFORMANCE_HINT=LATENCY"),
    (
      OpenVINOSettings(device: "HETERO:GPU.0,CPU", distribution: .pipeline), "HETERO:GPU.0,CPU",
      "MODEL_DISTRIBUTION_POLICY=PIPELINE_PARALLEL"
    ),
    (
      OpenVINOSettings(device: "MULTI:GPU,NPU", streams: 4, distribution: .tensor),
      "MULTI:GPU,NPU", "MODEL_DISTRIBUTION_POLICY=TENSOR_PARALLEL"
    ),
  ])
  func `reaches other devices`(settings: OpenVINOSettings, device: String, word: String) throws {
    let network = try network(settings, cache: "/run/cache")
    #expect(try run(network, Shape(1, 3, 1, 2)) == [0, 2])

    let told = try #require(fake.compilations.first).split(separator: " ").map(String.init)
    #expect(told.first == device)
    #expect(told.contains(word) && told.contains("CACHE_DIR=/run/cache"))
    #expect(network.profile.device?.hasPrefix(device) == true)
    #expect(network.profile.precision == settings.precision.rawValue)
  }

  @Test func `has a profile of version, device, precision and processor`() throws {
    let profile = try network(OpenVINOSettings(device: "HETERO:GPU.1,CPU")).profile

    #expect(
      profile
        == NumericProfile(
          engine: "OpenVINO 2026.4.1-fake", blas: "not used", blasCore: "not used",
          instructionSet: "avx2", device: "HETERO:GPU.1,CPU (Fake GPU.1, Fake CPU)",
          precision: "f32"))
  }

  @Test func `is refused on a device that is not there`() throws {
    #expect(
      throws: NetworkError.deviceMissing(
        device: "HETERO:GPU.7,CPU",
        reason: "OpenVINO finds no GPU.7 here; it finds: CPU, GPU.0, GPU.1, NPU")
    ) { try network(OpenVINOSettings(device: "HETERO:GPU.7,CPU")) }
  }

  @Test func `is refused where the device computes in other numbers`() throws {
    let network = try network(OpenVINOSettings(device: "NPU", precision: .bf16))
    #expect(
      throws: NetworkError.deviceMissing(
        device: "NPU", reason: "it does not compute in bf16, but in f16")
    ) { try network.prepare(for: Shape(1, 3, 8, 8)) }
  }

  @Test func `says when the device has no memory for it`() throws {
    let network = try network(OpenVINOSettings(device: "GPU"))
    #expect(
      throws: NetworkError.needsMemory(
        path: "/models/m.xml", reason: "[GPU] out of memory: std::bad_alloc")
    ) { try network.prepare(for: Shape(1, 3, 8192, 8192)) }
  }

  @Test func `says when a device fails, and goes on afterwards`() throws {
    let network = try network()
    let shape = Shape(1, 3, 1, 1)
    try network.prepare(for: shape)
    fake.failNextRun()
    #expect(
      throws: NetworkError.engineFailed(path: "/models/m.xml", reason: "[GPU] the device was lost")
    ) { _ = try run(network, shape) }
    #expect(try run(network, shape) == [0])
  }

  @Test func `does not take another number of bands`() throws {
    let network = try network()
    #expect(
      throws: NetworkError.cannotTake(
        shape: Shape(1, 4, 8, 8), reason: "it takes x [any, 3, any, any]")
    ) { try network.outputShape(for: Shape(1, 4, 8, 8)) }
  }

  @Test func `is not read when it is damaged`() throws {
    let error = #expect(throws: OpenVINOError.self) {
      try OpenVINONetwork(library, reading: "/models/corrupt.xml")
    }
    #expect(
      error?.description == """
        cannot read model '/models/corrupt.xml' with OpenVINO
          Start-end tags mismatch at offset 35
          copy or convert it again: an IR is two files, .xml and .bin, side by side; an ONNX file is one
        """)
  }

  @Test func `is not read when there is no memory for its graph`() throws {
    #expect(
      throws: NetworkError.needsMemory(
        path: "/models/huge.xml", reason: "Loading input model; std::bad_alloc")
    ) { try OpenVINONetwork(library, reading: "/models/huge.xml") }
  }

  @Test func `is not read when its weights fill the memory`() throws {
    let folder = try TemporaryFolder()
    try Data(count: 3 << 20).write(to: folder.url.appending(path: "m.bin"))
    #expect(
      throws: NetworkError.needsMemory(
        path: folder.path("m.xml"),
        reason: "3 MB of weights need twice as much, and 4 MB are here")
    ) {
      try OpenVINONetwork(library, reading: folder.path("m.xml"), memoryLimit: 4 << 20)
    }
  }

  @Test func `must be quantised to run in bytes`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("m.xml")
    try Data("<net><layer type=\"Convolution\"/></net>".utf8).write(to: URL(fileURLWithPath: path))
    let settings = OpenVINOSettings(precision: .int8)
    let error = #expect(throws: OpenVINOError.self) {
      try OpenVINONetwork(library, reading: path, settings: settings)
    }
    #expect(
      error?.description == """
        cannot run model '\(path)' in precision int8
          none of its layers is quantised: it computes in floats
          quantise it with `mapwright quantize` or NNCF, or write `precision: f32`
        """)

    try Data("<layer type=\"FakeQuantize\"/>".utf8).write(to: URL(fileURLWithPath: path))
    _ = try OpenVINONetwork(library, reading: path, settings: settings)
  }
}

@Suite(.enabled(if: FakeOpenVINO.canBeBuilt, "there is no C compiler"))
struct `OpenVINO's library` {
  @Test func `is found in its folder and as a file, and tells its version and devices`() throws {
    let fake = try FakeOpenVINO()
    let library = try fake.open()

    #expect(library.version == "2026.4.1-fake")
    #expect(library.devices == ["CPU", "GPU.0", "GPU.1", "NPU"])
    #expect(try OpenVINOLibrary.find(in: [fake.path], asksLoader: false).path == fake.path)
  }

  @Test func `is found where a wheel was unpacked`() throws {
    let fake = try FakeOpenVINO()
    let folder = try TemporaryFolder()
    let libs = folder.url.appending(path: "openvino/libs")
    try FileManager.default.createDirectory(at: libs, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: fake.path, toPath: libs.appending(path: "libopenvino_c.so.2641").path)

    let library = try OpenVINOLibrary.find(in: [folder.url.path], asksLoader: false)
    #expect(library.path == libs.appending(path: "libopenvino_c.so.2641").path)
  }

  @Test func `is missed with the places where it was looked for`() throws {
    let error = #expect(throws: OpenVINOError.self) {
      try OpenVINOLibrary.find(in: ["/nowhere"], asksLoader: false)
    }
    #expect(
      error?.description == """
        cannot find OpenVINO, which this model or pipeline needs
          looked in '/nowhere': no libopenvino_c.so is there
          install it with `make openvino`, or set MAPWRIGHT_OPENVINO to the folder that holds it
        """)
  }

  @Test func `says what the loader says of a file that is no library`() throws {
    let folder = try TemporaryFolder()
    try Data("no library".utf8).write(to: folder.url.appending(path: "libopenvino_c.so"))
    let error = #expect(throws: OpenVINOError.self) {
      try OpenVINOLibrary.find(in: [folder.url.path], asksLoader: false)
    }
    #expect(error?.description.contains("file too short") == true)
  }

  @Test(arguments: ["2023.0.1-11005", "2027.0.0-1"])
  func `of another major version is refused`(version: String) throws {
    let fake = try FakeOpenVINO(version: version)
    let error = #expect(throws: OpenVINOError.self) { try fake.open() }
    #expect(
      error?.description == """
        cannot use OpenVINO in '\(fake.path)'
          it is version \(version.prefix { $0 != "-" }), and 2026 is needed
          install version 2026, for instance with `make openvino`
        """)
  }

  @Test func `that lacks a function is refused by its name`() throws {
    let fake = try FakeOpenVINO(isOld: true)
    #expect(
      throws: OpenVINOError.wrongVersion(
        path: fake.path, reason: "it does not have the function ov_shape_free")
    ) { try fake.open() }
  }
}

@Suite struct `What OpenVINO says` {
  @Test(arguments: [
    (
      """
      Exception from src/inference/src/cpp/core.cpp:84:
      Check 'res.status == pugi::status_ok' failed at src/frontends/ir/src/input_model.cpp:219:
      Start-end tags mismatch at offset 35


      """, "Start-end tags mismatch at offset 35"
    ),
    ("first\n  second\n", "first; second"),
    ("only where:\n", "only where:"),
    ("", "OpenVINO gives no reason"),
  ])
  func `is told in one line, without the places in its source`(said: String, told: String) {
    #expect(Refusal(saying: said).reason == told)
  }

  @Test(arguments: [
    ("std::bad_alloc", true), ("Failed to allocate 6442450944 bytes of memory", true),
    ("[GPU] CL_OUT_OF_HOST_MEMORY", true), ("CL_MEM_OBJECT_ALLOCATION_FAILURE", true),
    ("Start-end tags mismatch at offset 35", false), ("Unsupported operation: Foo", false),
  ])
  func `is known for want of memory`(said: String, isAboutMemory: Bool) {
    #expect(Refusal(saying: said).isAboutMemory == isAboutMemory)
  }
}
