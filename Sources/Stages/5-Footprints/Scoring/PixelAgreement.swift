public import Grids
public import Polygons

/// How outlines agree with the truth pixel by pixel, once both are drawn on a lattice.
///
/// A pixel belongs to a side when its centre lies in any of the side's polygons.
public struct PixelAgreement: Hashable, Sendable {
  /// Pixels that both sides cover.
  public private(set) var both = 0
  /// Pixels that the predictions alone cover.
  public private(set) var onlyPredicted = 0
  /// Pixels that the truth alone covers.
  public private(set) var onlyTrue = 0

  /// The share of predicted pixels that are true; 0 when there are none.
  public var precision: Double { Self.share(both, of: both + onlyPredicted) }
  /// The share of true pixels that are predicted; 0 when there are none.
  public var recall: Double { Self.share(both, of: both + onlyTrue) }
  /// What both cover as a share of what either covers; 0 when there is nothing.
  public var iou: Double { Self.share(both, of: both + onlyPredicted + onlyTrue) }

  /// The most tiles that are drawn: beyond, pixels are too small for the ground.
  public static let mostTiles = 50_000_000
  private static let side = 128

  /// Draws both sides tile by tile; ground without outlines costs nothing.
  ///
  /// - Parameters:
  ///   - predictions: In ground coordinates.
  ///   - truth: In the same coordinates.
  ///   - transform: From pixels to ground coordinates.
  /// - Returns: Nil when the polygons touch more than ``mostTiles`` tiles of 128 × 128 px.
  /// - Complexity: O(covered pixels + corners). Memory: 12 bytes for each polygon in each tile.
  public init?(of predictions: [Polygon], against truth: [Polygon], on transform: GeoTransform) {
    guard let entries = Self.entries([predictions, truth], transform) else { return nil }
    var masks = [PixelTile(side: Self.side), PixelTile(side: Self.side)]
    var next = 0
    while next < entries.count {
      let tile = entries[next]
      while next < entries.count, entries[next].isOnTile(of: tile) {
        let entry = entries[next]
        let polygon = (entry.isTruth ? truth : predictions)[Int(entry.index)]
        masks[entry.isTruth ? 1 : 0].fill(polygon, transform, column: tile.column, row: tile.row)
        next += 1
      }
      count(&masks)
    }
  }

  private mutating func count(_ masks: inout [PixelTile]) {
    masks[0].withPixels { predicted in
      masks[1].withPixels { truth in
        for place in predicted.indices {
          let (isPredicted, isTrue) = (Int(predicted[place]), Int(truth[place]))
          both += isPredicted & isTrue
          onlyPredicted += isPredicted & (1 - isTrue)
          onlyTrue += isTrue & (1 - isPredicted)
        }
      }
    }
    for side in masks.indices { masks[side].clear() }
  }

  /// A polygon in a tile.
  private struct Entry {
    let column: Int32
    let row: Int32
    let index: UInt32
    let isTruth: Bool

    func isOnTile(of other: Entry) -> Bool { column == other.column && row == other.row }
  }

  /// Which polygons lie in which tiles, tile after tile.
  private static func entries(_ sides: [[Polygon]], _ transform: GeoTransform) -> [Entry]? {
    var entries: [Entry] = []
    for (side, polygons) in sides.enumerated() {
      for (index, polygon) in polygons.enumerated() {
        let pixels = Ring(
          polygon.outer.points.map {
            let place = transform.pixel(x: $0.x, y: $0.y)
            return Point(x: place.x, y: place.y)
          }
        ).bounds
        guard pixels.low.x <= pixels.high.x else { continue }
        let tiles = [pixels.low.x, pixels.high.x, pixels.low.y, pixels.high.y].map {
          ($0 / Double(Self.side)).rounded(.down)
        }
        let count = (tiles[1] - tiles[0] + 1) * (tiles[3] - tiles[2] + 1)
        guard Double(entries.count) + count <= Double(mostTiles),
          tiles.allSatisfy({ abs($0) < 0x1p31 - 1 })
        else { return nil }
        for row in Int32(tiles[2])...Int32(tiles[3]) {
          for column in Int32(tiles[0])...Int32(tiles[1]) {
            entries.append(
              Entry(column: column, row: row, index: UInt32(index), isTruth: side == 1))
          }
        }
      }
    }
    return entries.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole > 0 ? Double(part) / Double(whole) : 0
  }
}
