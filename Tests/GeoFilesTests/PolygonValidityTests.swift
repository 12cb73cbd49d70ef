import Foundation
import Grids
import Polygons
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `The validity of polygons` {
  @Test func `of a square is given`() {
    let square = Ring([(0, 0), (4, 0), (4, 4), (0, 4)].map { Point(x: $0.0, y: $0.1) })
    #expect(Polygon(outer: square).validity == .valid)
  }

  @Test func `of a bow tie is not, and it is taken apart`() {
    let bow = Ring([(0, 0), (4, 4), (4, 0), (0, 4)].map { Point(x: $0.0, y: $0.1) })

    guard case .invalid(let reason, let repaired) = Polygon(outer: bow).validity else {
      Issue.record("it is taken for valid")
      return
    }
    #expect(reason.contains("Self-intersection"))
    #expect(repaired.count == 2 && repaired.allSatisfy { $0.area == 4 })
  }

  @Test func `of a line that runs back is not, and nothing is left of it`() {
    let line = Ring([(0, 0), (4, 0), (2, 0)].map { Point(x: $0.0, y: $0.1) })

    guard case .invalid(_, let repaired) = Polygon(outer: line).validity else {
      Issue.record("it is taken for valid")
      return
    }
    #expect(repaired.isEmpty)
  }
}

@Suite struct `Buildings of an OpenStreetMap extract` {
  @Test func `are its areas with the key, and no others`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("town.osm")
    try openStreetMap.write(toFile: path, atomically: true, encoding: .utf8)

    let reader = try VectorReader(openingBuildings: path)
    let features = try reader.features()

    #expect(features.count == 1)
    #expect(features.first?.polygons.first?.outer.points.count == 4)
    #expect(reader.fields.contains { $0.name == "building" })
  }

  /// A house, a pond and a path.
  private var openStreetMap: String {
    let corners = [(1, 1), (1.001, 1), (1.001, 1.001), (1, 1.001)]
    let nodes = corners.enumerated().map {
      "<node id=\"\($0 + 1)\" lon=\"\($1.0)\" lat=\"\($1.1)\" version=\"1\"/>"
    }
    let ring = [1, 2, 3, 4, 1].map { "<nd ref=\"\($0)\"/>" }.joined()
    let ways = [
      (10, ring, "building", "yes"), (11, ring, "natural", "water"), (12, ring, "building", "no"),
      (13, "<nd ref=\"1\"/><nd ref=\"2\"/>", "highway", "path"),
    ].map {
      "<way id=\"\($0.0)\" version=\"1\">\($0.1)<tag k=\"\($0.2)\" v=\"\($0.3)\"/></way>"
    }
    return "<?xml version=\"1.0\"?><osm version=\"0.6\">\(nodes.joined())\(ways.joined())</osm>"
  }
}
