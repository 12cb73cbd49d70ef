import BuiltinNetworks
import CPlatform
import Foundation
import GeoFiles
import Glibc
import Grids
import Imagery
import Inference
import Mosaicking
import Previews
import Queueing
import ShardStores
import Tiling

/// A worker's place of work: what it keeps between shards.
///
/// The network, open scenes and the region are made when a shard needs them, and let go when the
/// work has moved on to another stage.
final class Workbench {
  let folder: RunFolder
  let plan: RunPlan
  let mailbox: Mailbox
  let heartbeat: Heartbeat
  let computing: ComputingSettings
  let layers: PartLayers
  let layout: MosaicLayout
  let span: ShardSpan

  /// Tells the coordinator something.
  let send: @Sendable (WorkerMessage) -> Void

  private var inference: InferenceBench?
  private var tracing: TracingBench?
  /// The processor time that was told of so far, in s.
  private var toldCPU = mw_cpu_seconds()
  /// The bytes read that were told of so far.
  private var toldBytes = Workbench.bytesRead

  init(
    folder: RunFolder, mailbox: Mailbox, heartbeat: Heartbeat, computing: ComputingSettings,
    send: @escaping @Sendable (WorkerMessage) -> Void
  ) throws {
    self.send = send
    self.folder = folder
    self.computing = computing
    self.mailbox = mailbox
    self.heartbeat = heartbeat
    plan = try RunPlan.read(in: folder)
    layers = plan.partLayers
    layout = plan.mosaicLayout
    span = plan.span
  }

  /// Does a shard, leaves its files in staging, and tells of it: now, or where the next order is there
  /// already, with that.
  ///
  /// What only another stage needs is let go first, so that a worker takes the memory of the
  /// hungriest stage, and not of all.
  func perform(_ order: WorkOrder) throws {
    let start = ContinuousClock.now
    let stage = WorkStage(rawValue: order.key.stage)
    if stage != .infer { inference = nil }
    switch stage {
    case .infer:
      let bench = try inference ?? prepared { try InferenceBench(self) }
      // Set again where all goes well: a scene that broke off is opened anew for the next attempt.
      inference = nil
      try bench.perform(order)
      inference = bench
    case .mosaic: tell(of: order.key, try mosaic(order), since: start)
    case .trace, .export:
      let bench = try tracing ?? prepared { try TracingBench(self) }
      tracing = bench
      let outcome = try stage == .trace ? bench.trace(order) : bench.export(order)
      tell(of: order.key, outcome, since: start)
    case nil: throw WorkFailure(kind: .shard, text: "no stage has the number \(order.key.stage)")
    }
  }

  /// Tells that a shard is done, and what it took: of processors and reading, all since the last was told of.
  func tell(
    of key: ShardKey, _ outcome: ShardOutcome, since start: ContinuousClock.Instant
  ) {
    var outcome = outcome
    let (spent, read) = (mw_cpu_seconds(), Self.bytesRead)
    outcome.bytesRead = read.flatMap { now in toldBytes.map { now - $0 } }
    outcome.peakMemory = Int64(mw_peak_memory())
    outcome.seconds = (ContinuousClock.now - start).seconds
    outcome.cpuSeconds = spent - toldCPU
    (toldCPU, toldBytes) = (spent, read)
    heartbeat.beat()
    send(.done(key, outcome))
    mw_return_gaps()
  }

  /// Bytes that this process has read, as the kernel counts them; nil where it does not.
  private static var bytesRead: Int? {
    let text = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8)) ?? ""
    return text.firstMatch(of: /rchar: (\d+)/).flatMap { Int($0.1) }
  }

  /// Sets a place of work up; what fails here would fail for every shard.
  private func prepared<Bench>(_ make: () throws -> Bench) throws -> Bench {
    do { return try make() } catch { throw WorkFailure(ofEveryShard: error) }
  }

  /// A name in staging that no other attempt uses, relative to the run's folder.
  func staging(_ order: WorkOrder, _ suffix: String) -> String {
    "\(RunFolder.staging)/\(order.key.stage)-\(order.key.index).\(order.fence).\(getpid())\(suffix)"
  }

  /// The path of a file of an earlier stage, when it is what was committed.
  ///
  /// - Throws: ``WorkFailure`` of the kind `damaged`, which has the file made again.
  func checked(_ input: WorkInput, of stage: WorkStage) throws -> String {
    let path = folder.file(input.path).path
    heartbeat.step()
    if let reason = try Verification.damage(of: path, committedAs: input.hash) {
      let error = RunError.damaged(folder: folder.path, problems: ["'\(path)': \(reason)"])
      throw WorkFailure(
        kind: .damaged, text: "\(error)",
        culprit: ShardKey(stage: stage.rawValue, index: input.index), status: .badInput)
    }
    return path
  }

  /// Joins the parts of a sheet into one layer of the map.
  private func mosaic(_ order: WorkOrder) throws -> ShardOutcome {
    let sheet = layout.sheets[order.key.index / plan.rasters.count]
    let layer = plan.rasters[order.key.index % plan.rasters.count]
    let paths = try Dictionary(
      uniqueKeysWithValues: order.inputs.map { ($0.index, try checked($0, of: .infer)) })
    let parts = span.numbers(meeting: sheet.window).map { index in
      let window = span.window(of: index)
      // What no shard speaks of is outside.
      return MosaicPart(
        window: window, content: paths[index].map { .file(path: $0) } ?? .nothing(.setAside))
    }
    let mosaicker = Mosaicker(
      grid: plan.grid, layers: layers, compression: plan.compression,
      probabilityLevels: plan.probabilityLevels)
    let staged = staging(order, ".tif")
    let hash = try mosaicker.write(
      layer, of: sheet.window, from: parts, by: folder.file(staging(order, ".tmp.tif")).path,
      to: folder.file(staged).path, step: heartbeat.step)
    let publisher = Publisher(folder: folder)
    let name = plan.mosaicPath(of: layer, sheet: sheet)
    var outcome = ShardOutcome()
    outcome.files.append(try publisher.stage(staged, as: name, content: hash))
    if layer == .classes, plan.drawsPreview {
      outcome.files.append(try preview(order, of: sheet, drawnFrom: staged))
    }
    return outcome
  }

  private func preview(_ order: WorkOrder, of sheet: MosaicSheet, drawnFrom path: String) throws
    -> StagedFile
  {
    let staged = staging(order, ".png")
    let file = SheetFile(path: folder.file(path).path, window: sheet.window)
    let maker = PreviewMaker(scheme: plan.model.scheme)
    let ground = ScenePicture(of: plan)
    let picture =
      if let ground {
        try maker.overlay(of: [file], window: sheet.window) { window, size in
          let pixels = ground.pixels(of: window, size: size, step: heartbeat.step)
          // To read all scenes once more for the report would cost as much again.
          let drawn = PNGImage(width: size.width, height: size.height, pixels: .rgb(pixels))
          if plan.mosaicLayout.sheets.count == 1, ground.isWhole {
            try folder.write(Data(drawn.encoded()), to: folder.ground)
          }
          return pixels
        }
      } else {
        try maker.picture(of: [file], window: sheet.window)
      }
    if let refusal = ground?.refusal { throw refusal }
    let bytes = try picture.write(to: folder.file(staged).path)
    return try Publisher(folder: folder).stage(
      staged, as: plan.previewPath(of: sheet), holding: bytes)
  }
}
