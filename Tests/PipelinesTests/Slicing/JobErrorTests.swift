import Testing

@testable import Pipelines

@Suite struct `The words of a job's errors` {
  @Test func `a place that is none, and one without a job`() {
    #expect(
      "\(JobError.unknownPlace(words: "gs://…", reason: "places are folders"))" == """
        cannot tell which place 'gs://…' is
          places are folders
          name a folder that all machines see, or s3://bucket/job, with `--job`
        """)
    #expect(
      "\(JobError.notAJob(place: "/shared/a", reason: "it holds no job.json"))" == """
        cannot find a job in '/shared/a'
          it holds no job.json
          freeze one with `mapwright plan PIPELINE --slices N --job PLACE`
        """)
  }

  @Test func `a job of another format, and one of something else`() {
    #expect(
      "\(JobError.otherFormat(place: "/a", found: 2, known: 1))" == """
        cannot work on the job in '/a'
          it has format 2, this program knows format 1
          go on with the program that froze it, or freeze the plan anew in another place
        """)
    #expect(
      "\(JobError.differentJob(place: "/a", differences: ["chip was 1", "model was b"]))" == """
        cannot freeze the plan in '/a': it holds a job of something else
          chip was 1; model was b
          choose another place with `--job`
        """)
    #expect(
      "\(JobError.signed(place: "/a"))" == """
        cannot freeze the plan in '/a'
          addresses of scenes are signed, and what signs them is written nowhere, so not into a job
          name them without a query, and give every machine the credentials in its environment
        """)
  }

  @Test func `files of a job`() {
    #expect(
      "\(JobError.damaged(place: "/a", name: "plan.json", reason: "the file is absent"))" == """
        cannot trust 'plan.json' of the job in '/a'
          the file is absent
          restore it from a copy, or freeze the plan anew in another place
        """)
    #expect(
      "\(JobError.cannotRead(place: "/a", name: "job.json", reason: "Permission denied"))" == """
        cannot read 'job.json' of the job in '/a'
          Permission denied
          see that the place can be reached and is yours to read, and run the same command again
        """)
    #expect(
      "\(JobError.cannotWrite(place: "/a", name: "parts/b", reason: "Read-only file system"))"
        == """
        cannot write 'parts/b' into the job in '/a'
          Read-only file system
          see that the place is yours to write, and run the same command again; what was committed is kept
        """)
    #expect(
      "\(JobError.noLinks(folder: "/a", reason: "Operation not permitted"))" == """
        cannot keep a job in '/a'
          its file system makes no hard links, by which one of many creates a file: Operation not permitted
          choose a folder on NFS, Lustre, GPFS or a local disk, or a bucket, with `--job`
        """)
  }

  @Test func `a slice that is not known`() {
    #expect(
      "\(JobError.noIndex)" == """
        cannot tell which slice to do
          `--index` is not given, and no scheduler has set SLURM_ARRAY_TASK_ID or its like
          give a number from 0 on: `mapwright run-slice --job PLACE --index 0`
        """)
    #expect(
      "\(JobError.noSlice(index: 9, count: 8))" == """
        cannot do slice 9
          there are 8 slices, numbered from 0
          give a number below 8 with `--index`, or another number of slices with `--of`
        """)
  }

  @Test func `a machine that a slice cannot be done on`() {
    #expect(
      "\(JobError.otherNumbers(differences: ["engine is 'a' here, 'b' in the plan"]))" == """
        cannot do a slice of this job here: this machine computes other bits than its plan says
          engine is 'a' here, 'b' in the plan
          run the slices on machines like the one that froze the plan, or freeze it on one of these
        """)
    #expect(
      "\(JobError.scratchTooSmall(folder: "/tmp", needed: 900_000_000, free: 5_000_000))" == """
        cannot do a slice in '/tmp'
          it will need about 900 MB there, of which 5 MB are free
          free some space, or choose a folder on a larger disk with `--scratch`
        """)
    #expect(
      "\(JobError.scratchElsewhere(folder: "/home", kind: "NFS"))" == """
        cannot do a slice in '/home'
          its queue is a SQLite database, which loses data on network file systems, and this one is NFS
          choose a folder on a local disk with `--scratch`
        """)
  }

  @Test func `bytes that differ`() {
    #expect(
      "\(JobError.differs(shard: "shard 3", kept: ["/a/x", "/a/y"], reason: "both were made alike"))"
        == """
        shard 3 gave other bytes than another machine has committed
          both were made alike; both are kept: /a/x, /a/y
          this is a bug, faulty memory, or scenes that differ: please report it with both files
        """)
  }

  @Test func `maps that cannot be made of a job`() {
    #expect(
      "\(JobError.differentRun(folder: "runs/a", place: "/a"))" == """
        cannot finalise into 'runs/a'
          it holds a run of something else than the job in '/a'
          choose another folder with `--out`
        """)
    #expect(
      "\(JobError.gapsClosed(folder: "runs/a", count: 2))" == """
        cannot go on with the map in 'runs/a'
          of its gaps 2 were committed to the job since it was made
          make it anew with `--fresh`, or in another folder with `--out`
        """)
    #expect(
      "\(JobError.notOnlyGaps(place: "/a", missing: 5, setAside: 2))" == """
        cannot map the job in '/a' with gaps
          of 5 missing shards 2 were set aside, and the others were not done yet
          run the array that `mapwright finalize` prints first
        """)
  }

  @Test(arguments: [
    (JobError.noIndex, Pipelines.ExitStatus.usage), (.notAJob(place: "", reason: ""), .badInput),
    (.otherNumbers(differences: []), .refused),
    (.cannotWrite(place: "", name: "", reason: "No space left on device"), .cannotWrite),
    (.cannotRead(place: "", name: "", reason: "Stale file handle"), .badInput),
    (.differs(shard: "", kept: [], reason: ""), .notDeterministic),
    (.notOnlyGaps(place: "", missing: 1, setAside: 0), .stopped),
  ])
  func `end a command by their kind`(error: JobError, status: Pipelines.ExitStatus) {
    #expect(error.exitStatus == status)
  }
}
