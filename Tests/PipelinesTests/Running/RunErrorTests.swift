import Pipelines
import Testing

@Suite struct `The words of a run's errors` {
  @Test func `a path that cannot be written`() {
    #expect(
      "\(RunError.cannotWrite(path: "runs/a", reason: "Permission denied"))" == """
        cannot write 'runs/a'
          Permission denied
          check that the folder exists and is yours to write, or choose another with `--out`
        """)
  }

  @Test func `a file that holds other bytes than it was given`() {
    #expect(
      "\(RunError.wroteWrongly(path: "runs/a"))" == """
        cannot trust 'runs/a'
          read back, its bytes differ from those that were written, though the system reported no error
          see that the disk has space and is sound, and run the same command again
        """)
  }

  @Test func `a full disk`() {
    #expect(
      "\(RunError.outOfSpace(path: "runs/a", reason: "No space left on device"))" == """
        no space is left to write 'runs/a'
          No space left on device
          free some space and run the same command again; finished shards are kept
        """)
  }

  @Test func `a file of the run that is lost`() {
    #expect(
      "\(RunError.cannotRead(path: "runs/a/run.json", reason: "no such file"))" == """
        cannot read 'runs/a/run.json'
          no such file
          if it was lost, begin anew with `--fresh`
        """)
  }

  @Test func `a second coordinator`() {
    #expect(
      "\(RunError.alreadyRunning(folder: "runs/a"))" == """
        cannot work on the run in 'runs/a'
          another mapwright process is working on it
          `mapwright status runs/a` shows how far it is
        """)
  }

  @Test func `workers that outlive their coordinator`() {
    #expect(
      "\(RunError.workersStillLive(folder: "runs/a"))" == """
        cannot resume the run in 'runs/a'
          workers of an earlier command are still alive
          wait for them to end, or end them, then run the same command again
        """)
  }

  @Test func `a run of something else`() {
    let error = RunError.differentRun(
      folder: "runs/a", differences: ["chip was 512 px, is now 1024 px", "model was a, is now b"],
      acceptable: [])
    #expect(
      "\(error)" == """
        cannot resume the run in 'runs/a': it was made from something else
          chip was 512 px, is now 1024 px
          model was a, is now b
          choose another folder with `--out`, or begin anew there with `--fresh`
        """)
  }

  @Test func `a run that differs in what can be accepted`() {
    let error = RunError.differentRun(
      folder: "runs/a", differences: ["compression was deflate, is now zstd"],
      acceptable: ["scenes", "output"])
    #expect(
      "\(error)" == """
        cannot resume the run in 'runs/a': it was made from something else
          compression was deflate, is now zstd
          redo what it touches with `--accept-changed scenes` `--accept-changed output`, choose another folder with `--out`, or begin anew there with `--fresh`
        """)
  }

  @Test func `a disk that is too small, and faults that no shard is to blame for`() {
    #expect(
      "\(RunError.needsSpace(path: "runs/a", needed: 5_300_000_000, free: 900_000_000))" == """
        cannot begin in 'runs/a'
          the run will need about 5300 MB, of which 900 MB are free
          free some space, or choose a folder on a larger disk with `--out`
        """)
    #expect(
      "\(RunError.everythingFails(reason: "cannot read 'a'\n  no\n  look"))" == """
        stopped: one shard after the other fails, so the fault is not theirs
          cannot read 'a'; no; look
          mend it and run the same command again; no shard was set aside for it
        """)
    #expect(
      "\(InputError.changed(path: "a.tif"))" == """
        stopped: 'a.tif' was altered while it was being mapped
          its size or its time is not what it was when the command began
          run the same command again: it compares the pixels, and says what differs
        """)
  }

  @Test func `a model that is not what the run was planned with`() {
    #expect(
      "\(InputError.replaced(path: "a.onnx", found: "12", planned: "34"))" == """
        stopped: 'a.onnx' is not what the run was planned with
          its SHA-256 is 12, planned was 34
          put that file back, or run the same command again: it says what the change means
        """)
  }

  @Test func `a folder that --fresh must not delete, and one that is a run's own`() {
    #expect(
      "\(RunError.notDeletable(folder: "photos"))" == """
        cannot begin anew in 'photos'
          it holds files but no run, and `--fresh` deletes runs only
          choose a new or an empty folder with `--out`
        """)
    #expect(
      "\(RunError.notEmpty(folder: "photos", found: "notes.txt"))" == """
        cannot begin a run in 'photos'
          it holds 'notes.txt', and no run.json that would make it a run
          choose a new or an empty folder with `--out`; what was a run begins anew with `--fresh`
        """)
    #expect(
      "\(RunError.insideRun(folder: "runs/a/5-footprints", run: "runs/a"))" == """
        cannot write results to 'runs/a/5-footprints'
          it belongs to the run in 'runs/a', whose files must stay as they were committed
          choose a folder outside of any run with `--out`
        """)
  }

  @Test func `a folder without a run`() {
    #expect(
      "\(RunError.unfinished(folder: "runs/a"))" == """
        cannot report run 'runs/a'
          it is not finished
          run the same `mapwright map` again, or look at `mapwright status`
        """)
    #expect(
      "\(RunError.notARun(folder: "runs/a"))" == """
        cannot find a run in 'runs/a'
          it holds no run.json
          give the folder that `mapwright map` printed, such as runs/buildings
        """)
  }

  @Test func `a worker that cannot be started`() {
    #expect(
      "\(RunError.cannotStartWorker(reason: "Too many open files"))" == """
        cannot start a worker process
          Too many open files
          check the limits on processes and open files (`ulimit -a`)
        """)
  }

  @Test func `workers that end at once`() {
    #expect(
      "\(RunError.workersDie(log: "workers.log", reason: "the worker exited: 70"))" == """
        workers end before they are ready
          the worker exited: 70
          their last words are in workers.log
        """)
  }

  @Test func `workers that the system fails`() {
    let error = RunError.workersFail(log: "workers.log", reason: "the worker exited: 75")
    #expect(
      "\(error)" == """
        stopped: one worker after the other ends, and no shard is to blame
          the worker exited: 75
          their last words are in workers.log; mend it and run the same command again
        """)
    #expect(Failures.exitStatus(of: error) == .cannotWrite)
  }

  @Test func `a shard with other bytes than before`() {
    #expect(
      "\(RunError.notDeterministic(shard: "shard (0, 1)", kept: "a.tif, b.tif"))" == """
        shard (0, 1) gave other bytes than before
          both files are kept: a.tif, b.tif
          this is a bug or faulty memory: please report it with both files
        """)
  }

  @Test func `a file that was altered`() {
    #expect(
      "\(RunError.damaged(folder: "runs/a", problems: ["'a.tif': the file is absent", "'b': c"]))"
        == """
        the run in 'runs/a' is not what was committed
          'a.tif': the file is absent
          'b': c
          delete what is damaged and run the same `mapwright map` command: it is made again
        """)
    #expect(
      "\(RunError.scenesDiffer(folder: "runs/a", problems: ["shard (0, 1), from 'a.tif'"]))" == """
        scenes of the run in 'runs/a' give other pixels than were mapped
          shard (0, 1), from 'a.tif'
          restore them from a copy, or map them as they are with `--accept-changed scenes`
        """)
  }

  @Test func `a queue in a place where it cannot be`() {
    #expect(
      "\(RunError.networkFileSystem(path: "runs/a/2-queueing", kind: "NFS"))" == """
        cannot keep the queue's database in 'runs/a/2-queueing'
          SQLite loses data on network file systems, and this one is NFS
          give it a folder on a local disk with `--state FOLDER`; the map itself may stay where it is
        """)
    #expect(
      "\(RunError.stateElsewhere(folder: "runs/a", reason: "it is kept in '/b'"))" == """
        cannot find the queue of the run in 'runs/a'
          it is kept in '/b'
          go on where the run was begun, give its folder with `--state`, or begin anew elsewhere
        """)
  }

  @Test func `a run that memory is too small for`() {
    let error = InputError.memoryTooSmall(
      budget: 200_000_000, needed: 411_000_000, remedy: "give it more, or take a smaller model")
    #expect(
      "\(error)" == """
        cannot map in 200 MB of memory
          one worker with the smallest batch and cache, and the command itself, need 411 MB
          give it more, or take a smaller model
        """)
    #expect(Failures.exitStatus(of: error) == .unavailable)
  }

  @Test func `a pipeline without scenes, and a file that cannot be read`() {
    #expect(
      "\(InputError.noScenes(pipeline: "a.yaml"))" == """
        pipeline 'a.yaml' names no scenes
          neither `scenes.files` nor the command line does
          add files, folders or globs: mapwright map a.yaml scenes/*.tif
        """)
    #expect(
      "\(InputError.cannotRead(path: "a.onnx", reason: "no such file"))" == """
        cannot read 'a.onnx'
          no such file
          check the path, and that the file is yours to read
        """)
  }

  @Test func `more scenes than there are numbers, and numbers that nobody says how to scale`() {
    #expect(
      "\(InputError.tooManyScenes(count: 70_000))" == """
        cannot record which of 70000 scenes shows each pixel
          the provenance layer has numbers for 65535 scenes
          leave `provenance` out of mosaic.layers, or map the region in several runs
        """)
    #expect(
      "\(InputError.scalingUnknown(path: "a.tif", type: "uint16"))" == """
        cannot tell how the model wants the uint16 numbers of 'a.tif' scaled
          the model speaks of bytes, or does not say, and the pipeline does not say either
          name `inference.scale`, such as 1/10000, or write `scenes: {stretch: [2, 98]}`
        """)
  }
}
