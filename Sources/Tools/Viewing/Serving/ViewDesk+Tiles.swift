import Foundation
import GeoFiles
import Pipelines
import Polygons
import Previews

// Tiles: pictures of rasters, and the corners or the cover of outlines.

extension ViewDesk {
  /// A tile of a layer: `class/17/64/32.png`, `buildings/17/64/32.bin`.
  func tile(_ words: [Substring], _ request: ViewRequest) async throws -> Answer {
    let end = words[3].split(separator: ".", omittingEmptySubsequences: false)
    guard end.count == 2, let tile = TileAddress(words: [words[1], words[2], end[0]]) else {
      return .words(404, "There is no such tile.")
    }
    let map = try await map()
    if end[1] == "png" {
      if words[0] == "imagery" { return try await imagery(tile, map, request) }
      if let raster = map.rasters.first(where: { $0.name == words[0] }) {
        return try await picture(of: raster, tile, map, request)
      }
    } else if end[1] == "bin", let layer = map.outlines.first(where: { $0.name == words[0] }) {
      return try await outlines(of: layer, tile, map, request)
    }
    return .words(404, "There is no such layer.")
  }

  private func imagery(
    _ tile: TileAddress, _ map: RunMap, _ request: ViewRequest
  ) async throws -> Answer {
    // Scenes do not change while a run goes on; another revision may have others.
    let paths = map.pictures.map { "\($0.path)\($0.bands)" }.joined()
    let tag = Self.tag("\(map.generation)", [paths])
    return try await drawn("imagery", tile, tag, request) { try $0.painter(of: map).imagery(tile) }
  }

  private func picture(
    of raster: RunMap.Raster, _ tile: TileAddress, _ map: RunMap, _ request: ViewRequest
  ) async throws -> Answer {
    // A part may be deleted, because its sheet is there, between being named and being read.
    var attempts = 0
    while true {
      do {
        let contents = try await pool.perform {
          try $0.painter(of: map).contents(of: raster, tile)
        }
        let tag = Self.tag(raster.name, contents)
        return try await drawn(raster.name, tile, tag, request) {
          try $0.painter(of: map).raster(raster, tile)
        }
      } catch is GeoFileError where attempts < 2 {
        attempts += 1
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  private func drawn(
    _ layer: String, _ tile: TileAddress, _ tag: String, _ request: ViewRequest,
    _ draw: @escaping @Sendable (PainterPool.Desk) throws -> PNGImage
  ) async throws -> Answer {
    if request.fields["if-none-match"] == "\"\(tag)\"" {
      return .tagged([], type: "image/png", tag: tag, for: request)
    }
    let name = "\(layer)/\(tile.z)/\(tile.x)/\(tile.y)-\(tag).png"
    if let kept = cache.bytes(of: name) {
      return .tagged(kept, type: "image/png", tag: tag, for: request)
    }
    let bytes = try await pool.perform { desk in try draw(desk).encoded(quickly: true) }
    cache.keep(bytes, as: name)
    return .tagged(bytes, type: "image/png", tag: tag, for: request)
  }

  // MARK: - Outlines

  private static let fewShapes = 2_000

  /// The files of a layer, and a name that changes with them.
  func outlineFiles(of layer: RunMap.Outlines, _ map: RunMap) -> (files: [String], name: String) {
    let files = map.files(of: layer)
    let stamps = files.map { path in
      let found = try? FileManager.default.attributesOfItem(atPath: path)
      let time = (found?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return "\(path) \(found?[.size] as? Int ?? 0) \(time)"
    }
    return (files, "\(layer.name)@\(Self.tag(layer.name, stamps))")
  }

  private func outlines(
    of layer: RunMap.Outlines, _ tile: TileAddress, _ map: RunMap, _ request: ViewRequest
  ) async throws -> Answer {
    let (files, name) = outlineFiles(of: layer, map)
    let tag = String(name.drop { $0 != "@" }.dropFirst())
    if request.fields["if-none-match"] == "\"\(tag)\"" {
      return .tagged([], type: "application/octet-stream", tag: tag, for: request)
    }
    let kept = "\(layer.name)/\(tile.z)/\(tile.x)/\(tile.y)-\(tag).bin"
    if let bytes = cache.bytes(of: kept) {
      return .tagged(bytes, type: "application/octet-stream", tag: tag, for: request)
    }
    var numbers: [UInt16] = [1]
    if let index = try await shelf.index(of: files, named: name) {
      var shapes: [UInt16]?
      // A few are drawn as they are however small they be.
      if tile.z >= index.firstShapeLevel || index.count(in: tile) <= Self.fewShapes {
        shapes = try await pool.perform { try $0.outlines(files, named: name).shapes(tile) }
      }
      if let shapes {
        numbers += shapes
      } else {
        numbers = try await pool.perform { _ in [0] + index.covered(tile) }
      }
    }
    let bytes = numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    cache.keep(bytes, as: kept)
    return .tagged(bytes, type: "application/octet-stream", tag: tag, for: request)
  }

  /// Sixteen digits that differ where words do (FNV-1a).
  static func tag(_ first: String, _ words: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for word in [first] + words {
      for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xff) &* 0x100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
