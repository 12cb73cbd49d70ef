import ArgumentParser
import Foundation
import Pipelines

/// The verb `submit`.
struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Write what a scheduler needs for a job, with its numbers; Slurm also gets it.",
    discussion: """
      A job is made by `mapwright plan --slices N --job PLACE`. Processors, memory, time and
      disk of a slice are reckoned from its plan. Exit status:

        0    written, or submitted
        64   an option is wrong, or the scheduler takes no array of so many slices
        66   there is no job in that place
        69   Slurm is not here, or does not take it
      """,
    subcommands: [SubmitSlurm.self, SubmitKubernetes.self, SubmitBatch.self])
}

/// What all schedulers are told.
struct SubmitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where the job lies: a folder, or s3://bucket/…", valueName: "place"))
  var job: String

  @Option(help: "The processors of a slice.")
  var cores = 4

  @Option(help: ArgumentHelp("How many slices are at work at a time.", valueName: "count"))
  var concurrency: Int?

  @Option(
    help: ArgumentHelp(
      "How long a slice may take, such as 4h or 90m. (default: three times what the plan reckons)",
      valueName: "time"))
  var time: String?

  @Option(
    help: ArgumentHelp(
      "The memory of a slice, such as 8GB. (default: as the plan reckons)", valueName: "amount"))
  var memory: String?

  @Option(
    help: ArgumentHelp(
      """
      Where `finalize` leaves the map. (default: with Slurm runs/<name>; for containers none, and \
      `finalize` is left to you)
      """, valueName: "folder"))
  var map: String?

  @Option(
    help: ArgumentHelp(
      "The command on the machines. (default: this one; in containers the image's)",
      valueName: "path"))
  var program: String?

  @Option(
    help: ArgumentHelp(
      "Write the files into this folder instead of printing them.", valueName: "folder"))
  var out: String?

  @Flag(help: "Print as JSON.")
  var json = false

  mutating func validate() throws {
    guard (1...1024).contains(cores) else {
      throw ValidationError("--cores takes a number from 1 to 1024.")
    }
    guard concurrency.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--concurrency takes a number from 1.")
    }
    guard time == nil || time.flatMap(TimeLimit.seconds) != nil else {
      throw ValidationError("--time takes a time with its unit, such as 4h or 90m.")
    }
    guard memory == nil || memory.flatMap(MemorySize.bytes) != nil else {
      throw ValidationError("--memory takes an amount with its unit, such as 8GB or 900MB.")
    }
  }

  /// The same for a scheduler.
  func request(_ scheduler: Scheduler) -> SubmissionRequest {
    var request = SubmissionRequest(scheduler, job: job)
    request.cores = cores
    request.concurrency = concurrency
    request.seconds = time.flatMap(TimeLimit.seconds)
    request.memory = memory.flatMap(MemorySize.bytes)
    request.map = map.map { URL(fileURLWithPath: $0).path }
    request.program = program
    return request
  }

  /// Writes the files where they are wanted, or prints what there is.
  func show(_ submission: Submission) throws {
    if let out { try submission.write(to: out) }
    if json { return try printJSON(submission) }
    guard let out, submission.submitted == nil else { return print(submission.words) }
    for note in submission.notes { print(note) }
    for file in submission.files { print("\(out)/\(file.name)") }
  }
}

/// The verb `submit slurm`.
struct SubmitSlurm: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slurm", abstract: "Submit a job's slices and its finalize to Slurm.")

  @OptionGroup var options: SubmitOptions

  @Flag(help: "Only print the scripts, or write them with --out.")
  var dryRun = false

  @Option(
    name: .customLong("array"),
    help: ArgumentHelp(
      "The slices that are still to run, as `finalize` prints them: 0-3,7.", valueName: "list"))
  var list: String?

  @Flag(help: "Only the slices that have a shard without a commit record.")
  var missing = false

  @Option(help: "The partition.")
  var partition: String?

  @Option(help: "The account.")
  var account: String?

  @Option(help: "The quality of service.")
  var qos: String?

  @Option(
    help: ArgumentHelp(
      "One more option for sbatch, such as --constraint=avx512; may be given often.",
      valueName: "option"))
  var sbatch: [String] = []

  func validate() throws {
    guard !missing || list == nil else {
      throw ValidationError("--missing finds the list itself, --array names it: give one of them.")
    }
  }

  func run() throws {
    var request = options.request(.slurm)
    request.isOfMissing = missing
    (request.list, request.partition, request.account) = (list, partition, account)
    (request.qualityOfService, request.options) = (qos, sbatch)
    var submission = try Submission(request)
    if !dryRun { try submission.submit(from: options.out) }
    try options.show(submission)
  }
}

/// What schedulers of containers are told.
struct ContainerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The container image, from the Containerfile.", valueName: "name"))
  var image: String?

  @Option(
    help: ArgumentHelp("More of the containers' environment.", valueName: "NAME=VALUE"))
  var env: [String] = []

  @Flag(help: "Print the files; nothing is ever submitted from here.")
  var dryRun = false
}

/// The verb `submit kubernetes`.
struct SubmitKubernetes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubernetes",
    abstract: "Write an Indexed Job for the slices, a Job for finalize, and how to submit both.")

  @OptionGroup var options: SubmitOptions
  @OptionGroup var containers: ContainerOptions

  @Option(help: "The namespace.")
  var namespace: String?

  @Option(help: "The secret whose entries become the environment: AWS_ACCESS_KEY_ID and its like.")
  var secret: String?

  @Option(help: "The service account.")
  var serviceAccount: String?

  @Option(
    help: ArgumentHelp(
      "A claim and where it is mounted: for a job, scenes or a map in folders.",
      valueName: "claim:/folder"))
  var mount: [String] = []

  func run() throws {
    var request = options.request(.kubernetes)
    (request.image, request.environment) = (containers.image, containers.env)
    (request.namespace, request.secret) = (namespace, secret)
    (request.serviceAccount, request.mounts) = (serviceAccount, mount)
    try options.show(try Submission(request))
  }
}

/// The verb `submit aws-batch`.
struct SubmitBatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aws-batch",
    abstract: "Write job definitions, an array job for the slices, and how to submit them.")

  @OptionGroup var options: SubmitOptions
  @OptionGroup var containers: ContainerOptions

  @Option(help: "The job queue. (default: mapwright)")
  var queue: String?

  @Option(help: "The role that containers read and write the bucket with.")
  var jobRole: String?

  @Option(
    help: ArgumentHelp(
      "A folder of the hosts that containers see in the same place.", valueName: "folder"))
  var mount: [String] = []

  func run() throws {
    var request = options.request(.awsBatch)
    (request.image, request.environment) = (containers.image, containers.env)
    (request.queue, request.jobRole, request.mounts) = (queue, jobRole, mount)
    try options.show(try Submission(request))
  }
}
