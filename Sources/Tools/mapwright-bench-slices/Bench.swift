import Foundation
import Pipelines

/// Rehearses jobs of many slices, and prints what came of each as JSON.
@main
struct Bench {
  private static let usage = """
    mapwright-bench-slices SLICES SHARDS SLOTS LOST DOUBLED LATE SEED
      a job of so many slices and shards, of which so many run at a time; shares of tasks that are lost,
      started twice, eight times as slow; prints every submission until nothing is left

    """

  /// What a rehearsal is printed as.
  private struct Printed: Encodable {
    var isComplete: Bool
    var conflicts: Int
    var rounds: [SliceRehearsal.Round]
  }

  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    let numbers = words.compactMap { Double($0) }
    guard words.count == 7, numbers.count == 7, numbers.allSatisfy({ (0...1e9).contains($0) }),
      numbers[0] >= 1, numbers[2] >= 1
    else {
      FileHandle.standardError.write(Data(usage.utf8))
      exit(64)
    }
    var rehearsal = SliceRehearsal(
      SliceRehearsal.Settings(
        slices: Int(numbers[0]), shards: Int(numbers[1]), slots: Int(numbers[2]),
        lost: numbers[3], doubled: numbers[4], late: numbers[5], seed: UInt64(numbers[6])))
    rehearsal.run()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let printed = Printed(
      isComplete: rehearsal.isComplete, conflicts: rehearsal.conflicts.count,
      rounds: rehearsal.rounds)
    print(String(decoding: try encoder.encode(printed), as: UTF8.self))
    exit(rehearsal.isComplete ? 0 : 1)
  }
}
