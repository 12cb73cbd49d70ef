import Polygons

/// A job of very many slices in memory, and a scheduler that loses, doubles and delays its tasks.
///
/// No clock, no disk and no chance take part: time is a number, and everything follows from the seed. Which
/// shards a slice does, what is left, how that is written and read, and when two records agree are the
/// program's own.
package struct SliceRehearsal {
  /// What happens, and how often.
  package struct Settings: Sendable {
    /// Slices of the job.
    package var slices: Int
    /// Shards of the job.
    package var shards: Int
    /// Tasks that run at a time.
    package var slots: Int
    /// The share of tasks that end somewhere before their end, and of which nobody hears.
    package var lost: Double
    /// The share of tasks that the scheduler starts once more while they run.
    package var doubled: Double
    /// The share of tasks that take eight times as long.
    package var late: Double
    /// What everything follows from.
    package var seed: UInt64
    /// A shard that gives other bytes each time; none when nil.
    package var fickle: Int?

    /// Describes a rehearsal.
    package init(
      slices: Int, shards: Int, slots: Int, lost: Double, doubled: Double, late: Double,
      seed: UInt64, fickle: Int? = nil
    ) {
      (self.slices, self.shards, self.slots) = (slices, shards, slots)
      (self.lost, self.doubled, self.late) = (lost, doubled, late)
      (self.seed, self.fickle) = (seed, fickle)
    }
  }

  /// What came of one submission.
  package struct Round: Sendable, Codable, Hashable {
    /// Slices that were submitted.
    package var submitted = 0
    /// The text that named them, in characters.
    package var listLength = 0
    /// Tasks that ran, second copies counted.
    package var tasks = 0
    /// Those of them that were lost.
    package var lost = 0
    /// Those of them that were second copies.
    package var doubled = 0
    /// Shards whose record a task created.
    package var committed = 0
    /// Shards that a task made and found committed already, with the same bytes.
    package var foundDone = 0
    /// Shards that are still missing.
    package var missing = 0
    /// When the last task had ended; a shard takes about 1.
    package var time = 0.0
  }

  /// A task that runs.
  private struct Task {
    var shards: [Int]
    var next = 0
    /// How long a shard takes.
    var pace: Double
    /// After so many shards it is lost; nil when it reaches its end.
    var end: Int?
    /// Whether it takes a slot.
    var holdsSlot: Bool
  }

  /// A task's next shard is done.
  private struct Event: Comparable {
    var time: Double
    var task: Int

    static func < (a: Event, b: Event) -> Bool { (a.time, a.task) < (b.time, b.task) }
  }

  private let settings: Settings
  private let job: Job
  private var dice: RehearsalDice
  private var tasks: [Task] = []
  private var events = Heap<Event>()
  /// The records: created, never replaced.
  private(set) var records: [Int: CommitRecord] = [:]

  /// One entry for each submission.
  package private(set) var rounds: [Round] = []
  /// Shards that gave other bytes than were committed: their tasks ended with 6.
  package private(set) var conflicts: [Int] = []

  /// Whether every shard has a record.
  package var isComplete: Bool { records.count == settings.shards }

  /// Freezes a job without pixels.
  package init(_ settings: Settings) {
    self.settings = settings
    dice = RehearsalDice(seed: settings.seed)
    job = Job(
      format: Job.format, program: programVersion, name: "rehearsal", slices: settings.slices,
      shards: [WorkStage.infer.word: settings.shards], reachesOut: false, files: [], numeric: [:],
      needs: Job.Needs(
        workerMemory: 0, commandMemory: 0, threads: 1, shardSeconds: nil, finishingSeconds: nil,
        sliceDisk: 0, workerDisk: 0, runDisk: 0, pixels: 0, squareKilometers: 0))
  }

  /// Submits what is left until nothing is, or so many times.
  package mutating func run(atMost most: Int = 100) {
    var list = SliceList(0..<settings.slices).words
    while !list.isEmpty, rounds.count < most {
      submit(list)
      list = missing.words
    }
  }

  /// The slices that have a shard without a record.
  var missing: SliceList {
    let tally = JobTally(job, committed: Set(records.keys), noted: [])
    return tally.slices(of: tally.missing)
  }

  /// Runs an array of slices to its end.
  private mutating func submit(_ text: String) {
    guard let list = SliceList(text, of: settings.slices) else { return }
    rounds.append(Round(submitted: list.indices.count, listLength: text.utf8.count))
    var waiting = list.indices[...]
    var (now, held) = (0.0, 0)
    tasks.removeAll(keepingCapacity: true)
    while true {
      while held < settings.slots, let slice = waiting.popFirst() {
        if begin(slice, at: now, holdsSlot: true) { held += 1 }
        if dice.shows(settings.doubled) {
          // The second copy begins while the first one runs, on a machine that was thought lost.
          rounds[rounds.count - 1].doubled += 1
          _ = begin(slice, at: now + dice.share() * 2, holdsSlot: false)
        }
      }
      guard let event = events.removeLeast() else { break }
      now = event.time
      if !step(event) && tasks[event.task].holdsSlot { held -= 1 }
    }
    rounds[rounds.count - 1].time = now
    rounds[rounds.count - 1].missing = settings.shards - records.count
  }

  /// Begins a task; false when it finds nothing to do.
  ///
  /// As the program does, it looks once, at its beginning, which shards have a record.
  private mutating func begin(_ slice: Int, at time: Double, holdsSlot: Bool) -> Bool {
    rounds[rounds.count - 1].tasks += 1
    let shards = job.shards(ofSlice: slice, of: settings.slices).filter { records[$0] == nil }
    guard !shards.isEmpty else { return false }
    let isLost = dice.shows(settings.lost)
    if isLost { rounds[rounds.count - 1].lost += 1 }
    let pace = (0.5 + dice.share()) * (dice.shows(settings.late) ? 8 : 1)
    tasks.append(
      Task(
        shards: shards, pace: pace,
        end: isLost ? Int(dice.share() * Double(shards.count)) : nil, holdsSlot: holdsSlot))
    events.insert(Event(time: time + pace, task: tasks.count - 1))
    return true
  }

  /// Takes the next shard of a task to its end; false when the task has ended.
  private mutating func step(_ event: Event) -> Bool {
    let task = tasks[event.task]
    if task.next == task.end { return false }
    let shard = task.shards[task.next]
    let record = record(of: shard, by: event.task)
    if let found = records[shard] {
      guard found.agrees(with: record) else {
        conflicts.append(shard)
        return false
      }
      rounds[rounds.count - 1].foundDone += 1
    } else {
      records[shard] = record
      rounds[rounds.count - 1].committed += 1
    }
    tasks[event.task].next += 1
    guard task.next + 1 < task.shards.count else { return false }
    events.insert(Event(time: event.time + task.pace, task: event.task))
    return true
  }

  private func record(of shard: Int, by task: Int) -> CommitRecord {
    let content = shard == settings.fickle ? "\(shard), \(rounds.count), \(task)" : "\(shard)"
    return CommitRecord(
      stage: WorkStage.infer.word, shard: shard,
      files: [.init(name: content, bytes: 1, fileHash: content, contentHash: content)], made: 1,
      skipped: 0, inputHash: nil,
      slice: .init(index: shard % settings.slices, count: settings.slices), costs: .init())
  }
}

/// Throws that are the same for the same seed: SplitMix64 (Steele, Lea and Flood 2014).
private struct RehearsalDice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A number from 0 up to 1.
  mutating func share() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((value ^ (value >> 31)) >> 11) / 9_007_199_254_740_992
  }

  /// True once in so many throws, on average `share` of them.
  mutating func shows(_ share: Double) -> Bool { self.share() < share }
}
