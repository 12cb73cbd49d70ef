import CPNG
import Glibc

extension PNGImage {
  /// The picture as the bytes of a PNG file; equal pictures give equal bytes.
  ///
  /// - Parameter quickly: Whether time counts more than bytes: for pictures that are looked at once.
  /// - Throws: ``PNGError/cannotEncode(width:height:reason:)`` when libpng refuses, as it does
  ///   beyond 1,000,000 px a side.
  public func encoded(quickly: Bool = false) throws(PNGError) -> [UInt8] {
    switch pixels {
    case .rgb(let bytes): try encoded(bytes, format: PNGFormat.rgb, colors: [], quickly)
    case .rgba(let bytes): try encoded(bytes, format: PNGFormat.rgba, colors: [], quickly)
    case .palette(let indices, let colors):
      try encoded(indices, format: PNGFormat.palette, colors: colors, quickly)
    }
  }

  /// Writes the picture as a PNG file, in place of what was there.
  ///
  /// The file is neither forced to disk nor read back; who publishes it does that.
  ///
  /// - Returns: The bytes that were written.
  /// - Throws: ``PNGError/cannotWrite(path:code:)``; what is at the path then is incomplete.
  @discardableResult
  public func write(to path: String) throws(PNGError) -> [UInt8] {
    let bytes = try encoded()
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .cannotWrite(path: path, code: errno) }
    var code: Int32 = 0
    var written = 0
    while written < bytes.count && code == 0 {
      let count = bytes.withUnsafeBytes { all in
        let rest = UnsafeRawBufferPointer(rebasing: all[written...])
        return Glibc.write(file, rest.baseAddress, rest.count)
      }
      if count >= 0 { written += count } else if errno != EINTR { code = errno }
    }
    if close(file) != 0 && code == 0 { code = errno }
    guard code == 0 else { throw .cannotWrite(path: path, code: code) }
    return bytes
  }

  private func encoded(
    _ bytes: [UInt8], format: UInt32, colors: [[UInt8]], _ quickly: Bool
  ) throws(PNGError) -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = format
    image.colormap_entries = UInt32(colors.count)
    let palette = colors.flatMap(opaque)
    if quickly { image.flags |= UInt32(PNG_IMAGE_FLAG_FAST) }
    // What zlib makes of bytes that do not shrink, and the file around it (png.h, PNG_IMAGE_PNG_SIZE_MAX).
    let raw = bytes.count + height
    let most = raw + (raw + 7) / 8 + (raw + 63) / 64 + 11 + 12 * (raw / 4096 + 1) + 2048
    var status: Int32 = 0
    let file = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      var size = most
      status = png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, bytes, 0, palette)
      count = status != 0 ? size : 0
    }
    guard status != 0 else {
      throw .cannotEncode(width: width, height: height, reason: image.reason)
    }
    return file
  }
}

/// `PNG_FORMAT_RGB` and its relatives: macros of macros, which Swift does not see.
enum PNGFormat {
  static let rgb = PNG_FORMAT_FLAG_COLOR
  static let rgba = PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA
  static let palette = rgba | PNG_FORMAT_FLAG_COLORMAP
}

extension png_image {
  /// What libpng said last.
  var reason: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
