import Grids
import Polygons

/// One polygon of a region, in lattice pixels, with its edges sorted into bands of rows.
struct RegionPart: Sendable {
  /// An edge from its upper to its lower end.
  private struct Edge {
    let x0, y0, x1, y1: Double

    /// Where the edge crosses the line through a row's pixel centres.
    ///
    /// Ends are in a fixed order, so that an edge shared by two polygons crosses at the same place.
    func crossing(_ y: Double) -> Double { x0 + (y - y0) / (y1 - y0) * (x1 - x0) }
  }

  let window: PixelWindow
  private let edges: [Edge]
  /// Per band of rows, the edges that enter it.
  private let bands: [[Int32]]
  private let bandHeight: Int

  init(_ polygon: Polygon, on transform: GeoTransform) {
    var edges: [Edge] = []
    var (west, north) = (Double.infinity, Double.infinity)
    var (east, south) = (-Double.infinity, -Double.infinity)
    for ring in [polygon.outer] + polygon.holes {
      let points = ring.points.map { point in
        let place = transform.pixel(x: point.x, y: point.y)
        return (x: Self.bounded(place.x), y: Self.bounded(place.y))
      }
      guard var last = points.last else { continue }
      for point in points {
        west = min(west, point.x)
        east = max(east, point.x)
        north = min(north, point.y)
        south = max(south, point.y)
        let (upper, lower) = last.y <= point.y ? (last, point) : (point, last)
        // Level edges never cross a row's centres, but what they cross is not uniform.
        if upper != lower {
          edges.append(Edge(x0: upper.x, y0: upper.y, x1: lower.x, y1: lower.y))
        }
        last = point
      }
    }
    // Columns and rows whose centres can be inside.
    let left = Int((west - 0.5).rounded(.up))
    let top = Int((north - 0.5).rounded(.up))
    window = PixelWindow(
      x: left, y: top, width: Int((east - 0.5).rounded(.down)) - left + 1,
      height: Int((south - 0.5).rounded(.down)) - top + 1)
    self.edges = edges
    let height = max(256, window.height / 4_096 + 1)
    bandHeight = height
    var bands = [[Int32]](repeating: [], count: window.height / height + 1)
    for (index, edge) in edges.enumerated() {
      let first = (Int(edge.y0.rounded(.down)) - top) / height
      let last = (Int(edge.y1.rounded(.down)) - top) / height
      for band in max(0, first)...max(0, min(last, bands.count - 1)) {
        bands[band].append(Int32(index))
      }
    }
    self.bands = bands
  }

  /// Whether a window is wholly inside (true) or outside (false); nil where an edge may cross it.
  func uniform(_ other: PixelWindow) -> Bool? {
    guard window.intersects(other) else { return false }
    guard window.contains(other) else { return nil }
    let (left, right) = (Double(other.x), Double(other.maxX))
    let (top, bottom) = (Double(other.y), Double(other.maxY))
    var crossings = 0
    for band in bandRange(other.y, other.maxY) {
      for index in bands[band] {
        let edge = edges[Int(index)]
        let isBeside =
          edge.y1 < top || edge.y0 > bottom || max(edge.x0, edge.x1) < left
          || min(edge.x0, edge.x1) > right
        if !isBeside { return nil }
      }
    }
    let row = top + 0.5
    for index in bands[(other.y - window.y) / bandHeight] {
      let edge = edges[Int(index)]
      if edge.y0 <= row && row < edge.y1 && edge.crossing(row) < left + 0.5 { crossings += 1 }
    }
    return crossings % 2 == 1
  }

  /// Sets the pixels that are inside to 1.
  func fill(_ mask: UnsafeMutableBufferPointer<UInt8>, _ other: PixelWindow) {
    let part = window.intersection(other)
    guard !part.isEmpty else { return }
    var crossings: [Double] = []
    for row in part.y..<part.maxY {
      let y = Double(row) + 0.5
      crossings.removeAll(keepingCapacity: true)
      for index in bands[(row - window.y) / bandHeight] {
        let edge = edges[Int(index)]
        if edge.y0 <= y && y < edge.y1 { crossings.append(edge.crossing(y)) }
      }
      crossings.sort()
      for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
        let first = max(part.x, Self.firstColumn(after: crossings[pair]))
        let end = min(part.maxX, Self.firstColumn(after: crossings[pair + 1]))
        let start = (row - other.y) * other.width - other.x
        for column in first..<max(first, end) { mask[start + column] = 1 }
      }
    }
  }

  /// A coordinate that fits whole numbers; no lattice reaches so far.
  private static func bounded(_ value: Double) -> Double { min(max(value, -0x1p40), 0x1p40) }

  /// The first column whose centre lies at or beyond a crossing.
  private static func firstColumn(after crossing: Double) -> Int {
    Int((crossing - 0.5).rounded(.up))
  }

  private func bandRange(_ top: Int, _ bottom: Int) -> ClosedRange<Int> {
    let first = max(0, (top - window.y) / bandHeight)
    return first...max(first, min(bands.count - 1, (bottom - 1 - window.y) / bandHeight))
  }
}
