/// A job as its containers see it: what Kubernetes' files and those of AWS Batch are filled with.
struct ContainerJob {
  /// What a scheduler of containers takes.
  struct Limits {
    /// The scheduler, and what holds the slices, in its words.
    let scheduler, array: String
    /// How many slices that holds at most.
    let slices: Int
    /// Whether mounts are claims, rather than folders of the hosts.
    let takesClaims: Bool
  }

  let slices: Int
  let place: String
  let name: String
  let image: String
  let request: SubmissionRequest
  let needs: SliceNeeds
  let joining: SliceNeeds
  let mounts: [ContainerMount]

  /// Takes a job together with what was asked for.
  ///
  /// - Parameters:
  ///   - needs: What a slice takes; `joining` what makes the map of them does.
  /// - Throws: ``SubmissionError``.
  init(
    _ job: Job, in place: JobPlace, named name: String, _ request: SubmissionRequest,
    needs: SliceNeeds, joining: SliceNeeds, within limits: Limits
  ) throws(SubmissionError) {
    guard let image = request.image else { throw .imageMissing(scheduler: limits.scheduler) }
    guard job.slices <= limits.slices else {
      throw .tooManySlices(count: job.slices, scheduler: limits.array, most: limits.slices)
    }
    (slices, self.place, self.name, self.image) = (job.slices, place.words, name, image)
    (self.request, self.needs, self.joining) = (request, needs, joining)
    let own: [String] = if case .folder(let path) = place { [path] } else { [] }
    mounts = try ContainerMount.all(
      request.mounts, ofClaims: limits.takesClaims, holding: own + (request.map.map { [$0] } ?? []))
  }

  /// The program and its words.
  func command(_ words: [String]) -> [String] { [request.program ?? "mapwright"] + words }

  /// The words that make the map, in a folder that outlives the container.
  func finalizeWords(map: String) -> [String] {
    ["finalize", "--job", place, "--out", map, "--workers", "\(joining.workers)"]
  }

  /// The environment of a container.
  var environment: [(name: String, value: String)] {
    [("TMPDIR", "/scratch")]
      + request.environment.map { entry in
        let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), String(parts[1]))
      }
  }
}
