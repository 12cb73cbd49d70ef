/// What STAC says of one band of an asset.
///
/// Source: STAC 1.1.0 (`bands`), and before it the extensions EO 1 (`eo:bands`) and Raster 1
/// (`raster:bands`).
struct STACBand: Hashable {
  var name: String?
  /// Such as `red` or `nir`.
  var commonName: String?
  /// The physical value is stored number × scale + offset.
  var scale: Double?
  var offset: Double?
  /// The stored number that stands for no picture; may be NaN.
  var nodata: Double?

  /// Whether the physical value is another number than the one that is stored.
  var isScaled: Bool { (scale ?? 1) != 1 || (offset ?? 0) != 0 }

  /// Whether the band goes by a name, in any case.
  func isCalled(_ name: String) -> Bool {
    [commonName, self.name].contains { $0?.lowercased() == name.lowercased() }
  }
}

/// A band as an array of a STAC asset has it; the arrays are merged by place.
struct STACBandFields: Decodable {
  var band = STACBand()

  private enum Key: String, CodingKey {
    case name, nodata, scale, offset
    case commonName = "common_name"
    case newCommonName = "eo:common_name"
    case newScale = "raster:scale"
    case newOffset = "raster:offset"
  }

  /// Reads what is known.
  ///
  /// What decides pixels must be of the right kind; names may be anything.
  init(from decoder: any Decoder) throws {
    // In STAC 0.9 and before, a band is the place of its description elsewhere.
    guard let fields = try? decoder.container(keyedBy: Key.self) else { return }
    band.name = try? fields.decodeIfPresent(String.self, forKey: .name)
    band.commonName =
      (try? fields.decodeIfPresent(String.self, forKey: .newCommonName))
      ?? (try? fields.decodeIfPresent(String.self, forKey: .commonName))
    band.scale =
      try fields.decodeIfPresent(Double.self, forKey: .newScale)
      ?? fields.decodeIfPresent(Double.self, forKey: .scale)
    band.offset =
      try fields.decodeIfPresent(Double.self, forKey: .newOffset)
      ?? fields.decodeIfPresent(Double.self, forKey: .offset)
    band.nodata = try fields.decodeIfPresent(STACNumber.self, forKey: .nodata)?.value
  }
}

/// A number, or one of the words that JSON has no number for.
struct STACNumber: Decodable {
  var value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
      return
    }
    switch try container.decode(String.self).lowercased() {
    case "nan": value = .nan
    case "inf": value = .infinity
    case "-inf": value = -.infinity
    case let word:
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(word)' is no number")
    }
  }
}
