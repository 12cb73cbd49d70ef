/// A pixel of a centreline, and what is known there.
public struct CenterlinePixel: Hashable, Sendable {
  /// What a pixel of a centreline crosses.
  public struct Marks: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes marks of bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Beyond the rim on one side at least lies what a bridge leads over.
    public static let beside = Marks(rawValue: 1)
    /// It lies on both sides.
    public static let over = Marks(rawValue: 2)
    /// The map has a bridge here.
    public static let bridge = Marks(rawValue: 4)
  }

  /// Where the pixel is, on the lattice.
  public let place: LatticePixel
  /// The square of the distance to the rim, in 64ths of ``CenterlineRules/side``.
  public let squaredRadius: Int
  /// The value of the map.
  public let value: UInt8
  /// What it crosses.
  public let marks: Marks

  /// Makes a pixel of all that is known of it.
  public init(place: LatticePixel, squaredRadius: Int, value: UInt8, marks: Marks) {
    self.place = place
    self.squaredRadius = squaredRadius
    self.value = value
    self.marks = marks
  }

  /// The middle of the pixel, in pixels.
  var center: Point { Point(x: Double(place.x) + 0.5, y: Double(place.y) + 0.5) }
}

/// Where a centreline, or a piece of one, ends.
public enum CenterlineEnd: Hashable, Sendable {
  /// The road ends.
  case free
  /// Roads meet, at a place in pixels, which is so far from the rim.
  case junction(Point, squaredRadius: Int)
  /// What was asked for ends.
  case border
  /// The piece goes on at a pixel in another part of the plane.
  case cut(LatticePixel)
}

/// A piece of a centreline between junctions: the pixels that lie in one part of the plane.
public struct CenterlinePiece: Hashable, Sendable {
  /// The pixels, each beside the one before; at least one.
  public var pixels: [CenterlinePixel]
  /// What is before the first pixel.
  public var start: CenterlineEnd
  /// What is behind the last pixel.
  public var end: CenterlineEnd

  /// Makes a piece.
  public init(pixels: [CenterlinePixel], start: CenterlineEnd, end: CenterlineEnd) {
    self.pixels = pixels
    self.start = start
    self.end = end
  }

  /// The same piece, walked the other way.
  var reversed: CenterlinePiece {
    CenterlinePiece(pixels: pixels.reversed(), start: end, end: start)
  }

  /// The last pixel in row-major order: the piece's name on the lattice.
  public var canonicalPixel: LatticePixel {
    pixels.dropFirst().reduce(pixels[0].place) { max($0, $1.place) }
  }
}
