import Foundation

/// What Slurm says of a job's tasks: those that wait and run, and how others ended.
public struct SlurmQueue: Codable, Sendable, Hashable {
  /// Tasks of the arrays by their state, as Slurm calls it: `RUNNING`, `PENDING`, `FAILED`.
  public var slices: [String: Int] = [:]
  /// The state of what joins them; nil where Slurm has forgotten it.
  public var finalize: String?
  /// The number of what joins them.
  public var id: String

  /// Asks Slurm about the latest submission of a job; nil where there is none, or no Slurm here.
  ///
  /// - Throws: What keeps the notes of the job from being read.
  init?(of store: any JobStore) throws {
    guard let last = try SlurmSubmission.all(in: store).last else { return nil }
    let ids = (last.arrays + [last.finalize]).joined(separator: ",")
    // Who waits and runs, every task by itself; then what the accounts know of those that ended. Without
    // a database for accounts there are none.
    let waiting = try OutsideCommand(words: [
      "squeue", "--noheader", "--array", "--jobs=\(ids)", "--format=%i|%T",
    ]).run()
    guard let waiting else { return nil }
    let ended = try OutsideCommand(words: [
      "sacct", "--noheader", "--parsable2", "--allocations", "--array", "--jobs=\(ids)",
      "--format=JobID,State",
    ]).run()
    self.init(last, squeue: waiting.output, sacct: ended?.code == 0 ? ended?.output ?? "" : "")
  }

  /// Counts what the commands printed: a number and a state in each line, with a bar between.
  init(_ submission: SlurmSubmission, squeue: String, sacct: String) {
    id = submission.finalize
    var states: [Substring: Substring] = [:]
    for text in [sacct, squeue] {
      for line in text.split(separator: "\n") {
        let fields = line.split(separator: "|")
        guard fields.count == 2, let state = fields[1].split(separator: " ").first else { continue }
        // `squeue` speaks last: it knows what became of a task since.
        states[fields[0]] = state
      }
    }
    for (task, state) in states {
      let number = task.prefix { $0.isNumber }
      if number == submission.finalize {
        finalize = String(state)
      } else if submission.arrays.contains(String(number)) {
        slices[String(state), default: 0] += 1
      }
    }
  }

  /// One line for people.
  public var words: String {
    let tasks = slices.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.value) \($0.key.lowercased())" }
    let none = "no task is known any more"
    return "slurm      " + (tasks.isEmpty ? none : tasks.joined(separator: ", "))
      + (finalize.map { "; finalize (\(id)) \($0.lowercased())" } ?? "")
  }
}
