/// A job as its containers see it: what Kubernetes' files and those of AWS Batch are filled with.
struct ContainerJob {
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
  ///   - array: What holds the slices, in the scheduler's words, and how many of them at most.
  ///   - ofClaims: Whether mounts are claims, rather than folders of the hosts.
  /// - Throws: ``SubmissionError``.
  init(
    _ job: Job, in place: JobPlace, named name: String, _ request: SubmissionRequest,
    needs: SliceNeeds, joining: SliceNeeds, scheduler: String, array: (words: String, most: Int),
    ofClaims: Bool
  ) throws(SubmissionError) {
    guard let image = request.image else { throw .imageMissing(scheduler: scheduler) }
    guard job.slices <= array.most else {
      throw .tooManySlices(count: job.slices, scheduler: array.words, most: array.most)
    }
    (slices, self.place, self.name, self.image) = (job.slices, place.words, name, image)
    (self.request, self.needs, self.joining) = (request, needs, joining)
    let own: [String] = if case .folder(let path) = place { [path] } else { [] }
    mounts = try ContainerMount.all(
      request.mounts, ofClaims: ofClaims, holding: own + (request.map.map { [$0] } ?? []))
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
