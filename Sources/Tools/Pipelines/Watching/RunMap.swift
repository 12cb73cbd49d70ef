import Foundation
public import Grids
import Imagery
import Mosaicking
import ShardStores
import Tiling

/// What there is to look at in a run, finished or not: scenes, layers, classes, shards.
///
/// A plain value, read once from the run's folder; what happens in the run is told by
/// ``RunWatcher``.
public struct RunMap: Sendable {
  /// A picture, and how it is shown.
  public struct Picture: Hashable, Sendable {
    /// The file, as GDAL opens it.
    public var path: String
    /// The bands that the network sees, in its order, from 1.
    public var bands: [Int]
    /// The value of pixels without a picture, where the pipeline names one.
    public var nodata: Double?
    /// The pixels of the lattice in which it lies.
    public var window: PixelWindow
  }

  /// What a raster of the map holds.
  public enum Content: Hashable, Sendable {
    /// The index of a class in each pixel.
    case classes
    /// What became of each pixel.
    case coverage
    /// How probable something is, in steps of `ClassMap.scale`.
    case probability(of: String)
  }

  /// A raster of the map.
  public struct Raster: Hashable, Sendable {
    /// Its name, as files have it: `class`, `coverage`, `probability_building`.
    public var name: String
    /// What it holds.
    public var content: Content
    /// The files that it consists of once it is made, in the order of the sheets.
    public var sheets: [Sheet]
    /// The band of a shard's part that holds it, from 1.
    public var partBand: Int
  }

  /// A file of the map, and the pixels of the lattice that it holds.
  public struct Sheet: Hashable, Sendable {
    /// The file, relative to the run's folder.
    public var path: String
    /// Its pixels.
    public var window: PixelWindow
  }

  /// A value of a raster, with the colour that it is drawn in.
  public struct Entry: Hashable, Sendable, Codable {
    /// What it means.
    public var name: String
    /// Red, green, blue.
    public var color: [UInt8]
    /// Whether it is what remains when everything of interest is taken away.
    public var isBackground: Bool
  }

  /// Outlines, roads or bridges.
  public struct Outlines: Hashable, Sendable {
    /// The layer's name.
    public var name: String
    /// Whether areas are drawn; else lines.
    public var areAreas: Bool
    /// Red, green, blue of its class.
    public var color: [UInt8]
    /// Beginnings of the names of its files, relative to the run's folder, without their endings.
    public var stems: [String]
    /// The formats that are written, as files' endings.
    public var formats: [String]
  }

  /// The run's name.
  public let name: String
  /// The folder.
  public let folder: RunFolder
  /// The lattice.
  public let grid: RunGrid
  /// The pixels of the map.
  public let window: PixelWindow
  /// The scenes, those on top first.
  public let pictures: [Picture]
  /// The rasters.
  public let rasters: [Raster]
  /// The classes; the class map's value is the place in this list.
  public let classes: [Entry]
  /// What became of pixels, by the value in the coverage.
  public let coverage: [Entry]
  /// The layers of outlines, roads and bridges.
  public let outlines: [Outlines]
  /// The shards.
  public let shards: ShardSpan
  /// Which revision of the run this is; another one has other shards.
  public let generation: Int

  /// Looks at a run.
  ///
  /// - Throws: ``RunError/notARun(folder:)``, ``RunError/cannotRead(path:reason:)``, and what keeps
  ///   the queue from being read.
  public init(of folder: RunFolder) throws {
    try OutsideLibraries.start()
    guard try RunRecord.read(in: folder) != nil else {
      throw RunError.notARun(folder: folder.path)
    }
    try folder.checkState()
    let plan = try RunPlan.read(in: folder, for: ShardStore(reading: folder.queue.path))
    self.folder = folder
    name = plan.name
    grid = plan.grid
    window = plan.window
    shards = plan.span
    generation = plan.generation
    pictures = plan.scenes.scenes.map {
      Picture(path: $0.path, bands: $0.bands, nodata: plan.nodata, window: $0.window)
    }
    classes = plan.model.scheme.published.map {
      Entry(name: $0.name, color: $0.color, isBackground: ClassPalette.isBackground($0.name))
    }
    coverage = Coverage.allCases.map {
      Entry(name: $0.name, color: $0.color, isBackground: $0 == .outside)
    }
    let layers = plan.partLayers
    rasters = layers.all.compactMap { layer in
      let content: Content
      switch layer {
      case .classes: content = .classes
      case .coverage: content = .coverage
      case .probability(let index): content = .probability(of: layers.probabilities[index])
      case .provenance: return nil
      }
      // Not every layer becomes a file; its parts hold it all the same.
      let isWritten = plan.rasters.contains(layer)
      let sheets = plan.mosaicLayout.sheets.map {
        Sheet(path: plan.mosaicPath(of: layer, sheet: $0), window: $0.window)
      }
      return Raster(
        name: layers.name(of: layer), content: content, sheets: isWritten ? sheets : [],
        partBand: layers.band(of: layer))
    }
    let suffixes = plan.mosaicLayout.sheets.map(\.suffix)
    outlines = plan.footprints.map { layer in
      let classIndex = layer.classes.first { plan.model.scheme.published.indices.contains($0) }
      let color = classIndex.map { plan.model.scheme.published[$0].color }
      let whole = "\(RunFolder.footprints)/\(plan.name)_\(layer.name)"
      return Outlines(
        name: layer.name, areAreas: layer.isOutline, color: color ?? ClassPalette.color(0),
        stems: Set([""] + suffixes).sorted().map { whole + $0 }, formats: layer.formats)
    }
  }

  /// Whether this is the same run in the same revision, so that what was drawn of it still holds.
  public func isSame(as other: RunMap) -> Bool {
    folder == other.folder && generation == other.generation && window == other.window
      && grid == other.grid && pictures == other.pictures && rasters == other.rasters
  }

  /// Makes GDAL and PROJ ready on the thread that calls, which is to read what the map names.
  public static func prepareThread() throws { try OutsideLibraries.start() }

  /// The files of a layer of outlines that can be read now: one, or its parts; none before they are
  /// written.
  ///
  /// Those with a spatial index are taken first: FlatGeobuf, then GeoPackage.
  public func files(of layer: Outlines) -> [String] {
    let usual = ["fgb", "gpkg", "geojsonl", "geojson", "shp.zip"]
    for format in usual where layer.formats.contains(format) {
      let paths = layer.stems.map { folder.file("\($0).\(format)").path }
      let there = paths.filter(FileManager.default.fileExists)
      if !there.isEmpty { return there }
    }
    return []
  }

  /// Where a raster's pixels can be read now.
  ///
  /// - Parameters:
  ///   - raster: The raster.
  ///   - part: The pixels wanted, on the lattice.
  ///   - limit: So many parts of shards at most; where there are more, none are named, for it would
  ///     take long to read them.
  /// - Returns: Sheets of the map where they are made, and elsewhere the parts of finished shards.
  public func files(
    of raster: Raster, in part: PixelWindow, partLimit limit: Int = .max
  ) throws -> [RasterFile] {
    let store = try ShardStore(reading: folder.queue.path)
    let made = try store.artifacts(stage: WorkStage.mosaic.rawValue).filter { !$0.isRetired }
    var found: [RasterFile] = []
    for sheet in raster.sheets where sheet.window.intersects(part) {
      guard let file = made.first(where: { $0.path == sheet.path }) else { continue }
      found.append(
        RasterFile(
          path: folder.file(sheet.path).path, band: 1, window: sheet.window,
          content: file.contentHash))
    }
    // One layer of a sheet may be there while the other still is in its parts.
    let missing = part.intersection(window)
    if found.contains(where: { $0.window.contains(missing) }) { return found }
    let numbers = shards.numbers(meeting: missing).filter { number in
      let own = shards.window(of: number)
      return !found.contains { $0.window.contains(own) }
    }
    guard numbers.count <= limit else { return found }
    let keys = numbers.map { ShardKey(stage: WorkStage.infer.rawValue, index: $0) }
    for artifact in try store.artifacts(of: keys) where !artifact.isRetired {
      found.append(
        RasterFile(
          path: folder.file(artifact.path).path, band: raster.partBand,
          window: shards.window(of: artifact.key.index), content: artifact.contentHash))
    }
    return found
  }

  /// A file that a raster can be read from.
  public struct RasterFile: Hashable, Sendable {
    /// The file.
    public var path: String
    /// The band, from 1.
    public var band: Int
    /// Its pixels, on the lattice.
    public var window: PixelWindow
    /// The hash of what it holds: another content has another one.
    public var content: String
  }
}
