import Foundation

/// The numbers under which Slurm runs a job: noted in the job, for `status`.
public struct SlurmSubmission: Codable, Sendable, Hashable {
  /// The arrays that do slices.
  public var arrays: [String]
  /// What joins them.
  public var finalize: String

  /// The folder of these notes in a job.
  static let folder = "submissions/"
}

extension SlurmSubmission {
  /// Submits the slices, and behind them what joins them.
  ///
  /// Logs are written where the command was typed.
  /// - Throws: ``SubmissionError``, in the words of `sbatch`.
  init(submitting files: SlurmFiles, from folder: URL) throws {
    var arrays: [String] = []
    for array in files.arrays {
      let script = folder.appending(path: "slice.sbatch").path
      arrays.append(
        try Self.id(files.options(of: array) + [script] + files.arguments(of: array)))
    }
    self.arrays = arrays
    finalize = try Self.id([
      "--dependency=afterany:" + arrays.joined(separator: ":"),
      folder.appending(path: "finalize.sbatch").path,
    ])
  }

  /// The number that `sbatch` gives; on several clusters it adds the cluster's name.
  private static func id(_ words: [String]) throws -> String {
    let command = OutsideCommand(words: ["sbatch", "--parsable"] + words)
    guard let ended = try command.run() else {
      throw SubmissionError.schedulerMissing(
        command: "sbatch", reason: "no folder of PATH holds it")
    }
    let id = ended.output.prefix { $0.isASCII && $0.isNumber }
    guard ended.code == 0, !id.isEmpty else {
      throw SubmissionError.schedulerRefused(
        command: command.text, reason: Self.line(ended.errors + ended.output))
    }
    return String(id)
  }

  /// What a command said, in one line.
  private static func line(_ text: String) -> String {
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.isEmpty ? "it says nothing" : lines.joined(separator: "; ")
  }

  /// The number that tasks of an array stay below on this cluster; nil where there is no Slurm.
  static func arraySize() throws -> Int? {
    guard let ended = try OutsideCommand(words: ["scontrol", "show", "config"]).run(),
      let match = ended.output.firstMatch(of: /MaxArraySize\s*=\s*(\d+)/)
    else { return nil }
    return Int(match.1)
  }

  /// Notes the numbers in a job.
  func note(in store: any JobStore) throws {
    _ = try store.create("\(Self.folder)slurm_\(finalize).json", holding: try Job.encode(self))
  }

  /// The numbers of all submissions of a job, the latest last.
  static func all(in store: any JobStore) throws -> [SlurmSubmission] {
    var all: [SlurmSubmission] = []
    for name in try store.names(under: folder) where name.hasPrefix("\(folder)slurm_") {
      guard let data = try store.read(name) else { continue }
      all.append(try Job.decode(data, name, in: store))
    }
    return all.sorted { (Int($0.finalize) ?? 0) < (Int($1.finalize) ?? 0) }
  }

  /// The numbers for people, and what to do with them.
  var words: [String] {
    [
      "slices     \(arrays.joined(separator: " "))", "finalize   \(finalize)",
      "nothing waits here: `mapwright status --job` shows how far it is, `scancel "
        + "\((arrays + [finalize]).joined(separator: " "))` takes it back",
    ]
  }
}
