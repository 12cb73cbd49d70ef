import Foundation
import Glibc
public import Grids
public import Imagery
public import Inference
public import Mosaicking
public import OpenVINONetworks
import ShardStores
public import Tensors
public import Tiling

/// What a run does, complete: everything a worker must know, and nothing else.
///
/// Chips and shards are not listed; they follow from ``window`` and ``shards``. So the plan of a
/// country is as small as that of a village, but for its scenes.
public struct RunPlan: Sendable, Codable {
  /// The region of interest.
  public struct PlannedRegion: Hashable, Sendable, Codable {
    /// The file, absolute.
    public var path: String
    /// SHA-256 of the file.
    public var hash: String
    /// Whether classes and coverage end at its border.
    ///
    /// Probabilities go on for ``margin`` pixels, so that outlines at the border come out whole.
    public var clip: Bool
    /// How far beyond the border chips are looked at, in pixels.
    public var margin: Int
  }

  /// The model and how it is fed and read.
  public struct PlannedModel: Hashable, Sendable, Codable {
    /// The file, absolute.
    public var path: String
    /// SHA-256 of the file, and of those with its weights.
    public var hash: String
    /// The name of the output that is mapped.
    public var output: String?
    /// What is done to pixels first.
    public var scaling: PixelScaling
    /// What is done to the output.
    public var activation: OutputActivation
    /// What the output's channels mean.
    public var scheme: ClassScheme
    /// The probabilities that are written.
    public var layers: [ProbabilityLayer]
  }

  /// A layer of an earlier map of the same shards, from which lost parts are cut again.
  public struct KeptLayer: Hashable, Sendable, Codable {
    /// Which layer.
    public var layer: MosaicLayer
    /// Its pixels.
    public var window: PixelWindow
    /// The file, relative to the run's folder.
    public var path: String
  }

  /// The pipeline's name; files begin with it.
  public var name: String
  /// The pictures, and the lattice they share.
  public var scenes: SceneSet
  /// The files that each scene is read from, as they were when the command began.
  var sources: [[SourceStamp]]
  /// The pixels of the map: the scenes, cut to the region.
  public var window: PixelWindow
  /// How the plane is cut.
  public var shards: ShardLayout
  /// The value of pixels without a picture, where the pipeline names one.
  public var nodata: Double?
  /// Whether the network is asked about each of overlapping scenes, and its answers are averaged.
  public var averages: Bool?
  /// The shares of each scene's pixels that became black, and that are not white, in percent.
  public var stretching: [Double]?
  /// How far the answers about neighbouring chips are blended beyond their cores, in pixels; nil for not
  /// at all.
  public var blend: Int?
  /// The region, if there is one.
  public var region: PlannedRegion?
  /// The model.
  public var model: PlannedModel
  /// How many chips the network is given at once.
  public var batch: Int
  /// How the map is packed: `deflate`, `zstd` or `lerc`.
  public var packing: String
  /// How many different probabilities are written; nil for all.
  public var probabilityLevels: Int?
  /// Whether to keep the shards' parts.
  public var keepsParts: Bool
  /// Whether to draw a preview.
  public var drawsPreview: Bool
  /// The rasters to write.
  public var rasters: [MosaicLayer]
  /// The layers of outlines, roads and bridges to write.
  public var footprints: [PlannedLayer]
  /// The ground that a pixel in the middle of the map covers on the ellipsoid, in m².
  public var pixelArea: Double
  /// The shards with something in them, by their numbers in the queue.
  public var span: ShardSpan
  /// The files that the map consists of.
  public var mosaicLayout: MosaicLayout
  /// The chips that are looked at.
  var census: ChipCensus
  /// What decides the last bits.
  public var numbers: NumericProfile
  /// How OpenVINO computes; nil where the built-in engine does.
  public var openVINO: OpenVINOSettings?
  /// Scenes that are made of several files.
  public var composed: [ComposedScene]?
  /// Scenes that were left out, since they cannot be read.
  var unreadable: [UnreadableScene]?
  /// How often the run was revised; the queue's rows are of the same revision.
  public var generation = 0
  /// The map that lost parts are cut from again, while it is being replaced.
  public var kept: [KeptLayer] = []
  /// Files of earlier revisions that are deleted when the run is finished.
  public var obsolete: [String] = []

  /// The lattice.
  public var grid: RunGrid { scenes.grid }

  /// Whether it is recorded which scene shows each pixel.
  public var tellsProvenance: Bool { rasters.contains(.provenance) }

  /// Takes other shards: another cut of the same chips.
  ///
  /// - Throws: What keeps the region from being read.
  mutating func cut(into shards: ShardLayout) throws {
    guard shards != self.shards else { return }
    self.shards = shards
    span = try PictureIndex(of: self).span(of: shards, in: window)
  }
}

extension RunPlan {
  /// Reads the plan of a run that nobody is revising.
  ///
  /// - Throws: ``RunError/cannotRead(path:reason:)`` when it is absent or altered.
  static func read(in folder: RunFolder) throws(RunError) -> RunPlan { try read(folder.plan) }

  /// Reads the plan that the queue's rows are of, and changes nothing.
  ///
  /// A kill may have come between replacing the rows and giving the next plan its name: that plan is
  /// the one which fits them.
  ///
  /// - Throws: ``RunError/cannotRead(path:reason:)``, and what keeps the queue from being read.
  static func read(in folder: RunFolder, for store: ShardStore) throws -> RunPlan {
    let plan = try read(folder.plan)
    guard try store.generation() > plan.generation else { return plan }
    // Whoever revises the run may have given it its name since.
    let isNamed = !FileManager.default.fileExists(atPath: folder.nextPlan.path)
    return try read(isNamed ? folder.plan : folder.nextPlan)
  }

  /// Reads the plan that the queue's rows are of, and gives it its name if a kill has kept it from
  /// getting one; only for the holder of both locks.
  ///
  /// - Throws: ``RunError``, and what keeps the queue from being read.
  static func adopt(in folder: RunFolder, for store: ShardStore) throws -> RunPlan {
    let plan = try read(folder.plan)
    guard try store.generation() > plan.generation else { return plan }
    try folder.adoptNextPlan()
    return try read(folder.plan)
  }

  private static func read(_ file: URL) throws(RunError) -> RunPlan {
    do {
      let plan = try JSONDecoder().decode(RunPlan.self, from: Data(contentsOf: file))
      // Whoever reads a plan may read its scenes.
      plan.composed?.forEach { $0.keep() }
      return plan
    } catch { throw .cannotRead(path: file.path, reason: RunError.words(of: error)) }
  }
}

extension RunFolder {
  /// Gives the next plan the name of the one that holds.
  func adoptNextPlan() throws(RunError) {
    guard rename(nextPlan.path, plan.path) == 0 else {
      throw Publisher.failure(of: errno, at: plan.path)
    }
    try sync(plan.deletingLastPathComponent())
  }
}
