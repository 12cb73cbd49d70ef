import CGDAL

extension Dataset {
  /// When the picture was taken, as the file tells: ISO 8601, such as `2024-03-09T10:21:05`; nil when
  /// it does not, or not in a known form.
  ///
  /// Vendors' metadata (`ACQUISITIONDATETIME`, in UTC) count before a TIFF's own date, which has no
  /// time zone.
  ///
  /// Source: GDAL, "Raster data model", IMAGERY domain; TIFF 6.0, tag 306.
  public var acquired: String? {
    if let text = GDALGetMetadataItem(handle.raw, "ACQUISITIONDATETIME", "IMAGERY"),
      let time = Self.time(String(cString: text))
    {
      return time + "Z"
    }
    return GDALGetMetadataItem(handle.raw, "TIFFTAG_DATETIME", nil)
      .flatMap { Self.time(String(cString: $0)) }
  }

  /// A time such as `2024:03:09 10:21:05`, with any of the usual signs in between.
  static func time(_ text: String) -> String? {
    guard
      let match = text.firstMatch(
        of: /^\s*(\d{4})[-:\/](\d\d)[-:\/](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?/),
      let month = Int(match.2), (1...12).contains(month), let day = Int(match.3),
      (1...31).contains(day)
    else { return nil }
    let date = "\(match.1)-\(match.2)-\(match.3)"
    return "\(date)T\(match.4 ?? "00"):\(match.5 ?? "00"):\(match.6 ?? "00")"
  }
}

extension Dataset {
  /// The share of clouds in percent, as the file tells; nil when it does not.
  ///
  /// Source: GDAL, "Raster data model", IMAGERY domain; 999 stands for unknown.
  public var cloudCover: Double? {
    GDALGetMetadataItem(handle.raw, "CLOUDCOVER", "IMAGERY")
      .flatMap { Double(String(cString: $0)) }
      .flatMap { (0...100).contains($0) ? $0 : nil }
  }
}
