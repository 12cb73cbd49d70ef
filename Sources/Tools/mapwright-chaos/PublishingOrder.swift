/// Whether every file that was given its name had reached the disk before, and its name before it
/// was recorded.
struct PublishingOrder {
  /// Files that were given a name among the run's outputs.
  private(set) var published = 0
  /// What was out of order.
  private(set) var faults: [String] = []

  private let calls: [CallLog.Call]
  private static let places = [
    "3-inference/", "4-mosaicking/", "5-footprints/", "2-queueing/fragments/",
  ]

  /// Looks through a log.
  ///
  /// - Parameter folder: The run's folder, as it stands in the log.
  init(_ log: CallLog, in folder: String) {
    calls = log.calls
    for call in calls where call.name.hasPrefix("rename") {
      guard let target = call.quoted.last, let source = call.quoted.first,
        Self.places.contains(where: { target.hasPrefix("\(folder)/\($0)") })
      else { continue }
      published += 1
      check(call, from: source, to: target, database: "\(folder)/2-queueing/queue.sqlite")
    }
  }

  private mutating func check(
    _ rename: CallLog.Call, from source: String, to target: String, database: String
  ) {
    let name = target.split(separator: "/").suffix(2).joined(separator: "/")
    let isFlush = { (call: CallLog.Call) in ["fsync", "fdatasync"].contains(call.name) }
    let own = calls.filter { $0.descriptorPath == source && $0.begin < rename.begin }
    guard let write = own.last(where: { !isFlush($0) }) else {
      return faults.append("\(name): nobody wrote it")
    }
    guard let flush = own.last(where: isFlush), write.end < flush.begin, flush.end < rename.begin
    else { return faults.append("\(name): not flushed between its last write and its rename") }
    let late = calls.first {
      $0.begin > rename.begin && !isFlush($0)
        && ($0.descriptorPath == target || $0.descriptorPath == source)
    }
    if late != nil { faults.append("\(name): written to after its rename") }
    let parent = target.split(separator: "/").dropLast().joined(separator: "/")
    guard
      let folder = calls.first(where: {
        $0.begin > rename.end && isFlush($0) && $0.descriptorPath == "/\(parent)"
      })
    else { return faults.append("\(name): its folder was not flushed after its rename") }
    let records = calls.filter {
      isFlush($0) && $0.begin > rename.begin && ($0.descriptorPath ?? "").hasPrefix(database)
    }
    guard let record = records.first else {
      return faults.append("\(name): nothing was recorded after its rename")
    }
    if record.begin < folder.end {
      faults.append("\(name): the database was flushed before its folder")
    }
  }
}
