import CPlatform
import Foundation
import Glibc
import Queueing

/// A worker as its coordinator sees it: a process, two pipes, and the shard it has.
final class WorkerProcess {
  let processID: pid_t
  /// The shard it was given and has not ended yet.
  var lease: Lease?
  /// How many chips it gives its network at once.
  private(set) var batch = 1
  /// Its signs of life.
  var pulse: Pulse
  /// What it last said it has done.
  var beat = Beat()
  /// Whether it has said that it is ready.
  var isReady = false
  /// Whether it could not be told what to do.
  private(set) var isOutOfReach = false
  /// Where its messages can be read.
  let output: Int32

  private var input: Int32
  private var lines = LineBuffer()

  /// Starts a worker.
  ///
  /// - Parameters:
  ///   - program: The path of this executable.
  ///   - arguments: What it is started with, without the program's own name.
  ///   - errors: Where its standard error goes.
  ///   - lock: The descriptor of the workers' shared lock, which it keeps as long as it lives.
  ///   - now: The coordinator's time.
  init(
    program: String, arguments: [String], errors: Int32, lock: Int32, startedAt now: Duration
  ) throws(RunError) {
    var toWorker: [Int32] = [-1, -1]
    var fromWorker: [Int32] = [-1, -1]
    for problem in [mw_pipe(&toWorker), mw_pipe(&fromWorker)] where problem != 0 {
      throw .cannotStartWorker(reason: String(cString: strerror(problem)))
    }
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    let child = mw_spawn(program, &words, toWorker[0], fromWorker[1], errors, lock)
    close(toWorker[0])
    close(fromWorker[1])
    guard child > 0 else {
      close(toWorker[1])
      close(fromWorker[0])
      throw .cannotStartWorker(reason: String(cString: strerror(-child)))
    }
    _ = fcntl(fromWorker[0], F_SETFL, O_NONBLOCK)
    processID = child
    pulse = Pulse(startedAt: now)
    input = toWorker[1]
    output = fromWorker[0]
  }

  deinit {
    if input >= 0 { close(input) }
    close(output)
  }

  /// Takes note of the shard that the worker is about to be given.
  func begin(_ lease: Lease, batch: Int, at now: Duration) {
    self.lease = lease
    self.batch = batch
    pulse.restart(at: now)
  }

  /// Tells the worker something; a worker that is gone is noticed when its output ends.
  ///
  /// One that was told half of it waits for the rest for ever, and is ended.
  func send(_ message: CoordinatorMessage) {
    guard input >= 0, var line = try? JSONEncoder().encode(message) else { return }
    line.append(0x0A)
    line.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = write(input, bytes.baseAddress! + sent, bytes.count - sent)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 {
          isOutOfReach = true
          return kill()
        }
        sent += count
      }
    }
  }

  /// Lets the worker go: its input ends, and so does it.
  func dismiss() {
    guard input >= 0 else { return }
    close(input)
    input = -1
  }

  /// What the worker has said since the last call, and whether its output has ended.
  func receive() -> (messages: [WorkerMessage], hasEnded: Bool) {
    var messages: [WorkerMessage] = []
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(output, &bytes, bytes.count)
      if count < 0 && errno == EINTR { continue }
      if count == 0 { return (messages, true) }
      if count < 0 { return (messages, errno != EAGAIN) }
      let complete = bytes.withUnsafeBytes {
        lines.append(UnsafeRawBufferPointer(rebasing: $0[0..<count]))
      }
      for line in complete {
        // A worker that cannot be understood cannot be trusted with a shard.
        guard let message = try? JSONDecoder().decode(WorkerMessage.self, from: line) else {
          kill()
          return (messages, true)
        }
        messages.append(message)
      }
    }
  }

  /// Ends the worker at once.
  func kill() { _ = Glibc.kill(-processID, SIGKILL) }

  /// Whether the process has ended; does not wait for it.
  func hasEnded() -> Bool {
    var code: Int32 = 0
    return mw_reap(processID, false, &code) != 0
  }

  /// Waits some seconds, in all, for workers to end.
  static func reap(_ workers: [WorkerProcess], within seconds: Double) {
    var alive = workers
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      alive.removeAll { $0.hasEnded() }
      if alive.isEmpty || ContinuousClock.now >= deadline { return }
      usleep(10_000)
    }
  }

  /// Waits for the process to end; its exit code, or minus the signal that ended it.
  func reap() -> Int32 {
    var code: Int32 = 0
    return mw_reap(processID, true, &code) > 0 ? code : 0
  }
}
