import GeoFiles
public import Grids

/// A layer's sheets as one picture: a virtual raster that names them.
///
/// It holds no pixels and no second set of smaller copies: GDAL takes those of the sheets. What no sheet
/// holds is nodata, or of the coverage layer outside. Paths are relative, and nothing in it depends on
/// when or where it was made.
///
/// Source: GDAL, "VRT – GDAL Virtual Format".
public struct MosaicUnion: Sendable {
  private let description: GeoTIFFDescription
  private let window: PixelWindow
  private let sheets: [SheetFile]

  /// Describes the union of a layer's sheets.
  ///
  /// - Parameters:
  ///   - sheets: Their files, by paths relative to the union's folder.
  ///   - window: The pixels of the map, on the lattice.
  public init(
    of sheets: [SheetFile], _ layer: MosaicLayer, layers: PartLayers, window: PixelWindow,
    grid: RunGrid
  ) {
    description = Mosaicker(grid: grid, layers: layers).describe(layer, of: window)
    self.window = window
    self.sheets = sheets
  }

  /// The file's text.
  ///
  /// - Complexity: O(sheets).
  public var text: String {
    let transform = description.transform.coefficients.map { "\($0)" }.joined(separator: ", ")
    let factors = (1...max(1, description.overviewCount)).map { "\(1 << $0)" }
    var lines = [
      "<VRTDataset rasterXSize=\"\(window.width)\" rasterYSize=\"\(window.height)\">",
      "  <SRS dataAxisToSRSAxisMapping=\"1,2\">\(description.crs.wkt.escapedForXML)</SRS>",
      "  <GeoTransform>\(transform)</GeoTransform>",
    ]
    if !description.metadata.isEmpty {
      lines.append("  <Metadata>")
      lines += description.metadata.map {
        "    <MDI key=\"\($0.name.escapedForXML)\">\($0.value.escapedForXML)</MDI>"
      }
      lines.append("  </Metadata>")
    }
    lines += [
      "  <OverviewList resampling=\"nearest\">\(factors.joined(separator: " "))</OverviewList>",
      "  <VRTRasterBand dataType=\"\(pixelType)\" band=\"1\" blockXSize=\"512\" blockYSize=\"512\">",
    ]
    lines += description.bandNames.map { "    <Description>\($0.escapedForXML)</Description>" }
    lines += [description.nodata].compactMap(\.self).map {
      "    <NoDataValue>\($0)</NoDataValue>"
    }
    lines += [description.scale].compactMap(\.self).map { "    <Scale>\($0)</Scale>" }
    if let colors = description.colors {
      lines.append("    <ColorInterp>Palette</ColorInterp>")
      lines.append("    <ColorTable>")
      lines += colors.map {
        "      <Entry c1=\"\($0[0])\" c2=\"\($0[1])\" c3=\"\($0[2])\" c4=\"255\"/>"
      }
      lines.append("    </ColorTable>")
    }
    lines += sheets.flatMap(source)
    lines += ["  </VRTRasterBand>", "</VRTDataset>", ""]
    return lines.joined(separator: "\n")
  }

  private var pixelType: String { description.isWide ? "UInt16" : "Byte" }

  private func source(_ sheet: SheetFile) -> [String] {
    let (width, height) = (sheet.window.width, sheet.window.height)
    let size = "xSize=\"\(width)\" ySize=\"\(height)\""
    let (left, top) = (sheet.window.x - window.x, sheet.window.y - window.y)
    return [
      "    <SimpleSource>",
      "      <SourceFilename relativeToVRT=\"1\">\(sheet.path.escapedForXML)</SourceFilename>",
      "      <SourceBand>1</SourceBand>",
      "      <SourceProperties RasterXSize=\"\(width)\" RasterYSize=\"\(height)\" "
        + "DataType=\"\(pixelType)\" BlockXSize=\"512\" BlockYSize=\"512\"/>",
      "      <SrcRect xOff=\"0\" yOff=\"0\" \(size)/>",
      "      <DstRect xOff=\"\(left)\" yOff=\"\(top)\" \(size)/>",
      "    </SimpleSource>",
    ]
  }
}
