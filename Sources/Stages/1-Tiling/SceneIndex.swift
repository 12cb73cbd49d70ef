import Grids
import Polygons
import Synchronization

/// Finds the scenes of a place without a look at each.
///
/// It follows from the scenes, and is made when it is first asked for. It is never written down, and
/// makes no two sets of scenes differ.
final class SceneIndex: Sendable {
  private let made = Mutex<BoxIndex?>(nil)

  /// The scenes whose windows share a pixel with another, by their places, in order.
  ///
  /// - Parameter scenes: All scenes; the same at every call.
  /// - Complexity: O(scenes found); O(scenes) the first time.
  func meeting(_ window: PixelWindow, among scenes: [Scene]) -> [Int] {
    made.withLock { made in
      let index = made ?? BoxIndex(scenes.map { Self.box($0.window) })
      made = index
      return index.meeting(Self.box(window))
    }
  }

  /// A window by the numbers of its first and last pixels: windows side by side do not meet.
  private static func box(_ window: PixelWindow) -> Box {
    Box(
      low: Point(x: Double(window.x), y: Double(window.y)),
      high: Point(x: Double(window.maxX - 1), y: Double(window.maxY - 1)))
  }
}

extension SceneIndex: Hashable {
  static func == (a: SceneIndex, b: SceneIndex) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}

extension SceneIndex: Codable {
  convenience init(from decoder: any Decoder) { self.init() }

  func encode(to encoder: any Encoder) {}
}

extension KeyedDecodingContainer {
  /// Makes a new index, whatever is written.
  func decode(_ type: SceneIndex.Type, forKey key: Key) -> SceneIndex { SceneIndex() }
}

extension KeyedEncodingContainer {
  /// Writes nothing.
  mutating func encode(_ index: SceneIndex, forKey key: Key) {}
}
