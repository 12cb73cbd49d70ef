public import Grids
public import Imagery
public import Previews
import GeoFiles

/// Draws a map small enough to be looked at in one go.
public struct PreviewMaker: Sendable {
  /// The largest side of a preview, in pixels.
  public static let largestSide = 1024

  /// The classes and their colours.
  public let scheme: ClassScheme
  /// The classes that are not drawn over a picture, such as the background.
  public let unmarked: Set<Int>
  /// The colour of what is not mapped.
  public static let empty: [UInt8] = [236, 236, 232]

  /// Prepares to draw maps of these classes.
  public init(scheme: ClassScheme, unmarked: Set<Int> = [0]) {
    self.scheme = scheme
    self.unmarked = unmarked
  }

  /// Draws the classes in their colours.
  ///
  /// - Parameters:
  ///   - files: The class layer of every sheet.
  ///   - window: The pixels of the map, on the lattice.
  /// - Throws: ``MosaickingError/file(_:)``.
  /// - Complexity: O(pixels of the preview): smaller copies are read, never the full picture, as
  ///   long as a sheet's smallest copy is no larger than its share.
  public func picture(
    of files: [SheetFile], window: PixelWindow
  ) throws(MosaickingError) -> PNGImage {
    let small = try SmallMap(of: files, window: window, largestSide: Self.largestSide)
    let colors = scheme.published.map(\.color) + [Self.empty]
    let last = UInt8(colors.count - 1)
    return PNGImage(
      width: small.size.width, height: small.size.height,
      pixels: .palette(small.classes.map { min($0, last) }, colors: colors))
  }

  /// Draws the classes over a picture of the ground: tinted inside, in full colour at the edge.
  ///
  /// - Parameters:
  ///   - files: The class layer of every sheet.
  ///   - window: The pixels of the map, on the lattice.
  ///   - ground: Gives red, green, blue of each pixel of a picture as large as asked for, which
  ///     shows the window of the lattice that it is given.
  /// - Throws: ``MosaickingError/file(_:)``, and what `ground` throws.
  public func overlay(
    of files: [SheetFile], window: PixelWindow,
    on ground: (PixelWindow, PixelSize) throws -> [UInt8]
  ) throws -> PNGImage {
    let small = try SmallMap(of: files, window: window, largestSide: Self.largestSide)
    var pixels = try ground(small.window, small.size)
    precondition(pixels.count == small.size.area * 3)
    for (index, value) in small.classes.enumerated() where isMarked(value) {
      let color = scheme.published[Int(value)].color
      let percent = small.isEdge(index) ? 100 : 35
      for channel in 0..<3 {
        let mixed =
          Int(pixels[index * 3 + channel]) * (100 - percent) + Int(color[channel]) * percent
        pixels[index * 3 + channel] = UInt8((mixed + 50) / 100)
      }
    }
    return PNGImage(width: small.size.width, height: small.size.height, pixels: .rgb(pixels))
  }

  private func isMarked(_ value: UInt8) -> Bool {
    scheme.published.indices.contains(Int(value)) && !unmarked.contains(Int(value))
  }
}
