import Foundation
import GeoFiles
import Pipelines
import Synchronization

/// Answers what browsers ask of a run.
///
/// It knows nothing of sockets: a request goes in, an answer comes out. It reads the run's folder and
/// writes nothing there but the tiles that it keeps, and never touches the queue.
final class ViewDesk: Sendable {
  let folder: RunFolder
  let gate: Gate
  let feed: RunFeed
  let pool: PainterPool
  let shelf = OutlineShelf()
  let cache: TileCache
  private let pages: PageFiles
  private let known: Mutex<(epoch: Int, map: RunMap)>

  /// Opens a run to be looked at.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - gate: Who may ask for what.
  ///   - cacheLimit: How many bytes of tiles are kept in the folder.
  ///   - threads: How many tiles are drawn at a time.
  ///   - leaflet: Where Leaflet lies.
  /// - Throws: ``ViewError/leafletMissing(folder:)``, and what keeps the run from being read.
  init(
    of folder: RunFolder, gate: Gate, cacheLimit: Int, threads: Int,
    leaflet: String = PageFiles.leaflet
  ) throws {
    self.folder = folder
    self.gate = gate
    pages = try PageFiles(leaflet: leaflet)
    known = Mutex((1, try RunMap(of: folder)))
    feed = RunFeed(of: folder)
    pool = PainterPool(threads: threads)
    cache = TileCache(in: folder.tiles.path, limit: cacheLimit)
  }

  /// Begins to read the outlines, so that who comes first does not wait for it.
  func warmUp() {
    let map = known.withLock { $0.map }
    for layer in map.outlines {
      let (files, name) = outlineFiles(of: layer, map)
      Task { try? await shelf.index(of: files, named: name) }
    }
  }

  /// Answers a request; whatever goes wrong becomes an answer, too.
  func answer(_ request: ViewRequest) async -> Answer {
    if let refusal = gate.refusal(of: request) { return refusal.guarded(isReport: false) }
    do {
      let answer = try await route(request)
      return answer.guarded(isReport: request.path == "/report.html" && answer.status == 200)
    } catch is PoolIsFull {
      var busy = Answer.words(503, "Too much is being drawn just now.")
      busy.fields.append(("retry-after", "1"))
      return busy.guarded(isReport: false)
    } catch {
      let words = (error as? ViewError)?.description ?? Failures.words(of: error)
      return Answer.words(500, words).guarded(isReport: false)
    }
  }

  private func route(_ request: ViewRequest) async throws -> Answer {
    let path = request.path
    // No name that is served holds anything else; what is escaped is nobody's name.
    let isPlain = path.utf8.allSatisfy {
      (97...122).contains($0) || (65...90).contains($0) || (47...57).contains($0)
        || [45, 46, 95].contains($0)
    }
    guard path.hasPrefix("/"), path.utf8.count <= 200, isPlain, !path.contains("..") else {
      return .words(400, "There is no such address.")
    }
    if request.method == "POST" {
      return path == "/retry" ? try await retry() : .words(404, "There is nothing to do there.")
    }
    guard ["GET", "HEAD"].contains(request.method) else {
      return .words(405, "Only GET, HEAD and POST are understood.")
    }
    if path == "/", request.parameter("token") != nil, gate.knowsToken(request) {
      return entrance()
    }
    if let page = pages.answer(request) { return page }
    let words = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    switch words {
    case ["run.json"]: return try await description()
    case ["progress.json"]: return try .json(await feed.look().progress)
    case ["at.json"]: return try await look(at: request)
    case ["events"]: return await events()
    case ["report.html"]: return report()
    case _ where words.count == 2 && words[0] == "shards": return try await shard(words[1])
    case _ where words.count == 4: return try await tile(words, request)
    default: return .words(404, "There is nothing here.")
    }
  }

  /// Remembers the token in a cookie, and takes it out of the address.
  private func entrance() -> Answer {
    Answer(
      303, .bytes([]), type: "text/plain",
      [
        ("location", "/"), ("cache-control", "no-store"),
        ("set-cookie", "\(gate.cookie)=\(gate.token); HttpOnly; SameSite=Strict; Path=/"),
      ])
  }

  /// The run as it is now: read again when it has become another one.
  func map() async throws -> RunMap {
    let epoch = await feed.epoch
    let held = known.withLock { $0 }
    if held.epoch == epoch { return held.map }
    let fresh = try RunMap(of: folder)
    known.withLock { $0 = (epoch, fresh) }
    return fresh
  }

  private func description() async throws -> Answer {
    _ = try? await feed.look()
    let map = try await map()
    let (epoch, version) = (await feed.epoch, await feed.version)
    return try .json(RunDescription(of: map, epoch: epoch, version: version))
  }

  private func events() async -> Answer {
    guard let stream = await feed.events() else {
      return .words(503, "Too many pages listen already.")
    }
    return Answer(
      200, .stream(stream), type: "text/event-stream", [("cache-control", "no-store")])
  }

  private func report() -> Answer {
    guard let data = FileManager.default.contents(atPath: folder.page.path) else {
      return .words(404, "The report is written when the run is finished.")
    }
    return Answer(
      200, .bytes([UInt8](data)), type: "text/html; charset=utf-8", [("cache-control", "no-cache")])
  }

  private func shard(_ word: Substring) async throws -> Answer {
    guard word.utf8.count <= 9, word.utf8.allSatisfy({ 48...57 ~= $0 }), let number = Int(word),
      let shard = try await feed.shard(number)
    else { return .words(404, "There is no such shard.") }
    return try .json(shard)
  }

  /// Begins to try again what was set aside, by the command that a person would give.
  private func retry() async throws -> Answer {
    let progress = try await feed.look().progress
    if let process = progress.coordinator {
      return .words(
        409,
        "Process \(process) is working on the run: what was set aside can be tried again when "
          + "it has ended.")
    }
    guard !progress.status.setAside.isEmpty else { return .words(409, "Nothing is set aside.") }
    switch RunRetry.start(of: folder) {
    case .started(let process): return try .json(["process": process], status: 202)
    case .refused(let reason): throw ViewError.cannotRetry(reason: reason)
    }
  }
}
