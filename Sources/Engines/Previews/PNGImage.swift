/// A picture of 8 bits per channel, as it is written to and read from PNG.
///
/// ```swift
/// let picture = PNGImage(width: 2, height: 1, pixels: .rgb([255, 0, 0, 0, 0, 255]))
/// try picture.write(to: "preview.png")
/// ```
public struct PNGImage: Hashable, Sendable {
  /// The ways in which pixels are kept; rows from the top, pixels from the left.
  public enum Pixels: Hashable, Sendable {
    /// Red, green, blue of each pixel.
    case rgb([UInt8])
    /// Red, green, blue, alpha of each pixel; colours are not multiplied by alpha.
    case rgba([UInt8])
    /// One byte per pixel: which of at most 256 colours. A colour is red, green, blue and, if it is
    /// not opaque, alpha.
    case palette([UInt8], colors: [[UInt8]])
  }

  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// The pixels.
  public let pixels: Pixels

  /// Makes a picture from its pixels.
  ///
  /// - Precondition: There is at least one pixel and as many bytes as the extent asks for; a
  ///   palette holds 1…256 colours of 3 or 4 values, and every index is in it.
  public init(width: Int, height: Int, pixels: Pixels) {
    precondition(width > 0 && height > 0, "a picture needs pixels")
    switch pixels {
    case .rgb(let bytes): precondition(bytes.count == width * height * 3)
    case .rgba(let bytes): precondition(bytes.count == width * height * 4)
    case .palette(let indices, let colors):
      precondition(indices.count == width * height && (1...256).contains(colors.count))
      precondition(colors.allSatisfy { $0.count == 3 || $0.count == 4 })
      precondition(indices.allSatisfy { $0 < colors.count })
    }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Red, green, blue, alpha of the pixel in column `x`, row `y`.
  public func color(x: Int, y: Int) -> [UInt8] {
    let index = y * width + x
    switch pixels {
    case .rgb(let bytes): return Array(bytes[index * 3..<index * 3 + 3]) + [255]
    case .rgba(let bytes): return Array(bytes[index * 4..<index * 4 + 4])
    case .palette(let indices, let colors): return opaque(colors[Int(indices[index])])
    }
  }
}

/// Red, green, blue, alpha of a colour that may lack its alpha.
func opaque(_ color: [UInt8]) -> [UInt8] { color.count == 4 ? color : color + [255] }
