public import Checksums
public import GeoFiles
public import Grids
public import Imagery
import Glibc

/// Joins the parts of shards into Cloud-Optimized GeoTIFFs, one per layer and sheet.
///
/// The same pixels give the same bytes, whatever shards they came in. Rows stream from the parts
/// through ``Pyramid`` into a temporary file, whose packed blocks then become the COG's. That is decoded: its
/// hashes must be those of what went in, smaller copies included.
///
/// Memory: strips of 512 rows of the sheet's width, of which there are three at most (the full
/// picture, its smaller copies together, a part's rows), and GDAL's block cache: for
/// 28,672 px 45 MB and the cache. Height does not matter.
public struct Mosaicker: Sendable {
  /// Where the lattice lies on the ground.
  public let grid: RunGrid
  /// The bands of the parts.
  public let layers: PartLayers
  /// How the blocks of the COGs are packed.
  public let compression: GeoTIFFDescription.Compression
  /// How many different probabilities are written, from 0 to 1; nil means all.
  public let probabilityLevels: Int?

  /// Prepares to join the parts of a run.
  public init(
    grid: RunGrid, layers: PartLayers,
    compression: GeoTIFFDescription.Compression = .deflate(level: 5), probabilityLevels: Int? = nil
  ) {
    self.grid = grid
    self.layers = layers
    self.compression = compression
    self.probabilityLevels = probabilityLevels
  }

  /// Writes one layer of one sheet.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - window: The sheet's pixels, on the lattice.
  ///   - parts: Every shard that meets the sheet; pixels that none speaks of become outside.
  ///   - temporary: A path on the same disk that nothing else uses; removed again.
  ///   - path: The COG. Until this returns, what is there is not to be trusted.
  ///   - step: Called for every piece of the work that is done.
  /// - Returns: The hash of the full picture's pixels.
  /// - Throws: ``MosaickingError/file(_:)``, ``MosaickingError/pixelsDiffer(path:)``,
  ///   ``MosaickingError/partMisfits(path:size:window:)``.
  /// - Complexity: O(pixels).
  public func write(
    _ layer: MosaicLayer, of window: PixelWindow, from parts: [MosaicPart],
    by temporary: String, to path: String, step: () -> Void = {}
  ) throws(MosaickingError) -> ContentHash {
    defer { unlink(temporary) }
    let hashes =
      layer == .provenance
      ? try writeProvenance(of: window, from: parts, to: temporary, step: step)
      : try writeTemporary(layer, of: window, from: parts, to: temporary, step: step)
    do { try writeCOG(from: temporary, to: path, step: step) } catch { throw .file(error) }
    for (level, hash) in hashes.enumerated() {
      step()
      let read = try ContentHash(ofPixelsIn: SheetFile.path(ofLevel: level, in: path))
      guard read == hash else { throw .pixelsDiffer(path: path) }
    }
    return hashes[0]
  }

  /// Writes the picture and its smaller copies, and tells the hash of each.
  private func writeTemporary(
    _ layer: MosaicLayer, of window: PixelWindow, from parts: [MosaicPart], to path: String,
    step: () -> Void
  ) throws(MosaickingError) -> [ContentHash] {
    let description = describe(layer, of: window)
    let file: GeoTIFFWriter
    do { file = try GeoTIFFWriter(creating: path, description) } catch { throw .file(error) }
    var pyramid = Pyramid(
      size: window.size, levelCount: description.overviewCount, rule: layer.overviewRule)
    let hashes = pyramid.sizes.map { _ in RunningHash() }
    let reader = PartReader(parts: parts, layers: layers, layer: layer)
    let levels = layer.isGradual ? probabilityLevels.map(Self.levels) : nil
    for strip in Strip.windows(of: window.size) {
      step()
      try reader.read(strip.translated(byX: window.x, y: window.y), into: pyramid.next)
      if let levels {
        let pixels = pyramid.next
        for place in pixels.indices { pixels[place] = levels[Int(pixels[place])] }
      }
      for piece in pyramid.push() {
        hashes[piece.level].update(piece.pixels)
        do {
          if piece.level == 0 {
            try file.write(piece.pixels, in: piece.window, band: 1)
          } else {
            try file.write(piece.pixels, in: piece.window, band: 1, overview: piece.level - 1)
          }
        } catch { throw .file(error) }
      }
    }
    do { try file.close() } catch { throw .file(error) }
    return hashes.map { $0.finish() }
  }

  /// How a layer's blocks are packed: DEFLATE's higher levels make the differences of probabilities a
  /// twentieth smaller, in four times the time, and classes a third.
  private func packing(of layer: MosaicLayer) -> GeoTIFFDescription.Compression {
    if case .deflate(let level) = compression, layer.isGradual {
      return .deflate(level: min(level, 1))
    }
    return compression
  }

  /// What each stored probability becomes where only so many are written: the nearest of them, at equal
  /// distances from 0 to 1.
  static func levels(_ count: Int) -> [UInt8] {
    let (most, steps) = (Int(ClassMap.certain), count - 1)
    return (0...255).map { value in
      guard value <= most else { return UInt8(value) }
      let level = (2 * value * steps + most) / (2 * most)
      return UInt8((2 * level * most + steps) / (2 * steps))
    }
  }

  /// What the file says of itself; nothing in it depends on when, where or from what it was made.
  func describe(_ layer: MosaicLayer, of window: PixelWindow) -> GeoTIFFDescription {
    var description = GeoTIFFDescription(
      size: window.size, bandCount: 1, transform: grid.transform(of: window), crs: grid.crs)
    description.overviewCount = GeoTIFFDescription.overviewCount(for: window.size)
    description.compression = packing(of: layer)
    description.tellsDifferences = layer.isGradual
    switch layer {
    case .classes:
      description.nodata = ClassMap.nodata
      description.bandNames = ["class"]
      description.colors = layers.scheme.published.map(\.color)
      description.metadata = layers.scheme.published.enumerated().map { index, published in
        .init(name: "CLASS_\(index)", value: published.name)
      }
    case .coverage:
      description.bandNames = ["coverage"]
      description.colors = Coverage.allCases.map(\.color)
      description.metadata = Coverage.allCases.map { coverage in
        .init(name: "COVERAGE_\(coverage.rawValue)", value: coverage.name)
      }
    case .provenance:
      description.isWide = true
      description.nodata = 0
      description.bandNames = ["provenance"]
    case .probability(let index):
      description.nodata = ClassMap.nodata
      description.bandNames = ["probability of \(layers.probabilities[index])"]
      description.scale = ClassMap.scale
    }
    return description
  }
}

extension MosaicLayer {
  /// Whether values next to each other are alike without being the same.
  var isGradual: Bool {
    if case .probability = self { return true }
    return false
  }

  /// How the layer's smaller copies are made.
  var overviewRule: OverviewRule {
    switch self {
    case .classes: .mode(nodata: ClassMap.nodata)
    case .coverage: .mode(nodata: nil)
    case .probability: .mean(nodata: ClassMap.nodata)
    case .provenance: .corner
    }
  }
}

extension Coverage {
  /// The name in the file.
  public var name: String {
    switch self {
    case .outside: "outside"
    case .mapped: "mapped"
    case .nodata: "nodata"
    case .setAside: "set aside"
    case .cloud: "cloud"
    }
  }

  /// Red, green, blue in the file.
  public var color: [UInt8] {
    switch self {
    case .outside: [255, 255, 255]
    case .mapped: [74, 144, 104]
    case .nodata: [150, 150, 150]
    case .setAside: [208, 64, 48]
    case .cloud: [120, 168, 216]
    }
  }
}
