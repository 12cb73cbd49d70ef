import GeoFiles
import Grids

/// How the scenes' pixels compare with those a model was trained on.
///
/// The scenes' pixel size is that on the ellipsoid, at each scene's centre: a web-mercator pixel is
/// smaller than its name, a degree has no one length.
public struct PixelSizeCheck: Hashable, Sendable {
  /// From this ratio on, models see things too large or too small.
  public static let largestDifference = 0.2

  /// The scene whose pixels differ most from the model's.
  public let path: String
  /// Its pixel size on the ground along rows, in m.
  public let columnMeters: Double
  /// Its pixel size on the ground along columns, in m.
  public let rowMeters: Double
  /// The model's pixel size, in m.
  public let modelMeters: Double

  /// The pixel size that differs more, as a ratio to the model's; 1 where all is well.
  public var ratio: Double {
    let ratios = [columnMeters / modelMeters, rowMeters / modelMeters]
    return ratios.max { Self.difference($0) < Self.difference($1) } ?? 1
  }

  /// Whether scene and model are more than a fifth apart, in either direction and on either axis.
  public var isTooDifferent: Bool { Self.difference(ratio) > Self.largestDifference }

  /// Compares all scenes with a model.
  ///
  /// - Parameter modelMeters: The model's pixel size, in m.
  /// - Throws: ``TilingError/cannotPlace(path:cause:)`` where the ground cannot be measured.
  public init(of scenes: SceneSet, modelMeters: Double) throws(TilingError) {
    var worst: PixelSizeCheck?
    do throws(GeoFileError) {
      let ground = try GroundGeometry(crs: scenes.grid.crs)
      for scene in scenes.scenes {
        let size = try ground.pixelSizeMeters(
          of: scenes.grid.transform, x: Double(scene.window.x + scene.window.maxX) / 2,
          y: Double(scene.window.y + scene.window.maxY) / 2)
        let check = PixelSizeCheck(
          path: scene.path, columnMeters: size.x, rowMeters: size.y, modelMeters: modelMeters)
        if worst.map({ Self.difference($0.ratio) < Self.difference(check.ratio) }) ?? true {
          worst = check
        }
      }
    } catch {
      throw .cannotPlace(path: scenes.scenes.first?.path ?? "", cause: error)
    }
    guard let worst else { throw .noScenes }
    self = worst
  }

  private init(path: String, columnMeters: Double, rowMeters: Double, modelMeters: Double) {
    self.path = path
    self.columnMeters = columnMeters
    self.rowMeters = rowMeters
    self.modelMeters = modelMeters
  }

  /// How far a ratio is from 1: as far for a half as for a double.
  private static func difference(_ ratio: Double) -> Double {
    ratio >= 1 ? ratio - 1 : 1 / ratio - 1
  }
}
