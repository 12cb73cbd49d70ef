import Foundation
import Glibc

/// A job as a scheduler gets it.
public struct Submission: Codable, Sendable {
  /// Which scheduler.
  public let scheduler: Scheduler
  /// Where the job lies.
  public let job: String
  /// The files, those to be read first first.
  public let files: [SubmissionFile]
  /// What the user should know.
  public private(set) var notes: [String] = []
  /// What was submitted; nil where only files were made.
  public private(set) var submitted: SlurmSubmission?

  private enum CodingKeys: CodingKey { case scheduler, job, files, notes, submitted }

  private var slurm: SlurmFiles?
  private var store: (any JobStore)?

  /// Makes the files of a job with its numbers in them; submits nothing.
  ///
  /// - Throws: ``SubmissionError``, and what keeps the job from being read.
  public init(_ request: SubmissionRequest) throws {
    let place = try JobPlace(request.job)
    let store = try place.store()
    let job = try Job.read(in: store)
    var request = request
    if request.isOfMissing {
      let tally = try JobTally(of: job, in: store)
      let missing = tally.slices(of: tally.missing)
      guard !missing.indices.isEmpty else {
        throw SubmissionError.nothingMissing(place: store.place)
      }
      request.list = missing.words
    }
    try self.init(request, of: job, in: place)
    self.store = store
  }

  /// Makes the files of a job.
  ///
  /// - Parameter arraySize: The number that Slurm's tasks stay below; the cluster is asked when nil.
  init(
    _ request: SubmissionRequest, of job: Job, in place: JobPlace, arraySize: Int? = nil
  ) throws {
    try request.check()
    (scheduler, self.job) = (request.scheduler, place.words)
    let needs = try SliceNeeds(ofSlicesOf: job, request)
    let joining = try SliceNeeds(ofFinishing: job, request)
    let name = "mapwright-" + job.name.schedulerName
    func containers(within limits: ContainerJob.Limits) throws(SubmissionError) -> ContainerJob {
      try ContainerJob(
        job, in: place, named: name, request, needs: needs, joining: joining, within: limits)
    }
    switch request.scheduler {
    case .slurm:
      guard let list = SliceList(request.list ?? "0-\(job.slices - 1)", of: job.slices) else {
        throw SubmissionError.listNotTaken(list: request.list ?? "", count: job.slices)
      }
      let known = try arraySize ?? SlurmSubmission.arraySize()
      let size = known ?? SlurmFiles.usualArraySize
      let slurm = SlurmFiles(
        slices: job.slices, place: place.words, name: name,
        program: request.program ?? Self.ownPath, request: request, needs: needs,
        joining: joining,
        arrays: SlurmFiles.arrays(of: list, size: size, concurrency: request.concurrency))
      (files, self.slurm) = (slurm.files, slurm)
      if slurm.arrays.count > 1 {
        notes.append(
          "\(list.indices.count) slices are \(slurm.arrays.count) arrays: "
            + (known == nil
              ? "\(size - 1) is the highest number of a task where nobody has set another (MaxArraySize)"
              : "\(size - 1) is the highest number of a task here (MaxArraySize)"))
      }
    case .kubernetes:
      files = KubernetesFiles(job: try containers(within: KubernetesFiles.limits)).files
    case .awsBatch:
      files = BatchFiles(job: try containers(within: BatchFiles.limits)).files
    }
    if request.scheduler != .slurm, request.map == nil {
      notes.append(
        "finalize is not among the files, since containers end with their folders: name one of a "
          + "mount with `--map`, or run `mapwright finalize --job \(place.words.shellWord)` yourself"
      )
    }
  }

  /// The path of this program, which a cluster's machines see in the same place.
  private static var ownPath: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
  }

  /// Writes the files.
  ///
  /// - Throws: ``RunError/cannotWrite(path:reason:)``.
  public func write(to folder: String) throws {
    let folder = URL(fileURLWithPath: folder)
    for file in files {
      let target = folder.appending(path: file.name)
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: target)
      } catch { throw RunError.cannotWrite(path: target.path, reason: RunError.words(of: error)) }
      if file.text.hasPrefix("#!"), chmod(target.path, 0o755) != 0 {
        throw Publisher.failure(of: errno, at: target.path)
      }
    }
  }

  /// Hands the job to Slurm, and notes in the job under which numbers it did.
  ///
  /// - Parameter folder: Where the scripts are written first; a folder that is deleted when nil.
  public mutating func submit(from folder: String?) throws {
    guard let slurm, let store else { return }
    let own = FileManager.default.temporaryDirectory.appending(
      path: "mapwright-submit-\(UUID().uuidString)")
    defer { if folder == nil { try? FileManager.default.removeItem(at: own) } }
    let place = folder.map { URL(fileURLWithPath: $0) } ?? own
    try write(to: place.path)
    let submitted = try SlurmSubmission(submitting: slurm, from: place)
    self.submitted = submitted
    try submitted.note(in: store)
  }

  /// What was made and submitted, for people.
  public var words: String {
    var lines = notes
    if let submitted {
      lines += submitted.words
    } else {
      for file in files { lines += ["# ---- \(file.name)", file.text] }
    }
    return lines.joined(separator: "\n")
  }
}
