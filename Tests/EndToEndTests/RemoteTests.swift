import Foundation
import Glibc
import Grids
import TestSupport
import Testing

@Suite struct `Scenes on the net` {
  let job: DrawnJob

  init() throws { job = try DrawnJob(size: PixelSize(width: 700, height: 600)) }

  /// Maps a scene, and fails the test where that does not end well.
  @discardableResult
  private func map(_ out: String, _ more: String...) throws -> Command.Ended {
    let ended = try Command.run(job.arguments(out: out) + ["--workers", "2"] + more)
    #expect(ended.code == 0, "\(ended.errors)")
    return ended
  }

  /// The pixels of the map: all but what names the scene.
  private func pixels(of out: String) throws -> [String] {
    try job.outputs(of: out).split(separator: "\n").map(String.init).filter { $0.contains(".tif ") }
  }

  private func item(_ href: String, to name: String) throws -> String {
    let path = job.folder.path(name)
    let text = """
      {"type": "Feature", "stac_version": "1.1.0", "id": "job", "geometry": null, "links": [],
       "properties": {"datetime": "2024-03-09T10:21:05Z"},
       "assets": {"visual": {"href": "\(href)", "type": "image/tiff", "roles": ["visual"]}}}
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func `a server that is whole, slow, fails or cuts short gives the same map`() throws {
    try map("local")
    let wanted = try pixels(of: "local")
    var faults: [(String, LoopbackServer.Faults)] = []
    faults.append(("whole", .init()))
    var failing = LoopbackServer.Faults()
    failing.failsEvery = 10
    faults.append(("failing", failing))
    var cutting = LoopbackServer.Faults()
    cutting.cutsEvery = 7
    faults.append(("cutting", cutting))
    var slow = LoopbackServer.Faults()
    slow.delay = 0.05
    faults.append(("slow", slow))
    for (name, faults) in faults {
      let server = try LoopbackServer(of: job.folder.url.path, faults)
      try map(name, "\(server.address)/scene.tif")
      #expect(try pixels(of: name) == wanted, "\(name)")
      let asked = server.requests
      #expect(!asked.isEmpty)
      #expect(asked.allSatisfy { $0.hasSuffix("/scene.tif") }, "\(name): \(Set(asked))")
    }
  }

  @Test func `a server that breaks down in the middle is an error, and no wrong pixels`() throws {
    try map("local")
    let server = try LoopbackServer(of: job.folder.url.path)
    let address = "\(server.address)/scene.tif"
    var broken = LoopbackServer.Faults()
    broken.cutsEvery = 1
    let running = try Command.start(
      job.arguments(out: "remote", address) + ["--workers", "1"])
    while running.isRunning, server.requests.count < 6 { usleep(1_000) }
    server.change(broken)
    let ended = try running.wait()
    server.change(.init())
    #expect([0, 3, 66, 74].contains(ended.code), "\(ended.errors)")
    try map("remote", address, "--retry-set-aside")
    #expect(try pixels(of: "remote") == pixels(of: "local"))
  }

  @Test func `nothing is asked for that the user has not named`() throws {
    let server = try LoopbackServer(of: job.folder.url.path)
    let far = "\(server.address)/scene.tif"
    let item = try item(far, to: "item.json")
    let bands = (1...3).map { band in
      "<VRTRasterBand dataType=\"Byte\" band=\"\(band)\"><NoDataValue>0</NoDataValue>"
        + "<SimpleSource><SourceFilename relativeToVRT=\"0\">/vsicurl/\(far)</SourceFilename>"
        + "<SourceBand>\(band)</SourceBand></SimpleSource></VRTRasterBand>"
    }
    let vrt = """
      <VRTDataset rasterXSize="700" rasterYSize="600"><SRS>EPSG:32636</SRS>
      <GeoTransform>400013, 0.5, 0, 36700, 0, -0.5</GeoTransform>
      \(bands.joined())
      </VRTDataset>
      """
    try Data(vrt.utf8).write(to: job.folder.url.appending(path: "far.vrt"))
    try Data(vrt.replacing("/vsicurl/", with: "").utf8).write(
      to: job.folder.url.appending(path: "direct.vrt"))
    for scene in [item, job.folder.path("far.vrt"), job.folder.path("direct.vrt")] {
      let ended = try Command.run(job.arguments(out: "refused", scene))
      #expect(ended.code == 66, "\(scene): \(ended.code) \(ended.errors)")
      #expect(ended.errors.split(separator: "\n").count == 3, "\(ended.errors)")
    }
    try job.writePipeline(scenes: "\"\(far)\"")
    let ended = try Command.run(job.arguments(out: "refused"))
    #expect(ended.errors.hasPrefix("mapwright: cannot read '\(far)' without reaching out\n"))
    #expect(ended.code == 66)
    #expect(server.requests == [])

    try map("allowed", item, "--allow-remote")
    try map("vrt", job.folder.path("far.vrt"), "--allow-remote")
    try job.writePipeline()
    try map("local")
    #expect(try pixels(of: "allowed") == pixels(of: "local"))
    #expect(try pixels(of: "vrt") == pixels(of: "local"))
  }

  @Test func `what an address is signed with is written nowhere`() throws {
    var faults = LoopbackServer.Faults()
    faults.signature = "sig=hush%2Fhush&se=2030"
    let server = try LoopbackServer(of: job.folder.url.path, faults)
    let signed = "\(server.address)/scene.tif?sig=hush%2Fhush&se=2030"
    try map("local")
    try map("scene", signed)
    try map("item", item(signed, to: "item.json"), "--allow-remote")
    try map("document", "\(server.address)/item.json?sig=hush%2Fhush&se=2030")
    for out in ["scene", "item", "document"] {
      #expect(try pixels(of: out) == pixels(of: "local"))
      let folder = job.folder.path(out)
      for name in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String })
        ?? []
      {
        let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
        #expect(bytes.range(of: Data("hush".utf8)) == nil, "\(out)/\(name)")
      }
    }
    faults.signature = "sig=other"
    server.change(faults)
    let ended = try Command.run(job.arguments(out: "refused", signed))
    #expect(ended.code == 66 && !ended.errors.contains("hush"), "\(ended.errors)")
    let twice = try Command.run(
      job.arguments(out: "refused", signed, "\(server.address)/scene.tif?sig=hush2"))
    #expect(
      twice.errors == """
        mapwright: cannot tell two files at '\(server.address)/scene.tif' apart
          their addresses differ in what follows the '?', which is taken for a signature and never kept
          give each file once, or fetch them under names of their own

        """)
  }
}
