public import Grids
import GeoFiles
import Polygons

/// How a scene that does not share the run's grid is carried to it: all that its pixels depend on.
///
/// Everything here is chosen once, when the run is planned, and for the scene as a whole. GDAL chooses
/// its scale of resampling for each piece that it warps, so that with another memory budget 19 % of the
/// bytes differ; here a pixel depends on the scene, this value and the pixel's place alone.
public struct Warp: Hashable, Sendable, Codable {
  /// From so many pixels of a scene to one of the grid on, along an axis, pixels are averaged.
  public static let coarseningRatio = 2.0.squareRoot()

  /// The scene's own extent, in its pixels.
  public let size: PixelSize
  /// From the scene's pixels to ground, in its own reference system.
  public let transform: GeoTransform
  /// From the scene's reference system to the grid's, as PROJ writes it.
  public let operation: String
  /// The scene's middle and a full turn, in units of its longitudes; nil where it is projected.
  public let turn: Turn?
  /// How far apart places are computed exactly, in pixels of the grid; a divisor of 32.
  ///
  /// Between them places lie on straight lines.
  public let step: Int
  /// Pixels of the scene to one of the grid, along the scene's rows and along its columns.
  public let ratio: Ratio
  /// How the numbers between pixels are found.
  public let resampling: Resampling
  /// The scene's edges on the lattice.
  public let outline: WarpOutline

  /// Longitudes that go round.
  public struct Turn: Hashable, Sendable, Codable {
    /// The scene's middle.
    public let middle: Double
    /// A full turn, 360 in degrees.
    public let full: Double
  }

  /// A ratio along each of the scene's axes.
  public struct Ratio: Hashable, Sendable, Codable {
    /// Along rows.
    public let x: Double
    /// Along columns.
    public let y: Double
  }
}

/// Finds places of the grid in a scene.
///
/// A place's answer depends on that place alone. It belongs to one thread.
final class WarpTransformer {
  let warp: Warp
  private let grid: RunGrid
  private let operation: CoordinateOperation

  init(_ warp: Warp, on grid: RunGrid) throws(GeoFileError) {
    self.warp = warp
    self.grid = grid
    operation = try CoordinateOperation(definition: warp.operation)
  }

  /// The places in the scene, in its pixels, of places on the lattice; not finite where there is none.
  func scenePlaces(of places: [Point]) -> [Point] {
    let grounds = places.map { place in
      let ground = grid.transform.ground(x: place.x, y: place.y)
      return Point(x: ground.x, y: ground.y)
    }
    return operation.backward(grounds).map { ground in
      var x = ground.x
      if let turn = warp.turn { x += turn.full * ((turn.middle - x) / turn.full).rounded() }
      let place = warp.transform.pixel(x: x, y: ground.y)
      return Point(x: place.x, y: place.y)
    }
  }

  /// The places on the lattice of places in the scene, in its pixels; not finite where there is none.
  func latticePlaces(of places: [Point]) -> [Point] {
    let grounds = places.map { place in
      let ground = warp.transform.ground(x: place.x, y: place.y)
      return Point(x: ground.x, y: ground.y)
    }
    return operation.forward(grounds).map { ground in
      let place = grid.transform.pixel(x: ground.x, y: ground.y)
      return Point(x: place.x, y: place.y)
    }
  }
}
