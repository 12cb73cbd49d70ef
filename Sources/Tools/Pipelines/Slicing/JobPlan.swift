import Checksums
import Foundation
import GeoFiles
import Imagery
import OpenVINONetworks
import Tiling

/// The plan of a job, made ready on this machine.
struct JobPlan {
  let job: Job
  /// The plan; model and region are named as they lie here.
  let plan: RunPlan
  /// The pipeline with every default written out.
  let specification: PipelineSpecification
  /// The same as it was frozen.
  let pipeline: Data

  /// Where model and region are laid, relative to the folder of a run.
  static let place = "1-tiling"

  /// Reads plan and pipeline, and brings model and region.
  ///
  /// - Parameter folder: The run's folder.
  /// - Throws: ``JobError/damaged(place:name:reason:)`` when anything is not what was frozen.
  init(of job: Job, in store: any JobStore, bringingTo folder: RunFolder) throws {
    self.job = job
    let frozen = try Self.read(JobNames.plan, of: job, in: store)
    var plan: RunPlan = try Job.decode(frozen, JobNames.plan, in: store)
    // Whoever reads a plan may read its scenes.
    plan.composed?.forEach { $0.keep() }
    pipeline = try Self.read(JobNames.pipeline, of: job, in: store)
    specification = try PipelineSpecification(
      parsing: Array(pipeline), file: "\(store.place)/\(JobNames.pipeline)")
    for file in job.files
    where file.name.hasPrefix(JobNames.model) || file.name.hasPrefix(JobNames.region) {
      let target = folder.file("\(Self.place)/\(file.name)")
      try Self.bring(file, to: target, from: store)
      // The run goes on where the job is deleted one day.
      try folder.own(target)
    }
    plan.model.path = folder.file("\(Self.place)/\(plan.model.path)").path
    if let region = plan.region {
      plan.region?.path = folder.file("\(Self.place)/\(region.path)").path
    }
    self.plan = plan
  }

  /// Reads a small file of a job that must be what was frozen.
  private static func read(_ name: String, of job: Job, in store: any JobStore) throws -> Data {
    guard let file = job.files.first(where: { $0.name == name }) else {
      throw JobError.damaged(
        place: store.place, name: JobNames.job, reason: "it names no '\(name)'")
    }
    guard let data = try store.read(name) else {
      throw JobError.damaged(place: store.place, name: name, reason: "the file is absent")
    }
    let hash = ContentHash(of: Array(data).span).description
    guard hash == file.hash else { throw differs(file, from: hash, in: store) }
    return data
  }

  private static func bring(_ file: Job.File, to target: URL, from store: any JobStore) throws {
    try RunFolder.makeFolder(target.deletingLastPathComponent().path)
    try store.bring(file.name, to: target, hash: file.hash)
    let hash = try ContentHash(ofFile: target.path).description
    guard hash == file.hash else { throw differs(file, from: hash, in: store) }
  }

  private static func differs(
    _ file: Job.File, from found: String, in store: any JobStore
  ) -> JobError {
    .damaged(
      place: store.place, name: file.name,
      reason: "its SHA-256 is \(found), frozen was \(file.hash)")
  }

  /// Opens the model.
  func choice() throws -> EngineChoice {
    var settings = specification.inference
    settings.engine = plan.openVINO == nil ? .builtin : .openvino
    return try EngineChoice.made(for: settings, model: plan.model.path, preferred: nil)
  }

  /// How many threads of a worker share its chips.
  var threads: Int { specification.inference.threads ?? plan.openVINO?.streams ?? 1 }

  /// Shares the memory of what a scheduler has given this process.
  ///
  /// - Parameters:
  ///   - workers: As many as are asked for; nil for as many as there is room for.
  ///   - choice: The model, opened; nil where nothing is inferred.
  func memory(workers: Int?, threads: Int, _ choice: EngineChoice?) throws -> MemoryPlan {
    let queue = specification.queue
    let fitting = Allocation().workers(
      threads: threads, perWorker: job.needs.workerMemory,
      command: MemoryNeeds.process + 40_000_000)
    // The pipeline was written for one machine, and the allocation is what there is of this one.
    let wanted = workers ?? min(queue.workers ?? fitting, fitting)
    guard let choice else {
      return try MemoryPlan(
        budget: queue.memory, workers: wanted, batch: plan.batch,
        needs: MemoryNeeds(
          of: plan, network: 0, weights: 0, outputs: plan.model.scheme.channelCount))
    }
    var request = MapRequest(pipeline: "")
    request.workers = wanted
    return try MemoryPlan(of: plan, queue, choice, request, threads: threads, fastest: nil)
  }

  /// Sees that this machine computes the bits that the plan was frozen with.
  ///
  /// - Throws: ``JobError/otherNumbers(differences:)``.
  func checkNumbers(of choice: EngineChoice) throws(JobError) {
    var here = plan
    here.numbers = choice.opened.profile
    let found = Fingerprint.numeric(of: here)
    let differences = Set(job.numeric.keys).union(found.keys).sorted().compactMap { field in
      job.numeric[field] == found[field]
        ? nil
        : "\(field) is '\(found[field] ?? "absent")' here, '\(job.numeric[field] ?? "absent")' in the plan"
    }
    if !differences.isEmpty { throw .otherNumbers(differences: differences) }
  }
}
