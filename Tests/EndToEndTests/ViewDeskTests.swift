import Foundation
import GeoFiles
import Grids
import Pipelines
import Polygons
import Previews
import TestSupport
import Testing

@testable import Viewing

@Suite struct `A run that is looked at` {
  /// The middle of a bright block of the drawn scene, and dark ground beside it, in its pixels.
  private static let places = (block: (x: 61 * 8 + 22, y: 47 * 8 + 14), ground: (x: 490, y: 380))

  private func desk(_ job: DrawnJob, _ out: String, cache: Int = 0) throws -> ViewDesk {
    for name in ["leaflet.js", "leaflet.css"] {
      try Data("/**/".utf8).write(to: job.folder.url.appending(path: name))
    }
    return try ViewDesk(
      of: RunFolder(job.folder.url.appending(path: out)),
      gate: Gate(token: "0123456789abcdef", isLocal: true, port: 1), cacheLimit: cache, threads: 2,
      leaflet: job.folder.url.path)
  }

  private func get(_ path: String, of desk: ViewDesk, query: String = "") async -> Answer {
    await desk.answer(
      ViewRequest(method: "GET", path: path, query: query, fields: ["host": "127.0.0.1:1"]))
  }

  private func bytes(_ answer: Answer) throws -> [UInt8] {
    guard case .bytes(let bytes) = answer.body else { throw CocoaError(.fileReadUnknown) }
    return bytes
  }

  /// A pixel of the drawn scene in web mercator.
  private func place(_ pixel: (x: Int, y: Int)) throws -> Point {
    let converter = try CoordinateConverter(
      from: CoordinateReference(definition: "EPSG:32636"), to: Mercator.reference())
    return try converter.convert([
      Point(x: 400_013 + (Double(pixel.x) + 0.5) * 0.5, y: 36_700 - (Double(pixel.y) + 0.5) * 0.5)
    ])[0]
  }

  /// The colour of a layer where a pixel of the scene lies, at a level.
  private func color(
    _ layer: String, at pixel: (x: Int, y: Int), level: Int, of desk: ViewDesk
  ) async throws -> [UInt8] {
    let place = try place(pixel)
    let side = 2 * Mercator.half / Double(1 << level)
    let (x, y) = ((place.x + Mercator.half) / side, (Mercator.half - place.y) / side)
    let answer = await get("/\(layer)/\(level)/\(Int(x))/\(Int(y)).png", of: desk)
    #expect(answer.status == 200)
    let image = try PNGImage(decoding: bytes(answer))
    return image.color(
      x: Int((x - x.rounded(.down)) * 256), y: Int((y - y.rounded(.down)) * 256))
  }

  @Test(.timeLimit(.minutes(20))) func `shows scenes, classes and outlines where they lie`()
    async throws
  {
    let job = try DrawnJob()
    #expect(try Command.run(job.arguments(out: "a", "--workers", "2")).code == 0)
    let desk = try desk(job, "a")

    // At level 19 a pixel of the tile is 0.3 m, at 17 it is 1.2 m: a copy of half the size is read.
    for level in [17, 19] {
      let (block, ground) = (
        try await color("imagery", at: Self.places.block, level: level, of: desk),
        try await color("imagery", at: Self.places.ground, level: level, of: desk)
      )
      #expect(block.prefix(3).allSatisfy { $0 > 180 } && block[3] == 255, "\(level) \(block)")
      #expect(ground.prefix(3).allSatisfy { $0 < 90 } && ground[3] == 255, "\(level) \(ground)")
      let (building, background) = (
        try await color("class", at: Self.places.block, level: level, of: desk),
        try await color("class", at: Self.places.ground, level: level, of: desk)
      )
      #expect(building == [0xD5, 0x5E, 0x00, 255], "\(level)")
      #expect(background[3] == 0, "\(level)")
      let mapped = try await color("coverage", at: Self.places.ground, level: level, of: desk)
      #expect(mapped == [74, 144, 104, 255])
    }

    let place = try place(Self.places.block)
    let degrees = Mercator.degrees(x: place.x, y: place.y)
    let found = await get(
      "/at.json", of: desk, query: "lon=\(degrees.longitude)&lat=\(degrees.latitude)&z=19")
    let text = String(decoding: try bytes(found), as: UTF8.self)
    #expect(text.contains("\"text\":\"building\"") && text.contains("\"confidence\""), "\(text)")
    let description = await get("/run.json", of: desk)
    let words = String(decoding: try bytes(description), as: UTF8.self)
    #expect(words.contains("\"across\":5") && words.contains("\"hasReport\":true"), "\(words)")
  }

  @Test(.timeLimit(.minutes(20))) func `shows finished shards while others are being made`()
    async throws
  {
    let job = try DrawnJob()
    try job.runToFirstCommit(out: "a")
    let desk = try desk(job, "a")
    let sight = try await desk.feed.look()
    let done = try #require(sight.states.firstIndex(of: .done))
    let waiting = try #require(sight.states.firstIndex(of: .waiting))
    let map = try await desk.map()

    func middle(of shard: Int) -> (x: Int, y: Int) {
      let (window, first) = (map.shards.window(of: shard), map.window)
      return (window.x - first.x + window.width / 2, window.y - first.y + window.height / 2)
    }
    let there = try await color("coverage", at: middle(of: done), level: 19, of: desk)
    let missing = try await color("coverage", at: middle(of: waiting), level: 19, of: desk)
    #expect(there == [74, 144, 104, 255])
    #expect(missing[3] == 0)
    #expect(sight.progress.coordinator == nil && sight.progress.activity == "stopped")
  }

  @Test(.timeLimit(.minutes(20))) func `tells at once what changes, while a run is resumed`()
    async throws
  {
    let job = try DrawnJob()
    try job.runToFirstCommit(out: "a")
    let desk = try desk(job, "a")
    guard case .stream(let stream) = await get("/events", of: desk).body else {
      Issue.record("no events")
      return
    }
    let running = try Command.start(job.arguments(out: "a", "--workers", "2"))
    var isSeen = false
    while running.isRunning, !isSeen {
      isSeen = try await desk.feed.look().progress.coordinator == Int(running.processID)
    }
    var (heard, changes) = ("", 0)
    for await event in stream {
      heard += event
      if event.contains("\"changed\"") { changes += 1 }
      if event.hasPrefix("event: progress"), event.contains("\"state\":\"finished\"") { break }
    }

    #expect(try running.wait().code == 0)
    #expect(heard.hasPrefix("event: run\n") && heard.contains("event: shards\ndata: {\"all\":"))
    #expect(changes >= 1 && isSeen)
    #expect(heard.contains("\"coordinator\":\(running.processID)"))
    #expect(heard.contains("\"version\":2"), "layers were committed")
  }

  @Test(.timeLimit(.minutes(20))) func `is not begun again by who does not know the token`()
    async throws
  {
    let job = try DrawnJob(size: PixelSize(width: 400, height: 400))
    #expect(try Command.run(job.arguments(out: "a")).code == 0)
    let desk = try desk(job, "a")
    func post(_ fields: [String: String]) async -> Int {
      await desk.answer(
        ViewRequest(
          method: "POST", path: "/retry",
          fields: ["host": "127.0.0.1:1"].merging(fields) { $1 })
      ).status
    }
    let bearer = ["authorization": "Bearer 0123456789abcdef"]

    #expect(await post([:]) == 401)
    #expect(await post(bearer.merging(["origin": "http://evil.example"]) { $1 }) == 403)
    // Nothing is set aside.
    #expect(await post(bearer) == 409)
  }

  @Test(.timeLimit(.minutes(20))) func `answers what is no address with a refusal`() async throws {
    let job = try DrawnJob(size: PixelSize(width: 400, height: 400))
    #expect(try Command.run(job.arguments(out: "a")).code == 0)
    let desk = try desk(job, "a")
    for path in [
      "/../run.json", "/..%2f..%2fetc/passwd", "/class/../../etc/passwd", "//etc/passwd",
      "/class/-1/0/0.png", "/class/99/0/0.png", "/class/1/x/0.png", "/class/1/0/0.png.exe",
      "/class/1/0", "/nothing/1/0/0.png", "/buildings/1/0/0.png", "/class/1/0/0.bin",
      "/leaflet/../leaflet.js", "/2-queueing/queue.sqlite", "/pipeline.yaml", "/shards/-1",
      "/shards/99999", "/shards/x", String(repeating: "/a", count: 200), "/\u{0}", "/ä",
    ] {
      let status = await get(path, of: desk).status
      #expect([400, 404].contains(status), "\(path): \(status)")
    }
    for query in ["", "lon=x&lat=1&z=1", "lon=nan&lat=1&z=1", "lon=1&lat=91&z=1", "lon=1&lat=1"] {
      #expect(await get("/at.json", of: desk, query: query).status == 400, "\(query)")
    }
    let other = await desk.answer(
      ViewRequest(method: "DELETE", path: "/run.json", fields: ["host": "127.0.0.1:1"]))
    #expect(other.status == 405)
  }

  @Test(.timeLimit(.minutes(20))) func `keeps tiles, and gives them again without drawing`()
    async throws
  {
    let job = try DrawnJob(size: PixelSize(width: 400, height: 400))
    #expect(try Command.run(job.arguments(out: "a")).code == 0)
    let before = try job.outputs(of: "a")
    let desk = try desk(job, "a", cache: 10_000_000)
    let place = try place((200, 200))
    let side = 2 * Mercator.half / Double(1 << 18)
    let path =
      "/class/18/\(Int((place.x + Mercator.half) / side))/\(Int((Mercator.half - place.y) / side)).png"
    let first = await get(path, of: desk)
    let again = await get(path, of: desk)
    let tag = try #require(first.fields.first { $0.name == "etag" }?.value)
    let known = await desk.answer(
      ViewRequest(
        method: "GET", path: path, fields: ["host": "127.0.0.1:1", "if-none-match": tag]))

    #expect(try bytes(first) == bytes(again) && known.status == 304)
    let kept = FileManager.default.enumerator(atPath: job.folder.path("a/view-cache"))?.allObjects
    #expect((kept ?? []).contains { "\($0)".hasSuffix(".png") })
    #expect(try job.outputs(of: "a") == before)
  }
}
