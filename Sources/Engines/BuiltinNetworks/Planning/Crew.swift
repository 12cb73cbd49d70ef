import CKernels
import Glibc
import Synchronization

/// Threads that go through a plan together, each doing its part of every task.
///
/// The parts are fixed by the shapes and the number of threads, and what a part holds is the same sum
/// in the same order whoever computes it: the number of threads shows in no bit. Between two tasks
/// all wait for the last; a task takes some ten microseconds, so that they wait awake. Between two
/// runs they sleep.
final class Crew {
  /// The threads, the caller's among them.
  let count: Int
  private let common: Common
  private var threads: [pthread_t] = []
  private var gates: [UnsafeMutablePointer<sem_t>] = []

  /// Starts the threads beside the caller's.
  ///
  /// Where the system gives fewer, there are fewer: slower, with the same results.
  init(threads wanted: Int) {
    let others = max(wanted, 1) - 1
    let common = Common()
    var gates: [UnsafeMutablePointer<sem_t>] = []
    var threads: [pthread_t] = []
    for number in 0..<others {
      let recruit = Recruit(number: number + 1, common)
      var thread = pthread_t()
      let passed = Unmanaged.passRetained(recruit)
      let status = pthread_create(&thread, nil, { Crew.work($0) }, passed.toOpaque())
      guard status == 0 else {
        passed.release()
        break
      }
      threads.append(thread)
      gates.append(recruit.gate)
    }
    count = threads.count + 1
    common.meeting = Meeting(of: threads.count + 1)
    self.common = common
    (self.threads, self.gates) = (threads, gates)
  }

  deinit {
    common.plan = nil
    for gate in gates { sem_post(gate) }
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs a plan to its end.
  func run(_ plan: Plan) {
    // Where nothing is to be met for, a thread could wake after the end.
    guard plan.stepCount > 0 else { return }
    common.plan = plan
    for gate in gates { sem_post(gate) }
    plan.run(part: 0, meetingIn: common.meeting)
    common.plan = nil
  }

  /// What the threads look at, written while all others sleep at their gates.
  ///
  /// It is never the crew itself: the last thread to hold that would free it, and wait for itself.
  private final class Common {
    var meeting = Meeting(of: 1)
    var plan: Plan?
  }

  /// What a thread has of its own: how it is woken, and whom it works with.
  private final class Recruit {
    let number: Int
    let gate: UnsafeMutablePointer<sem_t>
    let common: Common

    init(number: Int, _ common: Common) {
      (self.number, self.common) = (number, common)
      gate = .allocate(capacity: 1)
      sem_init(gate, 0, 0)
    }

    deinit {
      sem_destroy(gate)
      gate.deallocate()
    }
  }

  /// The life of a thread: it ends when it is woken without a plan.
  private static func work(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let recruit = Unmanaged<Recruit>.fromOpaque(argument).takeRetainedValue()
    while true {
      while sem_wait(recruit.gate) != 0 {}
      guard let plan = recruit.common.plan else { return nil }
      plan.run(part: recruit.number, meetingIn: recruit.common.meeting)
    }
  }

  /// A place where threads wait for each other, again and again.
  final class Meeting: Sendable {
    private let size: Int
    private let arrived = Atomic<Int>(0)
    private let number = Atomic<Int>(0)

    init(of size: Int) { self.size = size }

    func attend() {
      let now = number.load(ordering: .relaxed)
      if arrived.add(1, ordering: .acquiringAndReleasing).newValue == size {
        arrived.store(0, ordering: .relaxed)
        number.store(now + 1, ordering: .releasing)
        return
      }
      // On a processor of its own a thread comes in microseconds; where it shares one, it must get it.
      var patience = 10_000
      while number.load(ordering: .acquiring) == now {
        patience -= 1
        if patience > 0 { mw_pause() } else { sched_yield() }
      }
    }
  }
}
