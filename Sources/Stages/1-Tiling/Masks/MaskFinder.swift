import Foundation
import GeoFiles
import Grids

/// Finds the mask of each scene of a run.
public struct MaskFinder {
  let rule: MaskRule
  /// Files and bands of masks that are known already, by the scenes' paths: those of STAC items.
  let known: [String: MaskPlace]

  /// Finds masks by a rule.
  ///
  /// - Parameter known: As ``SceneSearch/Found/masks``.
  public init(_ rule: MaskRule, known: [String: MaskPlace] = [:]) {
    (self.rule, self.known) = (rule, known)
  }

  /// The mask of a scene.
  ///
  /// - Throws: ``TilingError/cannotMask(path:mask:reason:)``.
  func mask(of scene: SceneProfile) throws(TilingError) -> SceneMask {
    let path = known[scene.path]?.path ?? rule.replacing?.applied(to: scene.path) ?? scene.path
    func failure(_ reason: String) -> TilingError {
      .cannotMask(path: scene.path, mask: path, reason: reason)
    }
    if known[scene.path] == nil, let replacing = rule.replacing, path == scene.path {
      throw failure("its path does not hold '\(replacing.text)'")
    }
    let file: Dataset
    do throws(GeoFileError) { file = try Dataset(opening: path) } catch {
      throw failure(error.cause)
    }
    let selector = known[scene.path].map { BandSelector.number($0.band) } ?? rule.band
    guard let number = selector.number(among: file.bands) else {
      let names = file.bands.map { "\($0.index) (\($0.name))" }.joined(separator: ", ")
      throw failure("there is no band '\(selector)' in it: it has \(names)")
    }
    guard file.bands[number - 1].elementType.range != nil else {
      throw failure(
        "its numbers are \(file.bands[number - 1].elementType.rawValue), and no codes")
    }
    guard let transform = file.transform, let crs = file.crs else {
      throw failure("it does not tell where it lies")
    }
    let isSame: Bool
    do throws(GeoFileError) { isSame = try crs.isSame(as: scene.crs) } catch {
      throw failure(error.cause)
    }
    guard isSame else { throw failure("it is in \(crs), the scene in \(scene.crs)") }
    guard let place = Self.place(transform, file.size, around: scene) else {
      throw failure(
        "its pixels are not whole numbers of the scene's, or do not hold all of the scene")
    }
    return SceneMask(
      files: file.ownFirstFiles(), band: number, clear: rule.clear, factor: place.factor,
      offset: place.offset)
  }

  /// How many pixels of a scene make one of a mask that holds it, and where it lies there; nil where
  /// that is no whole number.
  private static func place(
    _ transform: GeoTransform, _ size: PixelSize, around scene: SceneProfile
  ) -> (factor: SceneMask.PixelFactor, offset: SceneMask.PixelFactor)? {
    // Places of the mask in the scene: an upright mask has its axes there.
    let corner = transform.ground(x: 0, y: 0)
    let (right, down) = (transform.ground(x: 1, y: 0), transform.ground(x: 0, y: 1))
    let origin = scene.transform.pixel(x: corner.x, y: corner.y)
    let (east, south) = (
      scene.transform.pixel(x: right.x, y: right.y), scene.transform.pixel(x: down.x, y: down.y)
    )
    let (x, y) = (Int((east.x - origin.x).rounded()), Int((south.y - origin.y).rounded()))
    let far = transform.ground(x: Double(size.width), y: Double(size.height))
    let end = scene.transform.pixel(x: far.x, y: far.y)
    let (left, top) = (Int((-origin.x).rounded()), Int((-origin.y).rounded()))
    let isClose =
      abs(origin.x + Double(left)) < 0.01 && abs(origin.y + Double(top)) < 0.01
      && abs(end.x - origin.x - Double(x * size.width)) < 0.01
      && abs(end.y - origin.y - Double(y * size.height)) < 0.01
      && abs(east.y - origin.y) * Double(size.width) < 0.01
      && abs(south.x - origin.x) * Double(size.height) < 0.01
    let isAround =
      left >= 0 && top >= 0 && left + scene.size.width <= x * size.width
      && top + scene.size.height <= y * size.height
    guard x >= 1, y >= 1, isClose, isAround else { return nil }
    return (SceneMask.PixelFactor(x: x, y: y), SceneMask.PixelFactor(x: left, y: top))
  }
}

/// A file and a band of it that is a mask.
public struct MaskPlace: Hashable, Sendable {
  /// The file.
  public var path: String
  /// The band's number.
  public var band: Int
}
