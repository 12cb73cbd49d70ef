import Foundation

/// Where a band is found that tells which pixels show the ground, and which of its numbers say so.
///
/// Such bands are made by whoever made the scene: Sentinel-2's `SCL`, Landsat's `QA_PIXEL`, Planet's
/// `UDM2`.
public struct MaskRule: Hashable, Sendable, Codable {
  /// Which numbers of a mask tell of a clear pixel.
  public enum Clear: Hashable, Sendable, Codable {
    /// These numbers.
    case values([Int])
    /// All in which none of these bits is set; bit 0 is the lowest.
    case without(bits: [Int])

    /// Whether a number tells of a clear pixel.
    func holds(_ number: Int) -> Bool {
      switch self {
      case .values(let values): values.contains(number)
      case .without(let bits): bits.allSatisfy { number >> $0 & 1 == 0 }
      }
    }
  }

  /// The largest number that a mask may hold.
  public static let largest = 65_535

  /// The band: its name or number in the file; for STAC items the name of a band, or the key of an
  /// asset with one band.
  public var band: BandSelector
  /// What is put in place of what in a scene's path, to find the mask's file; nil where the mask is
  /// a band of the scene.
  public var replacing: Replacement?
  /// Which numbers tell of a clear pixel.
  public var clear: Clear

  /// Text of a path, and what stands in its place in another.
  public struct Replacement: Hashable, Sendable, Codable {
    /// What is replaced, where it occurs last.
    public var text: String
    /// What is put there.
    public var other: String

    /// Makes a replacement.
    public init(_ text: String, by other: String) { (self.text, self.other) = (text, other) }

    /// The other path; nil where the text is not in the path.
    func applied(to path: String) -> String? {
      guard let place = path.range(of: text, options: .backwards) else { return nil }
      return path.replacingCharacters(in: place, with: other)
    }
  }

  /// Makes a rule.
  public init(band: BandSelector, replacing: Replacement? = nil, clear: Clear) {
    (self.band, self.replacing, self.clear) = (band, replacing, clear)
  }
}

/// The band that tells which pixels of one scene show the ground.
public struct SceneMask: Hashable, Sendable, Codable {
  /// The file, and what belongs to it, itself first.
  public let files: [String]
  /// The band's number in it.
  public let band: Int
  /// Which numbers tell of a clear pixel.
  public let clear: MaskRule.Clear
  /// Pixels of the scene to one of the mask, along both axes: masks are often coarser.
  public let factor: PixelFactor
  /// Where the scene's first pixel lies in the mask, in pixels of the scene.
  public let offset: PixelFactor

  /// A whole number along each axis.
  public struct PixelFactor: Hashable, Sendable, Codable {
    /// Along rows.
    public let x: Int
    /// Along columns.
    public let y: Int
  }

  /// The file.
  var path: String { files[0] }
}
