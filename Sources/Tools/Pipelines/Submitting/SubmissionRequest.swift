import Foundation

/// What is asked of a scheduler for a job.
public struct SubmissionRequest: Sendable {
  /// Which scheduler.
  public var scheduler: Scheduler
  /// Where the job lies, as `mapwright plan --job` was told.
  public var job: String
  /// The folder that `mapwright finalize` leaves the map in; its own default when nil.
  public var map: String?
  /// The command on the machines; this one, or the one of the image, when nil.
  public var program: String?
  /// The processors of a slice.
  public var cores = 4
  /// How many slices are at work at a time; all that there is room for when nil.
  public var concurrency: Int?
  /// How long a slice may take, in s; reckoned from the plan when nil.
  public var seconds: Int?
  /// The memory of a slice, in bytes; reckoned from the plan when nil.
  public var memory: Int?
  /// The slices that are to run, such as `0-3,7`; all when nil.
  public var list: String?
  /// Whether only slices are to run that have a shard without commit record.
  public var isOfMissing = false
  /// Slurm's partition.
  public var partition: String?
  /// Slurm's account.
  public var account: String?
  /// Slurm's quality of service.
  public var qualityOfService: String?
  /// More of `sbatch`'s options, each as one word.
  public var options: [String] = []
  /// The container image.
  public var image: String?
  /// Kubernetes' namespace.
  public var namespace: String?
  /// Kubernetes' secret whose entries become the containers' environment.
  public var secret: String?
  /// Kubernetes' service account.
  public var serviceAccount: String?
  /// The queue of AWS Batch.
  public var queue: String?
  /// The role of AWS Batch's containers.
  public var jobRole: String?
  /// What containers see: `CLAIM:/FOLDER` in Kubernetes, a folder of the hosts in AWS Batch.
  public var mounts: [String] = []
  /// What else is in the containers' environment, `NAME=VALUE`.
  public var environment: [String] = []

  /// Asks for what the plan says.
  public init(_ scheduler: Scheduler, job: String) {
    (self.scheduler, self.job) = (scheduler, job)
  }

  /// Refuses words that a scheduler would take for something else.
  func check() throws(SubmissionError) {
    let words = [
      ("--partition", partition), ("--account", account), ("--qos", qualityOfService),
      ("--image", image), ("--namespace", namespace), ("--secret", secret),
      ("--service-account", serviceAccount), ("--queue", queue), ("--job-role", jobRole),
    ]
    let plain = /[A-Za-z0-9_.,:@%+=\/-]+/
    for (option, word) in words + options.map({ ("--sbatch", $0 as String?) }) {
      guard let word else { continue }
      guard word.wholeMatch(of: plain) != nil else {
        throw .wordNotTaken(option: option, word: word)
      }
    }
    for entry in environment {
      let name = String(entry.prefix { $0 != "=" })
      guard entry.contains("="), name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
        throw .wordNotTaken(option: "--env", word: entry)
      }
      if name.uppercased().firstMatch(of: /SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIAL|ACCESS_KEY/)
        != nil
      {
        throw .secretInFile(name: name)
      }
    }
  }
}
