import GeoFiles
import Grids
import Polygons

/// Decides how a scene is carried to a grid, and where on it it lies; looks at no pixel.
struct WarpPlanner {
  /// Places between nodes are off by less than this, in pixels of the scene and of the grid.
  static let largestError = 0.02
  /// Between the middle of a scene and its corners its scale on the grid may change by this factor.
  static let largestStretch = 2.0

  let profile: SceneProfile
  let grid: RunGrid
  let resampling: Resampling

  /// What warps the scene, and the smallest window of the lattice around it.
  ///
  /// - Throws: ``TilingError/cannotWarp(path:crs:reason:)``.
  func plan() throws(TilingError) -> (warp: Warp, window: PixelWindow) {
    do throws(GeoFileError) {
      let operation = try CoordinateOperation(
        from: profile.crs, to: grid.crs, in: try profile.extent().area)
      return try place(Draft(planner: self, operation: operation.definition))
    } catch {
      throw .cannotWarp(path: profile.path, crs: grid.crs, reason: error.cause)
    }
  }

  private func place(_ draft: Draft) throws(GeoFileError) -> (warp: Warp, window: PixelWindow) {
    let transformer = try WarpTransformer(draft.warp(), on: grid)
    try checkRoundTrip(transformer)
    let window = try window(transformer)
    let outline = try outline(transformer)
    let middle = try onlyPlace(
      transformer.latticePlaces(of: [
        Point(x: Double(profile.size.width) / 2, y: Double(profile.size.height) / 2)
      ]))
    let ratio = try ratio(transformer, at: middle)
    try checkStretch(transformer, ratio)
    var step = 32
    while true {
      let warp = draft.warp(step: step, ratio: ratio, outline: outline)
      let error = largestError(try WarpTransformer(warp, on: grid), in: window)
      if error <= Self.largestError * min(1, ratio.x, ratio.y) { return (warp, window) }
      guard step > 1 else {
        throw failure("places between the grid's nodes are off by \(error) px")
      }
      step /= 2
    }
  }

  /// What is known of a warp before its scale is.
  private struct Draft {
    let planner: WarpPlanner
    let operation: String

    func warp(
      step: Int = 32, ratio: Warp.Ratio = Warp.Ratio(x: 1, y: 1),
      outline: WarpOutline = WarpOutline(ring: Ring([]), margin: 0)
    ) -> Warp {
      let profile = planner.profile
      return Warp(
        size: profile.size, transform: profile.transform, operation: operation,
        turn: profile.turn, step: step, ratio: ratio, resampling: planner.resampling,
        outline: outline)
    }
  }

  private func failure(_ reason: String) -> GeoFileError {
    .cannotConvert(from: "\(profile.crs)", to: "\(grid.crs)", reason: reason)
  }

  private func onlyPlace(_ places: [Point]) throws(GeoFileError) -> Point {
    guard let place = places.first, place.x.isFinite, place.y.isFinite else {
      throw failure("the scene's middle has no place there")
    }
    return place
  }

  /// Sees that places all over the scene have one on the grid, and come back from it.
  private func checkRoundTrip(_ transformer: WarpTransformer) throws(GeoFileError) {
    let (width, height) = (Double(profile.size.width), Double(profile.size.height))
    let places = (0...16).flatMap { row in
      (0...16).map { Point(x: width * Double($0) / 16, y: height * Double(row) / 16) }
    }
    let there = transformer.latticePlaces(of: places)
    let back = transformer.scenePlaces(of: there)
    for (index, place) in places.enumerated() {
      let miss = back[index] - place
      guard there[index].x.isFinite, there[index].y.isFinite,
        max(abs(miss.x), abs(miss.y)) <= Self.largestError
      else {
        throw failure("the scene's pixel (\(Int(place.x)), \(Int(place.y))) has no place there")
      }
    }
  }

  /// The smallest window around the scene's edges, followed ever more closely until it stands still.
  private func window(_ transformer: WarpTransformer) throws(GeoFileError) -> PixelWindow {
    let (width, height) = (Double(profile.size.width), Double(profile.size.height))
    var known: (low: Point, high: Point)?
    var pieces = 16
    while true {
      let edges = (0...pieces).flatMap { step in
        let share = Double(step) / Double(pieces)
        return [
          Point(x: width * share, y: 0), Point(x: width * share, y: height),
          Point(x: 0, y: height * share), Point(x: width, y: height * share),
        ]
      }
      let places = transformer.latticePlaces(of: edges)
      guard places.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.length < 1e12 }) else {
        throw failure("the scene's edges have no place there")
      }
      let (xs, ys) = (places.map(\.x), places.map(\.y))
      let low = Point(x: xs.min() ?? 0, y: ys.min() ?? 0)
      let high = Point(x: xs.max() ?? 0, y: ys.max() ?? 0)
      if let before = known, pieces >= 4096 || (before.low - low).length < 0.01,
        pieces >= 4096 || (before.high - high).length < 0.01
      {
        let (x, y) = (Int(low.x.rounded(.down)), Int(low.y.rounded(.down)))
        return PixelWindow(
          x: x, y: y, width: Int(high.x.rounded(.up)) - x, height: Int(high.y.rounded(.up)) - y)
      }
      known = (low, high)
      pieces *= 2
    }
  }

  /// The scene's edges, by sixteen straight lines a side, and how far they lie from these.
  private func outline(_ transformer: WarpTransformer) throws(GeoFileError) -> WarpOutline {
    let (width, height) = (Double(profile.size.width), Double(profile.size.height))
    let corners = [(0.0, 0.0), (width, 0), (width, height), (0, height)].map {
      Point(x: $0, y: $1)
    }
    // Every other place is a corner of the ring; those between tell how far the ring is off.
    let pieces = 32
    let edges = corners.indices.flatMap { index in
      let (from, to) = (corners[index], corners[(index + 1) % 4])
      return (0..<pieces).map { from + (to - from) * (Double($0) / Double(pieces)) }
    }
    let places = transformer.latticePlaces(of: edges)
    let ring = stride(from: 0, to: places.count, by: 2).map { places[$0] }
    var margin = 0.0
    for place in stride(from: 1, to: places.count, by: 2) {
      let chord = (places[place - 1] + places[(place + 1) % places.count]) * 0.5
      margin = max(margin, (places[place] - chord).length)
    }
    guard margin < 1e6 else { throw failure("the scene's edges are no lines there") }
    return WarpOutline(ring: Ring(ring), margin: Int((2 * margin).rounded(.up)) + 1)
  }

  /// Pixels of the scene to one of the grid at a place of the lattice, along the scene's own axes.
  private func ratio(
    _ transformer: WarpTransformer, at place: Point
  ) throws(GeoFileError) -> Warp.Ratio {
    let arms = [(-0.5, 0.0), (0.5, 0), (0, -0.5), (0, 0.5)]
    let ends = transformer.scenePlaces(of: arms.map { Point(x: place.x + $0.0, y: place.y + $0.1) })
    let (right, down) = (ends[1] - ends[0], ends[3] - ends[2])
    let ratio = Warp.Ratio(
      x: Point(x: right.x, y: down.x).length, y: Point(x: right.y, y: down.y).length)
    guard ratio.x.isFinite, ratio.y.isFinite, ratio.x > 0, ratio.y > 0 else {
      throw failure("the scene's middle has no scale there")
    }
    return ratio
  }

  /// Sees that the scene's scale is about the same all over.
  private func checkStretch(
    _ transformer: WarpTransformer, _ ratio: Warp.Ratio
  ) throws(GeoFileError) {
    let (width, height) = (Double(profile.size.width), Double(profile.size.height))
    let corners = [(0.0, 0.0), (width, 0), (0, height), (width, height)].map { Point(x: $0, y: $1) }
    for corner in transformer.latticePlaces(of: corners) {
      let own = try self.ratio(transformer, at: corner)
      let stretch = max(own.x / ratio.x, ratio.x / own.x, own.y / ratio.y, ratio.y / own.y)
      guard stretch <= Self.largestStretch else {
        throw failure(
          "there its pixels would be \(stretch) times as long at a corner as in the middle")
      }
    }
  }

  /// The largest error of straight lines between nodes, in pixels of the scene, over cells spread over a
  /// window.
  ///
  /// Measured in the middles of cells and of their edges: in a conformal projection the errors along
  /// both axes cancel in the middle.
  private func largestError(_ transformer: WarpTransformer, in window: PixelWindow) -> Double {
    let step = transformer.warp.step
    let columns = floorDivide(window.x, step)...floorDivide(window.maxX - 1, step)
    let rows = floorDivide(window.y, step)...floorDivide(window.maxY - 1, step)
    var largest = 0.0
    for row in Self.spread(rows) {
      for column in Self.spread(columns) {
        let (left, top, side) = (Double(column * step), Double(row * step), Double(step))
        let nine = transformer.scenePlaces(
          of: (0...2).flatMap { down in
            (0...2).map {
              Point(x: left + side / 2 * Double($0), y: top + side / 2 * Double(down))
            }
          })
        guard isNear(nine[4], ratio: transformer.warp.ratio, step: side) else { continue }
        let (above, below) = ((nine[0] + nine[2]) * 0.5, (nine[6] + nine[8]) * 0.5)
        let straight = [
          (nine[1], above), (nine[7], below), (nine[3], (nine[0] + nine[6]) * 0.5),
          (nine[5], (nine[2] + nine[8]) * 0.5), (nine[4], (above + below) * 0.5),
        ]
        largest = straight.reduce(largest) { max($0, ($1.0 - $1.1).length) }
      }
    }
    return largest
  }

  /// Whether a place is in the scene, or less than a cell beside it.
  private func isNear(_ place: Point, ratio: Warp.Ratio, step: Double) -> Bool {
    let (aside, above) = (ratio.x * step, ratio.y * step)
    return place.x > -aside && place.x < Double(profile.size.width) + aside && place.y > -above
      && place.y < Double(profile.size.height) + above
  }

  /// Up to about sixteen numbers of a range, the first and the last among them.
  private static func spread(_ range: ClosedRange<Int>) -> [Int] {
    let step = max(1, range.count / 16)
    return Array(stride(from: range.lowerBound, to: range.upperBound, by: step))
      + [range.upperBound]
  }
}
