import BuiltinNetworks
import Checksums
import Foundation
import GeoFiles
import Grids
import Imagery
import Inference
import Mosaicking
import OpenVINONetworks
import Tensors
import Tiling

/// Turns a request into a plan: reads the pipeline, the model's and the scenes' heads, and decides.
///
/// It changes nothing. Reading is bounded by the number of scenes, not by their pixels.
struct Planner {
  /// The plan.
  let plan: RunPlan
  /// The pipeline with every default written out.
  let resolved: ResolvedPipeline
  /// How the run's processes share the memory.
  let memory: MemoryPlan
  /// How many threads of a worker share its chips.
  let threads: Int
  /// What the user should know before it begins.
  let warnings: [String]
  /// What the pipeline says of the model, before anything is filled in; its engine is the run's, where
  /// that was begun.
  let asked: InferenceSettings
  /// The engine, and the network in it.
  let choice: EngineChoice
  /// The split that a trial found fastest for this engine, now or when the run was begun.
  let fastest: Trial.Row?

  init(_ request: MapRequest) throws {
    var specification = try Self.specification(request)
    let base = URL(fileURLWithPath: request.pipeline).deletingLastPathComponent()
    let path = Self.absolute(specification.inference.model, from: base)
    let begun = Self.begunRun(of: path, in: request, specification)
    var asked = specification.inference
    if asked.engine == .auto, let begun { asked.engine = begun.engine }
    self.asked = asked
    let fastest = request.fastest ?? begun?.fastest
    let preferred = request.fastest?.choice ?? begun?.engine
    let wanted = asked.engine == .auto ? preferred : asked.engine
    self.fastest = fastest?.choice == wanted ? fastest : nil
    if asked.streams == 1 { specification.inference.streams = self.fastest?.streams ?? 1 }
    choice = try EngineChoice.made(
      for: specification.inference, model: path, preferred: preferred)
    specification.inference.engine = choice.engine
    let metadata = try ModelMetadata(properties: choice.file?.metadata ?? [], besideModel: path)
    resolved = try ResolvedPipeline(
      specification, metadata: metadata, model: choice.interface(path: path))

    let found = try Self.scenes(resolved, of: specification, request, base: base)
    let warnings = resolved.warnings + found.notes
    let scenes = found.scenes
    let place = try Self.place(of: scenes, resolved, base: base)
    let layout = try ShardLayout(
      chips: resolved.chips,
      side: resolved.specification.queue.shard
        ?? place.pictures.suggestedSide(for: resolved.chips, in: place.window))
    let span = place.pictures.span(of: layout, in: place.window)
    plan = RunPlan(
      name: specification.name, scenes: scenes,
      sources: try scenes.scenes.map { try $0.sources.map(SourceStamp.init) },
      window: place.window, shards: layout,
      nodata: resolved.specification.scenes.nodata,
      averages: resolved.specification.scenes.overlap == .average ? true : nil,
      stretching: resolved.specification.scenes.stretch,
      blend: resolved.blend > 0 ? resolved.blend : nil, region: place.region,
      model: try Self.model(path, resolved),
      batch: max(
        specification.inference.batch,
        (choice.opened.network as? any OverlappingNetwork)?.slots ?? 1),
      packing: resolved.specification.mosaic.compression.rawValue,
      probabilityLevels: resolved.specification.mosaic.probabilityLevels,
      keepsParts: resolved.specification.mosaic.keepParts,
      drawsPreview: resolved.specification.mosaic.preview,
      rasters: Self.rasters(resolved), footprints: resolved.layers.map(PlannedLayer.init),
      pixelArea: try Self.pixelArea(in: place.window, on: scenes.grid),
      span: span, mosaicLayout: place.pictures.sheets(of: layout, in: place.window),
      census: ChipCensus(
        of: span, layout, in: place.window, place.pictures,
        isTrimmed: choice.opened.network.takesTrimmedPictures, isBlended: resolved.blend > 0),
      numbers: choice.opened.profile, openVINO: choice.openVINO,
      composed: found.composed.isEmpty ? nil : found.composed,
      unreadable: found.unreadable.isEmpty ? nil : found.unreadable)
    threads =
      resolved.specification.inference.threads ?? self.fastest?.threads ?? choice.openVINO?.streams
      ?? 1
    memory = try MemoryPlan(
      of: plan, resolved.specification.queue, choice, request, threads: threads,
      fastest: self.fastest)
    self.warnings = try warnings + plan.wordsOnOverlaps()
  }

  private static func specification(_ request: MapRequest) throws -> PipelineSpecification {
    var specification =
      try request.text.map { try PipelineSpecification(parsing: $0, file: request.pipeline) }
      ?? PipelineSpecification(reading: request.pipeline)
    let current = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    if let model = request.model { specification.inference.model = absolute(model, from: current) }
    if !request.scenes.isEmpty {
      specification.scenes.files = request.scenes.map { absolute($0, from: current) }
    }
    // From here on, addresses are without what they are signed with.
    specification.scenes.files = try specification.scenes.files.map {
      RemotePath.address(try SceneSearch.unsigned(RemotePath.gdalPath($0)))
    }
    if let crs = request.grid {
      var grid = specification.grid ?? GridSettings()
      grid.crs = crs == "auto" ? nil : crs
      specification.grid = grid
    }
    if let region = request.region { specification.region.file = absolute(region, from: current) }
    if let clips = request.clipsToRegion { specification.region.clip = clips }
    return specification
  }

  static func absolute(_ path: String, from base: URL) -> String {
    if RemotePath.isRemote(path) { return RemotePath.gdalPath(path) }
    return path.hasPrefix("/") ? path : base.appending(path: path).standardizedFileURL.path
  }

  /// The map's pixels, and the region that cuts them.
  private struct Place {
    var window: PixelWindow
    var region: RunPlan.PlannedRegion?
    var pictures: PictureIndex
  }

  private static func place(
    of scenes: SceneSet, _ resolved: ResolvedPipeline, base: URL
  ) throws -> Place {
    let settings = resolved.specification.region
    guard let file = settings.file else {
      return Place(
        window: scenes.window, pictures: PictureIndex(scenes: scenes, region: nil, margin: 0))
    }
    let path = absolute(file, from: base)
    let shape = try Region(reading: path, in: scenes.grid)
    let inside = try scenes.window(in: shape, from: path)
    let pixel = try pixelArea(in: inside, on: scenes.grid).squareRoot()
    let largest =
      resolved.layers.map { layer in
        switch layer.settings {
        case .outline(let settings): settings.largest
        case .centerline(let settings): settings.widest
        case .bridge: 0
        }
      }.max() ?? 0
    let margin = settings.clip ? Int((largest / pixel).rounded(.up)) : 0
    let wanted =
      settings.clip ? inside.outset(by: margin) : cores(of: resolved.chips, meeting: inside)
    return Place(
      window: wanted.intersection(scenes.window),
      region: .init(
        path: path, hash: try ContentHash(ofFile: path).description, clip: settings.clip,
        margin: margin), pictures: PictureIndex(scenes: scenes, region: shape, margin: margin))
  }

  /// The smallest window of whole cores around a window.
  private static func cores(of chips: ChipLayout, meeting window: PixelWindow) -> PixelWindow {
    let left = floorDivide(window.x, chips.core) * chips.core
    let top = floorDivide(window.y, chips.core) * chips.core
    let right = (floorDivide(window.maxX - 1, chips.core) + 1) * chips.core
    let bottom = (floorDivide(window.maxY - 1, chips.core) + 1) * chips.core
    return PixelWindow(x: left, y: top, width: right - left, height: bottom - top)
  }

  private static func pixelArea(in window: PixelWindow, on grid: RunGrid) throws -> Double {
    try GroundGeometry(crs: grid.crs).pixelArea(in: window, of: grid)
  }

  /// What runs the model in the run that lies in the folder, and what was tried when that was begun;
  /// nil where there is none.
  private static func begunRun(
    of model: String, in request: MapRequest, _ specification: PipelineSpecification
  ) -> (engine: InferenceSettings.Engine, fastest: Trial.Row?)? {
    let folder = RunFolder(URL(fileURLWithPath: request.folder ?? "runs/\(specification.name)"))
    guard !request.beginsAnew, let earlier = try? RunPlan.read(in: folder),
      let hash = try? InputFiles(ofModel: model).hash(), earlier.model.hash == hash
    else { return nil }
    let trial = (try? RunRecord.read(in: folder))?.trial
    return (earlier.openVINO == nil ? .builtin : .openvino, trial?.bestHere)
  }

  private static func model(
    _ path: String, _ resolved: ResolvedPipeline
  ) throws -> RunPlan.PlannedModel {
    // What no raster is made of, no part need hold.
    let isWritten = resolved.specification.mosaic.layers.contains(.probability)
    var layers = isWritten ? resolved.probabilities.map { ProbabilityLayer.published($0) } : []
    if isWritten, resolved.tellsContact { layers.append(.contact) }
    let scaling = resolved.scaling
    return RunPlan.PlannedModel(
      path: path, hash: try InputFiles(ofModel: path).hash(),
      output: resolved.specification.inference.output,
      scaling: PixelScaling(scale: scaling.scale, mean: scaling.mean, std: scaling.std),
      activation: OutputActivation(rawValue: resolved.activation.rawValue) ?? .none,
      scheme: resolved.classes, layers: layers)
  }

  private static func rasters(_ resolved: ResolvedPipeline) -> [MosaicLayer] {
    let wanted = resolved.specification.mosaic.layers
    var rasters: [MosaicLayer] = []
    if wanted.contains(.classes) { rasters.append(.classes) }
    if wanted.contains(.coverage) { rasters.append(.coverage) }
    if wanted.contains(.provenance) { rasters.append(.provenance) }
    if wanted.contains(.probability) {
      rasters += resolved.probabilities.indices.map { .probability($0) }
      if resolved.tellsContact { rasters.append(.probability(resolved.probabilities.count)) }
    }
    return rasters
  }
}

extension ResolvedPipeline {
  /// Whether the network tells where neighbours touch, of a class that is drawn around.
  fileprivate var tellsContact: Bool {
    guard let contact = classes.contactChannel else { return false }
    return layers.contains { layer in
      guard case .outline = layer.settings else { return false }
      return layer.classes.contains { classes.published[$0].channels.contains(contact) }
    }
  }
}
