import Foundation

// A run is begun only in a folder that is its own: what a person keeps there, or what is left of a run
// that has lost its record, is never taken for something to be swept.

extension RunFolder {
  /// All that a command makes before the record, by the folder it lies in: what a kill in the first
  /// moments of a run leaves behind.
  private static let beginnings: [String: Set<String>] = [
    "": [
      "1-tiling", "2-queueing", parts, mosaics, footprints, "pipeline.yaml", "pipeline.yaml.new",
      "run.json.new",
    ],
    "1-tiling": ["plan.json", "plan.json.new", "model", "region"],
    "2-queueing": [
      "staging", "fragments", "state", "coordinator.lock", "workers.lock", "queue.sqlite",
      "queue.sqlite-journal", "queue.sqlite-wal", "queue.sqlite-shm",
    ],
    staging: [], fragments: [], parts: [], mosaics: [], footprints: [],
  ]

  /// Sees that a run can begin here without touching anything: the folder is absent, empty, or holds
  /// only the first steps of a run that was never recorded.
  ///
  /// - Throws: ``RunError/notEmpty(folder:found:)``, ``RunError/cannotRead(path:reason:)``.
  func checkIsFresh() throws(RunError) {
    guard let found = try firstStranger() else { return }
    // Another command may have begun the run meanwhile; its record is older than all that is strange.
    if FileManager.default.fileExists(atPath: record.path) { return }
    throw .notEmpty(folder: path, found: found)
  }

  /// Something that no run has made before its record; nil when there is nothing.
  private func firstStranger() throws(RunError) -> String? {
    for (place, own) in Self.beginnings.sorted(by: { $0.key < $1.key }) {
      let stranger = try names(in: place).first { !own.contains($0) }
      if let stranger { return place.isEmpty ? stranger : "\(place)/\(stranger)" }
    }
    // The pipeline is written under the lock; without one it is a person's own.
    let hasLock = FileManager.default.fileExists(atPath: coordinatorLock.path)
    return try hasLock ? nil : names(in: "").first { $0.hasPrefix("pipeline.yaml") }
  }

  /// Makes the folder and takes it for this command alone, empty but for the run that it goes on with.
  ///
  /// - Parameters:
  ///   - stateFolder: Where the queue's database is kept instead; nil for the folder itself.
  ///   - beginsAnew: Whether the run that lies here is not wanted any more.
  /// - Returns: The locks, to be held as long as there is work.
  func take(stateIn stateFolder: String?, beginsAnew: Bool) throws -> RunLocks {
    try make()
    try prepareState(in: stateFolder)
    return try RunLocks(self) {
      // Without its record a queue is of an unknown run: whoever began it was interrupted.
      let isRun = try RunRecord.read(in: self) != nil
      if !beginsAnew && !isRun { try checkIsFresh() }
      if beginsAnew || !isRun { try empty() }
      try sweepStaging()
    }
  }

  /// Refuses to delete a folder that holds anything but a run.
  ///
  /// - Throws: ``RunError/notDeletable(folder:)``, ``RunError/cannotRead(path:reason:)``.
  func checkIsDeletable() throws(RunError) {
    let entries = try names(in: "")
    // A run whose record is damaged or half deleted is a run, too.
    let isRun = [record, coordinatorLock].contains {
      FileManager.default.fileExists(atPath: $0.path)
    }
    guard entries.isEmpty || isRun else {
      throw .notDeletable(folder: path)
    }
  }

  /// Deletes everything a run has made but its locks; only for the holder of both.
  ///
  /// The record goes first: whatever interrupts this, what is left is no run.
  func empty() throws(RunError) {
    let made = [
      record, report, page, ground, pipeline, plan, nextPlan, queue,
      state.appending(path: "queue.sqlite-wal"),
      state.appending(path: "queue.sqlite-shm"), workersLog, workersList, ballast, chipTally, tiles,
      retryLog, catalogueHashes,
      file(Self.staging), file(Self.fragments), file(Self.parts), file(Self.mosaics),
      file(Self.footprints),
    ]
    for item in made where FileManager.default.fileExists(atPath: item.path) {
      do { try FileManager.default.removeItem(at: item) } catch {
        throw .cannotWrite(path: item.path, reason: RunError.words(of: error))
      }
    }
    try make()
  }
}
