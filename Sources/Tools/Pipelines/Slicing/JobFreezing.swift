import Checksums
import Foundation
import GeoFiles
import Grids
import Mosaicking
import Tiling

/// Freezes a plan into a job, for runs on many machines.
///
/// The plan is created first: of several commands that freeze at once, one decides what the job is of, and
/// the others see whether they mean the same. `job.json` is created last.
public struct JobFreezing {
  private let request: MapRequest
  private let slices: Int
  private let words: String

  /// Prepares what was asked for; nothing happens yet.
  ///
  /// - Parameters:
  ///   - slices: How many slices there are to be.
  ///   - place: A folder that all machines see, or `s3://bucket/job`.
  public init(_ request: MapRequest, slices: Int, place: String) {
    var request = request
    // The run in runs/<name> has no say in it.
    request.beginsAnew = true
    (self.request, self.slices, words) = (request, slices, place)
  }

  /// Plans, and creates the job.
  ///
  /// - Throws: ``JobError``, and the errors of planning.
  public func execute() throws -> FrozenJob {
    let place = try JobPlace(words)
    try OutsideLibraries.start(reachesOut: request.reachesOut)
    let planner = try Planner(request)
    guard RemoteSignatures.all.isEmpty else { throw JobError.signed(place: place.words) }
    let summary = try PlanSummary(of: planner, request)
    let store = try place.store(making: true)
    let (plan, planFile) = try freeze(planner.plan, in: store)
    var files = [planFile, try freezePipeline(planner.resolved, in: store)]
    files += try freeze(
      InputFiles(ofModel: planner.plan.model.path), in: JobNames.model, store)
    if let region = planner.plan.region {
      files += try freeze(InputFiles(ofRegion: region.path), in: JobNames.region, store)
    }
    let job = Job(
      format: Job.format, program: programVersion, name: plan.name, slices: slices,
      shards: Dictionary(
        uniqueKeysWithValues: WorkStage.allCases.map { ($0.word, plan.count(of: $0)) }),
      reachesOut: request.reachesOut, files: files, numeric: Fingerprint.numeric(of: plan),
      needs: Job.Needs(of: planner, summary))
    let isNew = try store.create(JobNames.job, holding: Job.encode(job))
    if !isNew {
      let before = try Job.read(in: store)
      guard before.slices == slices else {
        throw JobError.differentJob(
          place: store.place,
          differences: ["it is meant for \(before.slices) slices, now \(slices) are asked for"])
      }
    }
    return FrozenJob(
      place: store.place, name: job.name, slices: slices, shards: job.shardCount, isNew: isNew,
      plan: summary)
  }

  // MARK: - Files

  /// Creates the plan, or sees that the one which is there is the same.
  private func freeze(
    _ wanted: RunPlan, in store: any JobStore
  ) throws -> (RunPlan, Job.File) {
    var plan = wanted
    // Whoever does a slice has them under these names, wherever it puts them.
    plan.model.path = JobNames.model + Self.name(of: wanted.model.path)
    if let region = wanted.region {
      plan.region?.path = JobNames.region + Self.name(of: region.path)
    }
    let data = try Job.encode(plan)
    if try store.create(JobNames.plan, holding: data) {
      return (plan, Self.file(JobNames.plan, data))
    }
    guard let found = try store.read(JobNames.plan) else {
      throw JobError.damaged(
        place: store.place, name: JobNames.plan, reason: "it was deleted just now")
    }
    let before: RunPlan = try Job.decode(found, JobNames.plan, in: store)
    let differences = try Self.differences(from: before, to: plan)
    guard differences.isEmpty else {
      throw JobError.differentJob(place: store.place, differences: differences)
    }
    return (before, Self.file(JobNames.plan, found))
  }

  /// In what a plan differs from one that was frozen before, in words.
  static func differences(from before: RunPlan, to wanted: RunPlan) throws -> [String] {
    var words = try Fingerprint(of: before).differences(from: Fingerprint(of: wanted)).map(\.words)
    if before.shards.side != wanted.shards.side {
      words.append("shards were of \(before.shards.side) px, are now of \(wanted.shards.side) px")
    }
    if before.sources != wanted.sources { words.append("files of scenes were altered since") }
    return words
  }

  private func freezePipeline(
    _ resolved: ResolvedPipeline, in store: any JobStore
  ) throws -> Job.File {
    let data = Data(resolved.specification.yaml.utf8)
    if try store.create(JobNames.pipeline, holding: data) {
      return Self.file(JobNames.pipeline, data)
    }
    return Self.file(JobNames.pipeline, try store.read(JobNames.pipeline) ?? data)
  }

  private func freeze(
    _ input: InputFiles, in folder: String, _ store: any JobStore
  ) throws -> [Job.File] {
    try input.paths.map { path in
      let hash = try ContentHash(ofFile: path).description
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      let name = folder + input.name(of: path)
      _ = try store.create(name, copying: URL(fileURLWithPath: path), hash: hash)
      return Job.File(name: name, bytes: size, hash: hash)
    }
  }

  private static func file(_ name: String, _ data: Data) -> Job.File {
    Job.File(name: name, bytes: data.count, hash: ContentHash(of: Array(data).span).description)
  }

  private static func name(of path: String) -> String {
    URL(fileURLWithPath: path).lastPathComponent
  }

}

extension Job.Needs {
  /// Reckons what slices and `finalize` ask for.
  fileprivate init(of planner: Planner, _ summary: PlanSummary) {
    let plan = planner.plan
    let seconds = RunSeconds(of: plan, chip: summary.secondsPerChip, gflops: summary.gflops)
    let shard = min(plan.shards.side * plan.shards.side, plan.window.area)
    self.init(
      workerMemory: planner.memory.perWorker, commandMemory: planner.memory.coordinator,
      threads: planner.threads,
      shardSeconds: seconds.map { $0.network + $0.tiling },
      finishingSeconds: seconds.map { $0.mosaicking + $0.footprints },
      sliceDisk: plan.diskReserve + 64_000_000,
      workerDisk: 2 * shard * plan.partLayers.bandCount, runDisk: plan.diskNeed.inWork,
      pixels: plan.census.picturePixels,
      squareKilometers: Double(plan.census.picturePixels) * plan.pixelArea / 1e6)
  }
}
