import Testing

@testable import Pipelines

@Suite struct `The words of a submission's errors` {
  @Test func `Slurm is not there`() {
    let error = SubmissionError.schedulerMissing(
      command: "sbatch", reason: "no folder of PATH holds it")
    #expect(
      "\(error)" == """
        cannot find Slurm here
          `sbatch` cannot be started: no folder of PATH holds it
          do it where jobs are submitted, or write the files with `--dry-run --out FOLDER` and take them there
        """)
    #expect(Failures.exitStatus(of: error) == .unavailable)
  }

  @Test func `Slurm does not take it`() {
    let error = SubmissionError.schedulerRefused(
      command: "sbatch --parsable slice.sbatch", reason: "invalid partition specified: gpu")
    #expect(
      "\(error)" == """
        Slurm did not take `sbatch --parsable slice.sbatch`
          invalid partition specified: gpu
          mend what it says with the options of `mapwright submit slurm`; nothing after it was submitted
        """)
    #expect(Failures.exitStatus(of: error) == .unavailable)
  }

  @Test func `nobody knows how long a slice takes`() {
    let error = #expect(throws: SubmissionError.self) {
      _ = try SliceNeeds(
        ofSlicesOf: reckonedJob(shardSeconds: nil), SubmissionRequest(.slurm, job: "/a"))
    }
    #expect(
      error.map { "\($0)" } == """
        cannot tell how long a slice will take
          the plan of the job does not know what the network takes on a processor
          run one slice, and say with `--time` three times what it took, such as 4h or 90m
        """)
    #expect(error?.exitStatus == .usage)
  }

  @Test func `more slices than an array takes`() {
    var request = SubmissionRequest(.awsBatch, job: "s3://maps/haiti")
    request.image = "mapwright"
    let error = #expect(throws: SubmissionError.self) {
      _ = try submissionFiles(request, of: reckonedJob(slices: 10_001, shards: 20_000))
    }
    #expect(
      error.map { "\($0)" } == """
        cannot make one array of 10001 slices
          an array of AWS Batch takes 10000 at most
          plan the job with `--slices 10000` or fewer; a slice does several shards one after the other
        """)
    request.scheduler = .kubernetes
    #expect(throws: SubmissionError.self) {
      _ = try submissionFiles(request, of: reckonedJob(slices: 100_001, shards: 200_000))
    }
  }

  @Test(arguments: ["a b", "x;rm", "$(x)", "a\n#SBATCH --uid=0", "", "ä"])
  func `a word that the scheduler would read otherwise`(word: String) {
    var request = SubmissionRequest(.slurm, job: "/a")
    request.partition = word
    let error = #expect(throws: SubmissionError.self) { _ = try submissionFiles(request) }
    #expect(
      error.map { "\($0)" } == """
        cannot write '\(word)' into the scheduler's files
          `--partition` takes letters, digits and the signs . _ , : @ % + = / -
          give it as the scheduler knows it
        """)
  }

  @Test(arguments: [Scheduler.kubernetes, .awsBatch])
  func `no image for containers`(scheduler: Scheduler) {
    let error = #expect(throws: SubmissionError.self) {
      _ = try submissionFiles(SubmissionRequest(scheduler, job: "s3://maps/haiti"))
    }
    let name = scheduler == .kubernetes ? "Kubernetes" : "AWS Batch"
    #expect(
      error.map { "\($0)" } == """
        cannot write files for \(name)
          they name the container image that runs mapwright, and none was given
          build one from the Containerfile, push it to your registry, and name it with `--image`
        """)
  }

  @Test func `a folder that containers do not see`() throws {
    var request = SubmissionRequest(.kubernetes, job: "/shared/jobs/haiti")
    request.image = "mapwright"
    let error = #expect(throws: SubmissionError.self) { _ = try submissionFiles(request) }
    #expect(
      error.map { "\($0)" } == """
        cannot reach the job in '/shared/jobs/haiti' from a container
          it is a folder, and no `--mount` brings it there
          mount what holds it, such as `--mount CLAIM:/shared/jobs`, or plan into a bucket
        """)
    request.mounts = ["jobs:/shared/job"]
    #expect(throws: try #require(error)) { _ = try submissionFiles(request) }
    request.mounts = ["jobs:/shared"]
    #expect(throws: Never.self) { _ = try submissionFiles(request) }
    request.mounts = ["/shared"]
    #expect(throws: SubmissionError.wordNotTaken(option: "--mount", word: "/shared")) {
      _ = try submissionFiles(request)
    }
  }

  @Test(arguments: ["AWS_SECRET_ACCESS_KEY", "aws_session_token", "DB_PASSWORD"])
  func `a secret that would be written down`(name: String) {
    var request = SubmissionRequest(.kubernetes, job: "s3://maps/haiti")
    (request.image, request.environment) = ("mapwright", ["\(name)=hush"])
    let error = #expect(throws: SubmissionError.self) { _ = try submissionFiles(request) }
    #expect(
      error.map { "\($0)" } == """
        cannot write \(name) into a file
          it looks like a secret, and files are copied and kept
          let the scheduler give it to the containers: `--secret` for Kubernetes, `--job-role` for AWS Batch
        """)
  }

  @Test func `a list of slices that is none`() {
    var request = SubmissionRequest(.slurm, job: "/a")
    request.list = "0-400"
    let error = #expect(throws: SubmissionError.self) { _ = try submissionFiles(request) }
    #expect(
      error.map { "\($0)" } == """
        cannot submit the slices '0-400'
          a list is such as 0-3,7,9-11, and the job has the slices 0 to 399
          take the list as `mapwright finalize` prints it
        """)
  }
}
