import CGDAL
public import Grids
public import Polygons

/// Carries coordinates from one reference system to another.
///
/// Always easting or longitude first, whatever the systems themselves prescribe. Not `Sendable`:
/// PROJ's objects belong to one thread at a time.
public final class CoordinateConverter {
  /// The system coordinates come in.
  public let source: CoordinateReference
  /// The system coordinates go out in.
  public let target: CoordinateReference
  private let raw: OGRCoordinateTransformationH?

  /// Prepares the way from one system to another.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)``,
  ///   ``GeoFileError/cannotConvert(from:to:reason:)`` when PROJ knows no way.
  public convenience init(
    from source: CoordinateReference, to target: CoordinateReference
  ) throws(GeoFileError) {
    try self.init(
      from: source, try SpatialReference(source), to: target, try SpatialReference(target))
  }

  init(
    from source: CoordinateReference, _ first: SpatialReference,
    to target: CoordinateReference, _ second: SpatialReference
  ) throws(GeoFileError) {
    self.source = source
    self.target = target
    if source == target {
      raw = nil
      return
    }
    let (raw, said) = GDALListener.listen { OCTNewCoordinateTransformation(first.raw, second.raw) }
    self.raw = raw
    guard raw != nil, said.refusal == nil else {
      throw .cannotConvert(from: "\(source)", to: "\(target)", reason: said.words)
    }
  }

  deinit { OCTDestroyCoordinateTransformation(raw) }

  /// Carries points over.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)`` when any of them has no place in the
  ///   target system.
  public func convert(_ points: [Point]) throws(GeoFileError) -> [Point] {
    guard let raw, !points.isEmpty else { return points }
    var xs = points.map(\.x)
    var ys = points.map(\.y)
    var isDone = [Int32](repeating: 0, count: points.count)
    let (_, said) = GDALListener.listen {
      OCTTransformEx(raw, Int32(points.count), &xs, &ys, nil, &isDone)
    }
    if let refusal = said.refusal {
      throw .cannotConvert(from: "\(source)", to: "\(target)", reason: refusal)
    }
    for (index, point) in points.enumerated() {
      guard isDone[index] != 0, xs[index].isFinite, ys[index].isFinite else {
        throw .cannotConvert(
          from: "\(source)", to: "\(target)",
          reason: "\(said.words), of position (\(point.x), \(point.y))")
      }
    }
    return zip(xs, ys).map { Point(x: $0, y: $1) }
  }

  /// Carries a ring over, with corners added so that its straight edges stay where they were.
  ///
  /// An edge that is straight in one system is a curve in another. Edges are halved until the curve
  /// is within `tolerance` of the chord, at most ten times.
  ///
  /// - Parameter tolerance: In units of the target system; infinite for the corners alone.
  /// - Throws: As ``convert(_:)``.
  public func convert(_ ring: Ring, tolerance: Double) throws(GeoFileError) -> Ring {
    guard raw != nil, let last = ring.points.last else { return ring }
    let corners = try convert(ring.points)
    if tolerance == .infinity { return Ring(corners) }
    var points: [Point] = []
    var (from, fromThere) = (last, corners[corners.count - 1])
    for (to, toThere) in zip(ring.points, corners) {
      try appendEdge(
        (from, fromThere), (to, toThere), tolerance: tolerance, halvings: 10, to: &points)
      (from, fromThere) = (to, toThere)
    }
    return Ring(points)
  }

  /// Appends what lies between two corners, and the second corner.
  private func appendEdge(
    _ first: (here: Point, there: Point), _ second: (here: Point, there: Point),
    tolerance: Double, halvings: Int, to points: inout [Point]
  ) throws(GeoFileError) {
    let middle = Point(
      x: (first.here.x + second.here.x) / 2, y: (first.here.y + second.here.y) / 2)
    let curve = try convert([middle])[0]
    let dx = (first.there.x + second.there.x) / 2 - curve.x
    let dy = (first.there.y + second.there.y) / 2 - curve.y
    if halvings > 0, (dx * dx + dy * dy).squareRoot() > tolerance {
      let half = (here: middle, there: curve)
      try appendEdge(first, half, tolerance: tolerance, halvings: halvings - 1, to: &points)
      try appendEdge(half, second, tolerance: tolerance, halvings: halvings - 1, to: &points)
    } else {
      points.append(second.there)
    }
  }
}
