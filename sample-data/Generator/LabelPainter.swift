import Grids

/// What a pixel of a training picture shows, as the number that stands in its labels.
enum Label: UInt8, CaseIterable {
  case background = 0
  case building
  /// A wall that two buildings share, or a gap of less than 1.2 m between them.
  case contact
  case road
  case water
  /// A deck over water.
  case bridge
  /// Under a cloud.
  case unknown = 255
}

/// Labels every pixel of a scene from the geometry that its picture is painted from.
///
/// A pixel is what covers most of the ground at its centre. Crowns of trees, cars and shade hide
/// what they cover from the picture and not from the labels.
struct LabelPainter {
  /// The farthest that a contact lies from each of its two buildings, in metres.
  static let contactReach = 0.6

  let scene: Scene
  let town: Town

  /// The labels of the scene, row by row.
  func labels() -> [UInt8] {
    var labels = [UInt8](
      repeating: Label.background.rawValue, count: scene.columns * scene.rows)
    labelRiver(&labels)
    labelRoads(&labels)
    for bridge in town.bridges {
      let middle = bridge.frame.origin
      fill(Box(low: middle, high: middle).grown(by: length(bridge.half)), .bridge, &labels) {
        bridge.covers($0)
      }
    }
    for building in town.buildings {
      fill(building.bounds, .building, &labels) { building.covers($0) }
    }
    labelContacts(&labels)
    if let cloud = scene.cloud {
      fill(scene.box(of: scene.window), .unknown, &labels) { cloud.density(at: $0) > 0.4 }
    }
    return labels
  }

  private func labelRiver(_ labels: inout [UInt8]) {
    let river = town.river
    for (start, end) in river.segments {
      fill(Box(around: [start, end]).grown(by: river.breadth / 2 + 8), .water, &labels) { place in
        let off = distance(from: place, toSegmentFrom: start, to: end)
        return Town.waterShare(atDepth: town.depthInRiver(of: place, off: off)) >= 0.5
      }
    }
  }

  private func labelRoads(_ labels: inout [UInt8]) {
    for way in town.ways {
      for (start, end) in way.segments {
        fill(Box(around: [start, end]).grown(by: way.breadth / 2 + 2), .road, &labels) { place in
          let off = distance(from: place, toSegmentFrom: start, to: end)
          return way.share(of: place, off: off) >= 0.5
        }
      }
    }
  }

  private func labelContacts(_ labels: inout [UInt8]) {
    // One more than the number of the first building near each pixel.
    var owners = [Int](repeating: 0, count: labels.count)
    for (number, building) in town.buildings.enumerated() {
      visit(building.bounds.grown(by: Self.contactReach)) { index, place in
        let local = building.frame.local(place)
        guard building.inset(of: local) >= -Self.contactReach else { return }
        if owners[index] == 0 {
          owners[index] = number + 1
        } else {
          labels[index] = Label.contact.rawValue
        }
      }
    }
  }

  /// Gives a label to every pixel of a box for whose centre the test holds.
  private func fill(
    _ box: Box, _ label: Label, _ labels: inout [UInt8], where isCovered: (Place) -> Bool
  ) {
    visit(box) { index, place in
      if isCovered(place) { labels[index] = label.rawValue }
    }
  }

  /// Visits the pixels whose centres lie in a box, and some around it.
  private func visit(_ box: Box, _ body: (_ index: Int, _ centre: Place) -> Void) {
    let corners = [box.low, Place(box.low.x, box.high.y), box.high, Place(box.high.x, box.low.y)]
    let pixels = Box(around: corners.map(scene.pixel))
    let columns = max(0, Int(pixels.low.x.rounded(.down)))
    let rows = max(0, Int(pixels.low.y.rounded(.down)))
    let endColumn = min(scene.columns, Int(pixels.high.x.rounded(.up)))
    let endRow = min(scene.rows, Int(pixels.high.y.rounded(.up)))
    guard columns < endColumn, rows < endRow else { return }
    for row in rows..<endRow {
      for column in columns..<endColumn {
        body(row * scene.columns + column, scene.place(Double(column) + 0.5, Double(row) + 0.5))
      }
    }
  }
}

extension Scene {
  /// The position of a place in pixels, the inverse of ``place(_:_:)``.
  func pixel(_ place: Place) -> SIMD2<Double> {
    let way = place - corner
    return SIMD2(dot(way, heading.along), -dot(way, heading.across)) / Camera.pixel
  }
}
