import CPNG

extension PNGImage {
  /// Reads a picture from the bytes of a PNG file, as RGB or, where it has transparency, RGBA.
  ///
  /// Other depths and palettes are brought to 8 bits per channel by libpng.
  ///
  /// - Throws: ``PNGError/cannotDecode(reason:)`` when the bytes are no PNG, or are incomplete.
  public init(decoding bytes: [UInt8]) throws(PNGError) {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    var pixels: [UInt8] = []
    // libpng keeps the address between both calls.
    let isRead = bytes.withUnsafeBytes { file in
      guard png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else {
        return false
      }
      let hasAlpha = image.format & PNG_FORMAT_FLAG_ALPHA != 0
      image.format = hasAlpha ? PNGFormat.rgba : PNGFormat.rgb
      let size = Int(image.width) * Int(image.height) * (hasAlpha ? 4 : 3)
      var status: Int32 = 0
      pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        status = png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil)
        count = status != 0 ? size : 0
      }
      return status != 0
    }
    guard isRead else { throw .cannotDecode(reason: image.reason) }
    self.init(
      width: Int(image.width), height: Int(image.height),
      pixels: image.format == PNGFormat.rgba ? .rgba(pixels) : .rgb(pixels))
  }
}
