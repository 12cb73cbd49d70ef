public import Grids
import Polygons

/// Where footprints come from.
public struct FootprintProvenance: Hashable, Sendable {
  /// A scene, as far as footprints tell of it.
  public struct Scene: Hashable, Sendable, Codable {
    /// The file's name.
    public let name: String
    /// When it was taken, in ISO 8601; nil when its file does not tell.
    public let acquired: String?
    /// Its pixels, on the run's lattice.
    public let window: PixelWindow

    /// Names a scene.
    public init(name: String, acquired: String?, window: PixelWindow) {
      self.name = name
      self.acquired = acquired
      self.window = window
    }
  }

  /// The class of all footprints.
  public let className: String
  /// What the class map was computed with, such as a file name and a hash.
  public let model: String
  /// The version of the program.
  public let version: String
  /// The scenes of the run, in their order.
  public let scenes: [Scene]

  /// Tells where footprints come from.
  public init(className: String, model: String, version: String, scenes: [Scene] = []) {
    self.className = className
    self.model = model
    self.version = version
    self.scenes = scenes
  }
}

/// Finds the scenes around pixels that come row by row, looking at few scenes each time.
struct SceneSight {
  /// Scenes whose rows are not reached yet, the topmost last.
  private var waiting: [(index: Int, scene: FootprintProvenance.Scene)]
  private var open: [(index: Int, scene: FootprintProvenance.Scene)] = []

  init(of scenes: [FootprintProvenance.Scene]) {
    waiting = scenes.enumerated().map { ($0, $1) }.sorted { a, b in
      (a.scene.window.y, a.index) > (b.scene.window.y, b.index)
    }
  }

  /// The scenes whose extent holds a pixel, in their order.
  ///
  /// - Parameter pixel: In no row above that of the call before.
  mutating func scenes(at pixel: LatticePixel) -> [FootprintProvenance.Scene] {
    while let next = waiting.last, next.scene.window.y <= pixel.y {
      open.append(waiting.removeLast())
    }
    open.removeAll { $0.scene.window.maxY <= pixel.y }
    return
      open
      .filter { $0.scene.window.x <= pixel.x && pixel.x < $0.scene.window.maxX }
      .sorted { $0.index < $1.index }
      .map(\.scene)
  }
}
