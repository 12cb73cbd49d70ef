import Foundation
import Grids
import Imagery
import Pipelines
import Polygons

// What lies at a place: classes, probabilities, outlines, the shard.

extension ViewDesk {
  private struct Place: Encodable {
    struct Value: Encodable {
      var layer: String
      var title: String
      var text: String
    }

    var values: [Value]
    var features: [String]
    var shard: ShardSight?
  }

  /// Everything that is known of the place with a longitude and latitude.
  func look(at request: ViewRequest) async throws -> Answer {
    guard let longitude = request.number("lon"), let latitude = request.number("lat"),
      let level = request.number("z"), abs(longitude) <= 180, abs(latitude) <= 85.05,
      let tile = TileAddress(z: Int(min(max(level, 0), 24)), x: 0, y: 0)
    else { return .words(400, "A place has lon, lat and z.") }
    let map = try await map()
    let place = Mercator.place(longitude: longitude, latitude: latitude)
    let (values, shard) = try await pool.perform { desk -> ([Place.Value], Int?) in
      let painter = try desk.painter(of: map)
      let values = try map.rasters.compactMap { raster in
        try painter.value(of: raster, at: place).flatMap { Self.value($0, of: raster, map) }
      }
      let pixel = try painter.pixel(at: place)
      let isInside = map.window.contains(x: pixel.x, y: pixel.y)
      let one = PixelWindow(x: pixel.x, y: pixel.y, width: 1, height: 1)
      return (values, isInside ? map.shards.numbers(meeting: one).first : nil)
    }
    let features = try await features(at: place, reach: 4 * tile.pixel, map)
    var sight: ShardSight?
    if let shard { sight = try await feed.shard(shard) }
    // The attributes are JSON already, each with the type of its field.
    var text = String(
      decoding: try JSONEncoder().encode(Place(values: values, features: [], shard: sight)),
      as: UTF8.self)
    text.replace("\"features\":[]", with: "\"features\":[\(features.joined(separator: ","))]")
    return Answer(
      200, .bytes(Array(text.utf8)), type: "application/json", [("cache-control", "no-store")])
  }

  private static func value(
    _ value: UInt8, of raster: RunMap.Raster, _ map: RunMap
  ) -> Place.Value? {
    switch raster.content {
    case .classes:
      guard map.classes.indices.contains(Int(value)) else { return nil }
      return Place.Value(layer: raster.name, title: "class", text: map.classes[Int(value)].name)
    case .coverage:
      guard map.coverage.indices.contains(Int(value)) else { return nil }
      return Place.Value(
        layer: raster.name, title: "coverage", text: map.coverage[Int(value)].name)
    case .probability(let name):
      guard value <= ClassMap.certain else { return nil }
      return Place.Value(
        layer: raster.name, title: "probability of \(name)",
        text: String(format: "%.2f", Double(value) * ClassMap.scale))
    }
  }

  private func features(at place: Point, reach: Double, _ map: RunMap) async throws -> [String] {
    var found: [String] = []
    for layer in map.outlines {
      let (files, name) = outlineFiles(of: layer, map)
      guard !files.isEmpty else { continue }
      found += try await pool.perform { desk in
        try desk.outlines(files, named: name).attributes(at: place, reach: reach).map { found in
          let members = found.pairs.map { "[\(JSONText.quoted($0.name)),\($0.json)]" }
          return "{\"layer\":\(JSONText.quoted(layer.name)),\"number\":\(found.number),"
            + "\"attributes\":[\(members.joined(separator: ","))]}"
        }
      }
    }
    return found
  }
}
