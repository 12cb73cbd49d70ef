import Foundation

/// What Slurm is given for a job: a script for its slices, one for what joins them, and the commands that
/// submit both.
struct SlurmFiles {
  /// Slices that one array does.
  struct TaskArray: Hashable, Sendable {
    /// The number of the slice whose task has the number 0.
    var first: Int
    /// The tasks, and how many of them at a time.
    var tasks: String
  }

  let slices: Int
  let place: String
  let name: String
  let program: String
  let request: SubmissionRequest
  let needs: SliceNeeds
  let joining: SliceNeeds
  /// The arrays; there are several where a job has more slices than an array may have tasks.
  let arrays: [TaskArray]

  /// The least number that no task may have, unless a cluster says otherwise.
  static let usualArraySize = 1001

  /// Shares slices out among arrays whose tasks have numbers below `size`.
  ///
  /// - Parameter concurrency: How many slices are at work at a time, in all arrays together.
  static func arrays(of list: SliceList, size: Int, concurrency: Int?) -> [TaskArray] {
    let blocks = Dictionary(grouping: list.indices) { $0 / size }.sorted { $0.key < $1.key }
    return blocks.enumerated().map { place, block in
      let tasks = SliceList(block.value.map { $0 - block.key * size }).words
      guard let concurrency else { return TaskArray(first: block.key * size, tasks: tasks) }
      let share = concurrency / blocks.count + (place < concurrency % blocks.count ? 1 : 0)
      return TaskArray(first: block.key * size, tasks: "\(tasks)%\(max(1, share))")
    }
  }

  /// The files, those to be read first first.
  var files: [SubmissionFile] {
    [
      SubmissionFile(name: "slice.sbatch", text: slice),
      SubmissionFile(name: "finalize.sbatch", text: finalize),
      SubmissionFile(name: "submit.sh", text: submit),
    ]
  }

  /// The words of the command that submits an array, without the path of its script.
  func options(of array: TaskArray) -> [String] {
    array == arrays[0] ? [] : ["--array=\(array.tasks)"]
  }

  /// What the script of an array is told.
  func arguments(of array: TaskArray) -> [String] { array.first == 0 ? [] : ["\(array.first)"] }

  private var headings: [String: String?] {
    [
      "name": name, "partition": request.partition, "account": request.account,
      "qos": request.qualityOfService,
      "options": request.options.isEmpty
        ? nil : request.options.map { "#SBATCH \($0)" }.joined(separator: "\n"),
    ]
  }

  private var slice: String {
    Template(text: Self.sliceText).filled(
      with: headings.merging([
        "tasks": arrays[0].tasks, "cores": "\(needs.cores)", "workers": "\(needs.workers)",
        "memory": "\(needs.mebibytes)",
        "time": needs.slurmTime, "program": program.shellWord, "place": place.shellWord,
        "slices": "\(slices)",
      ]) { $1 })
  }

  private var finalize: String {
    Template(text: Self.finalizeText).filled(
      with: headings.merging([
        "cores": "\(joining.cores)", "workers": "\(joining.workers)",
        "memory": "\(joining.mebibytes)", "time": joining.slurmTime,
        "program": program.shellWord, "place": place.shellWord,
        "map": request.map.map { " --out \($0.shellWord)" } ?? "",
      ]) { $1 })
  }

  private var submit: String {
    let names = arrays.indices.map { "slices_\($0)" }
    let lines = zip(names, arrays).map { name, array in
      let words =
        ["sbatch", "--parsable"] + options(of: array) + ["slice.sbatch"] + arguments(of: array)
      return "\(name)=$(\(words.joined(separator: " ")))"
    }
    return Template(text: Self.submitText).filled(with: [
      "arrays": lines.joined(separator: "\n"),
      "after": names.map { "${\($0)%%;*}" }.joined(separator: ":"),
      "ids": names.map { "${\($0)%%;*}" }.joined(separator: " "),
    ])
  }

  private static let sliceText = #"""
    #!/bin/bash
    # One slice of a job, by the number of its task. Written by `mapwright submit slurm`; change what you like.
    #SBATCH --job-name={{name}}-slices
    #SBATCH --array={{tasks}}
    #SBATCH --nodes=1
    #SBATCH --ntasks=1
    #SBATCH --cpus-per-task={{cores}}
    #SBATCH --mem={{memory}}M
    #SBATCH --time={{time}}
    #SBATCH --requeue
    #SBATCH --open-mode=append
    #SBATCH --signal=B:TERM@120
    #SBATCH --output=%x-%A_%a.log
    #SBATCH --partition={{partition}}
    #SBATCH --account={{account}}
    #SBATCH --qos={{qos}}
    {{options}}

    # A job of more slices than an array may have tasks comes in several arrays; this is where one begins.
    first=${1:-0}
    index=$((first + SLURM_ARRAY_TASK_ID))

    # Two minutes before the time is up, and when the task has to make place, Slurm sends SIGTERM to this script
    # alone. The slice then finishes or hands back what it has in work, and ends with 75.
    signals=0
    trap 'signals=$((signals + 1)); kill -TERM "$slice" 2>/dev/null' TERM

    {{program}} run-slice --job {{place}} --index "$index" --of {{slices}} --workers {{workers}} &
    slice=$!
    # A signal that came before there was a slice.
    [ "$signals" -eq 0 ] || kill -TERM "$slice"

    # A signal ends `wait` early, so that the slice is waited for until no more came.
    seen=-1
    while [ "$seen" -ne "$signals" ]; do
      seen=$signals
      wait "$slice"
      status=$?
    done

    # Whoever was stopped goes on later, unless it is being cancelled, or never gets anywhere.
    if [ "$status" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 50 ] &&
      [ "$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%T)" = RUNNING ]; then
      scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
    fi
    exit "$status"

    """#

  private static let finalizeText = #"""
    #!/bin/bash
    # Looks whether every shard of a job is there, and makes the map. Written by `mapwright submit slurm`; change
    # what you like. Where shards are missing it says which slices are to run again, and ends with 75.
    #SBATCH --job-name={{name}}-finalize
    #SBATCH --nodes=1
    #SBATCH --ntasks=1
    #SBATCH --cpus-per-task={{cores}}
    #SBATCH --mem={{memory}}M
    #SBATCH --time={{time}}
    #SBATCH --requeue
    #SBATCH --open-mode=append
    #SBATCH --signal=B:TERM@120
    #SBATCH --output=%x-%j.log
    #SBATCH --partition={{partition}}
    #SBATCH --account={{account}}
    #SBATCH --qos={{qos}}
    {{options}}

    exec {{program}} finalize --job {{place}}{{map}} --workers {{workers}}

    """#

  private static let submitText = #"""
    #!/bin/sh
    # Submits the slices of a job, and behind them, however they end, what makes the map of them.
    set -eu
    cd "$(dirname "$0")"
    {{arrays}}
    finalize=$(sbatch --parsable --dependency="afterany:{{after}}" finalize.sbatch)
    echo "slices {{ids}}"
    echo "finalize ${finalize%%;*}"

    """#
}
