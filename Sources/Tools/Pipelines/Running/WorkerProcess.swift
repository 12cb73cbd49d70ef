import CPlatform
import Foundation
import Glibc
import Queueing
import ShardStores

/// A worker as its coordinator sees it: a process, two pipes, and the shard it has.
final class WorkerProcess {
  let processID: pid_t
  /// The shards it was given and has not ended yet: two where it has asked for the next before the end of
  /// the first.
  private(set) var leases: [Lease] = []
  /// Whether it has asked for the next shard before the end of the one it has.
  var looksAhead = false
  /// The shard that it was given last.
  private(set) var lastKey: ShardKey?
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
  /// Whether it has told why it ends.
  var hasExplained = false
  /// Where its messages can be read.
  let output: Int32
  /// Where it can be told something; -1 once it was let go.
  private(set) var input: Int32

  /// What it is to be told and its pipe has not taken yet.
  private var untold = Data()
  private var isReaped = false
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
    // The coordinator waits for nobody: neither for words nor for ears.
    for end in [fromWorker[0], toWorker[1]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    processID = child
    pulse = Pulse(startedAt: now)
    input = toWorker[1]
    output = fromWorker[0]
  }

  deinit {
    if input >= 0 { close(input) }
    close(output)
  }

  /// Whether it has nothing to do.
  var isIdle: Bool { leases.isEmpty }

  /// Whether it could be given a shard: a second one only beside one that never failed.
  var takesWork: Bool {
    guard let first = leases.first else { return isReady }
    return looksAhead && leases.count == 1 && !first.record.hasFailed
  }

  /// Takes note of the shard that the worker is about to be given.
  func begin(_ lease: Lease, batch: Int, at now: Duration) {
    leases.append(lease)
    looksAhead = false
    lastKey = lease.key
    self.batch = batch
    pulse.restart(at: now)
  }

  /// Takes note that a shard has ended; nil where the worker does not have it.
  func end(_ key: ShardKey) -> Lease? {
    leases.firstIndex { $0.key == key }.map { leases.remove(at: $0) }
  }

  /// Takes from the worker all that it has.
  func endAll() -> [Lease] {
    defer { leases = [] }
    return leases
  }

  /// Whether it is to be told something that its pipe has not taken yet.
  var isBeingTold: Bool { input >= 0 && !untold.isEmpty }

  /// Tells the worker something, as far as its pipe takes it now; a worker that is gone is noticed
  /// when its output ends.
  func send(_ message: CoordinatorMessage) {
    guard input >= 0, var line = try? JSONEncoder().encode(message) else { return }
    line.append(0x0A)
    untold.append(line)
    tell()
  }

  /// Tells the worker what it has not been told yet, as far as its pipe takes it now.
  ///
  /// The list of a long order's inputs is larger than a pipe, and a worker that is stopped empties
  /// none. One that cannot be told the rest waits for it for ever, and is ended.
  func tell() {
    while isBeingTold {
      let count = untold.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN { return }
      if count <= 0 {
        isOutOfReach = true
        untold = Data()
        return kill()
      }
      untold = Data(untold.dropFirst(count))
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

  /// Ends the worker at once, unless its end was seen: its number may be another's since.
  func kill() { if !isReaped { _ = Glibc.kill(-processID, SIGKILL) } }

  /// Whether the process has ended; does not wait for it.
  func hasEnded() -> Bool {
    var code: Int32 = 0
    if !isReaped { isReaped = mw_reap(processID, false, &code) != 0 }
    return isReaped
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
    defer { isReaped = true }
    return mw_reap(processID, true, &code) > 0 ? code : 0
  }
}
