package import Grids

extension Ring {
  /// The edge of a window of pixels on the ground.
  ///
  /// It runs south, east, north and west where north is up. Straight sides of a grid are curves in other
  /// reference systems, so each is cut into pieces.
  package init(around window: PixelWindow, on transform: GeoTransform, pieces: Int) {
    let (left, top) = (Double(window.x), Double(window.y))
    let (right, bottom) = (left + Double(window.width), top + Double(window.height))
    let corners = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)]
    self.init(
      zip(corners, corners.dropFirst()).flatMap { from, to in
        (0..<pieces).map { piece in
          let share = Double(piece) / Double(pieces)
          let ground = transform.ground(
            x: from.0 + (to.0 - from.0) * share, y: from.1 + (to.1 - from.1) * share)
          return Point(x: ground.x, y: ground.y)
        }
      })
  }
}
