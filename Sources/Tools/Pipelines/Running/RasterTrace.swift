import Footprints
import Foundation
import GeoFiles
import Grids
import Polygons
import Synchronization

/// A request to trace outlines from a raster of probabilities, whoever made it.
public struct RasterTraceRequest: Sendable {
  /// A band of a raster.
  public struct Band: Hashable, Sendable {
    /// The file: anything that GDAL reads.
    public var path: String
    /// Its number, from 1.
    public var number: Int
    /// What stands for probability 1; nil for what the file's scale or the type of number suggests.
    public var one: Double?

    /// Names a band.
    public init(path: String, number: Int = 1, one: Double? = nil) {
      self.path = path
      self.number = number
      self.one = one
    }

    /// The band as the tracer opens it.
    var source: ProbabilityRaster.Source { .init(path: path, band: number, one: one) }
  }

  /// The probability of what is traced.
  public var probability: Band
  /// The probability of contact between neighbours; nil when nothing tells it.
  public var contact: Band?
  /// Where the outlines go.
  public var folder: String
  /// What the objects are called in the attributes.
  public var className: String?
  /// How outlines are drawn; the defaults are those of a pipeline.
  public var settings = FootprintSettings()
  /// How roads are drawn, where roads are asked for.
  public var roads: CenterlineSettings?
  /// The formats to write and by whose names attributes are called, as a command line has them; nil
  /// leaves the settings as they are.
  public mutating func write(_ formats: [String]?, schema: String?) {
    if let formats { settings.write = formats.compactMap(FootprintFormat.init(rawValue:)) }
    if let schema = schema.flatMap(FootprintSchema.init(rawValue:)) { settings.schema = schema }
    roads?.write = settings.write
    roads?.schema = settings.schema
  }

  /// What is traced in one go, in pixels; memory grows with it, the result does not change.
  public var shard = (width: 2048, height: 2048)
  /// How many shards are traced at a time; nil for as many as there are processors.
  public var threads: Int?

  /// Asks for the outlines of a raster.
  public init(_ probability: Band, folder: String) {
    self.probability = probability
    self.folder = folder
  }
}

/// Traces outlines from a raster of probabilities.
public struct RasterTrace {
  private let request: RasterTraceRequest
  private let largest = LargestRead()

  /// Prepares what was asked for; nothing happens yet.
  public init(_ request: RasterTraceRequest) { self.request = request }

  /// Traces shard by shard and writes the files, which take their names when all is written.
  ///
  /// - Returns: What was made, for people.
  /// - Throws: `ProbabilityRasterError`, `GeoFileError`, ``RunError``.
  public func execute() throws -> String {
    try OutsideLibraries.start()
    let (request, largest) = (self.request, self.largest)
    let window = try ProbabilityRaster(request.probability.source).window
    let shards = stride(from: window.y, to: window.maxY, by: request.shard.height).flatMap { y in
      stride(from: window.x, to: window.maxX, by: request.shard.width).map { x in
        PixelWindow(
          x: x, y: y, width: request.shard.width, height: request.shard.height
        ).intersection(window)
      }
    }
    let layer = TracedFiles.Layer { try Tracing(of: request, noting: largest) }
    let traced = try TracedFiles(
      folder: request.folder, shards: shards, threads: request.threads, layers: [layer]
    ) {
      Scenery(
        name: request.name, grid: try ProbabilityRaster(request.probability.source).grid,
        window: window)
    }.write()
    guard traced.counts == [0] else { return traced.words }
    return traced.words + "\n" + hint
  }

  /// Why there may be nothing: a mask of 0 and 1 read as bytes that count to 254 looks empty.
  private var hint: String {
    if largest.value >= request.settings.threshold ?? 0.5, request.roads == nil {
      return "  what there is, is smaller than `--smallest-m2` or less sure than "
        + "`--least-confidence`"
    }
    let largest = String(format: "%.3f", largest.value)
    let band = request.probability
    return "  the largest probability in band \(band.number) of '\(band.path)' is \(largest); "
      + "`--one` says which number stands for probability 1"
  }
}

/// The largest probability that any thread read.
final class LargestRead: Sendable {
  private let largest = Mutex(0.0)

  var value: Double { largest.withLock { $0 } }

  func note(_ value: Double) { largest.withLock { $0 = max($0, value) } }
}

extension Tracing {
  /// Prepares to trace from a raster of probabilities.
  init(of request: RasterTraceRequest, noting largest: LargestRead) throws {
    let probability = try ProbabilityRaster(request.probability.source)
    let ground = try GroundGeometry(crs: probability.grid.crs)
    let window = probability.window
    let pixel = try ground.pixelSizeMeters(
      of: probability.grid.transform, x: Double(window.x) + Double(window.width) / 2,
      y: Double(window.y) + Double(window.height) / 2)
    let noting = NotingLayer(layer: probability, largest: largest)
    if let roads = request.roads {
      self.init(of: request, roads, noting, pixel: Point(x: pixel.x, y: pixel.y), ground)
    } else {
      try self.init(of: request, noting, side: (pixel.x * pixel.y).squareRoot(), ground)
    }
  }

  private init(
    of request: RasterTraceRequest, _ probability: NotingLayer, side: Double,
    _ ground: GroundGeometry
  ) throws {
    let grid = probability.layer.grid
    let settings = request.settings
    let className = request.className ?? "building"
    guard settings.schema.knows(className: className) else {
      throw ResolutionError.schemaOfBuildings(
        layer: FootprintSettings.usualLayer, schema: settings.schema.rawValue, className: className)
    }
    self.init(
      Setting(of: request, settings.write, settings.schema, probability.layer),
      layers: [
        Layer(
          name: FootprintSettings.usualLayer,
          style: FootprintStyle(schema: settings.schema, className: className))
      ],
      form: .outline(
        FootprintLayers(
          probability: probability,
          contact: try request.contact.map { try ProbabilityRaster($0.source, on: grid) }),
        FootprintTracer(
          grid: grid,
          settings: Footprints.FootprintSettings(
            className: className, threshold: settings.threshold ?? 0.5,
            outline: OutlineStyle(rawValue: settings.outline.rawValue) ?? .squared,
            smallestSquareMeters: settings.smallest, leastConfidence: settings.leastConfidence),
          ground: ground),
        halo: Int((settings.largest / side).rounded(.up)),
        FootprintExporter(
          grid: grid, schema: settings.schema, provenance: request.provenance(className))))
  }

  private init(
    of request: RasterTraceRequest, _ roads: CenterlineSettings, _ probability: NotingLayer,
    pixel: Point, _ ground: GroundGeometry
  ) {
    let className = request.className ?? "road"
    let lines = CenterlineSchema(roads.schema, of: .roads)
    let settings = Footprints.CenterlineSettings(
      threshold: roads.threshold ?? 0.5, narrowest: roads.narrowest, widest: roads.widest,
      spur: roads.spur)
    let rules = settings.rules(pixel: pixel)
    self.init(
      Setting(of: request, roads.write, roads.schema, probability.layer),
      layers: [
        Layer(
          name: roads.layer, style: FootprintStyle(of: lines, className: className), lines: lines)
      ],
      form: .centerline(
        CenterlineLayers(probability: probability), settings, rules,
        CenterlineExporter(
          grid: probability.layer.grid, settings: settings, rules: rules,
          provenance: request.provenance(className), over: nil, ground: ground)))
  }
}

extension Tracing.Setting {
  fileprivate init(
    of request: RasterTraceRequest, _ formats: [FootprintFormat], _ schema: FootprintSchema,
    _ probability: ProbabilityRaster
  ) {
    self.init(
      name: request.name, formats: formats, schema: schema, grid: probability.grid,
      cells: LayerPart.cells(of: probability.window))
  }
}

extension RasterTraceRequest {
  /// What files begin with.
  fileprivate var name: String {
    URL(fileURLWithPath: probability.path).deletingPathExtension().lastPathComponent
  }

  fileprivate func provenance(_ className: String) -> FootprintProvenance {
    FootprintProvenance(
      className: className, model: URL(fileURLWithPath: probability.path).lastPathComponent,
      version: programVersion)
  }
}

/// Passes a raster on, and tells what the largest probability in it was.
private struct NotingLayer: RasterSource {
  let layer: ProbabilityRaster
  let largest: LargestRead

  func bytes(in window: PixelWindow) throws -> [UInt8] {
    let bytes = try layer.bytes(in: window)
    largest.note(layer.largestRead)
    return bytes
  }
}
