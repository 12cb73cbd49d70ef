/// What keeps a job from being handed to a scheduler.
public enum SubmissionError: Error, Hashable, Sendable {
  /// A command of the scheduler is not there.
  case schedulerMissing(command: String, reason: String)
  /// A command of the scheduler ended with an error.
  case schedulerRefused(command: String, reason: String)
  /// Nobody knows how long a slice takes.
  case timeUnknown
  /// The job has more slices than the scheduler takes.
  case tooManySlices(count: Int, scheduler: String, most: Int)
  /// A word would mean something else to the scheduler.
  case wordNotTaken(option: String, word: String)
  /// The files name an image, and none was given.
  case imageMissing(scheduler: String)
  /// The job lies in a folder that containers do not see.
  case folderNotMounted(place: String, example: String)
  /// A secret would be written into a file.
  case secretInFile(name: String)
  /// The list of slices is none, or names slices that the job does not have.
  case listNotTaken(list: String, count: Int)
  /// Every shard of the job is committed.
  case nothingMissing(place: String)
}

extension SubmissionError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .schedulerMissing(let command, let reason):
      """
      cannot find Slurm here
        `\(command)` cannot be started: \(reason)
        do it where jobs are submitted, or write the files with `--dry-run --out FOLDER` and take them there
      """
    case .schedulerRefused(let command, let reason):
      """
      Slurm did not take `\(command)`
        \(reason)
        mend what it says with the options of `mapwright submit slurm`; nothing after it was submitted
      """
    case .timeUnknown:
      """
      cannot tell how long a slice will take
        the plan of the job does not know what the network takes on a processor
        run one slice, and say with `--time` three times what it took, such as 4h or 90m
      """
    case .tooManySlices(let count, let scheduler, let most):
      """
      cannot make one array of \(count) slices
        \(scheduler) takes \(most) at most
        plan the job with `--slices \(most)` or fewer; a slice does several shards one after the other
      """
    case .wordNotTaken(let option, let word):
      """
      cannot write '\(word)' into the scheduler's files
        `\(option)` takes letters, digits and the signs . _ , : @ % + = / -
        give it as the scheduler knows it
      """
    case .imageMissing(let scheduler):
      """
      cannot write files for \(scheduler)
        they name the container image that runs mapwright, and none was given
        build one from the Containerfile, push it to your registry, and name it with `--image`
      """
    case .folderNotMounted(let place, let example):
      """
      cannot reach the job in '\(place)' from a container
        it is a folder, and no `--mount` brings it there
        mount what holds it, such as `--mount \(example)`, or plan into a bucket
      """
    case .secretInFile(let name):
      """
      cannot write \(name) into a file
        it looks like a secret, and files are copied and kept
        let the scheduler give it to the containers: `--secret` for Kubernetes, `--job-role` for AWS Batch
      """
    case .listNotTaken(let list, let count):
      """
      cannot submit the slices '\(list)'
        a list is such as 0-3,7,9-11, and the job has the slices 0 to \(count - 1)
        take the list as `mapwright finalize` prints it
      """
    case .nothingMissing(let place):
      """
      cannot submit what is missing of the job in '\(place)'
        every shard is committed
        make the map with `mapwright finalize --job`
      """
    }
  }

  /// How the command ends.
  var exitStatus: ExitStatus {
    switch self {
    case .schedulerMissing: .unavailable
    case .schedulerRefused: .unavailable
    case .timeUnknown, .tooManySlices, .wordNotTaken, .imageMissing, .folderNotMounted,
      .secretInFile, .listNotTaken, .nothingMissing:
      .usage
    }
  }
}
