import CGDAL
import Glibc
import Synchronization

/// What GDAL said while one call ran.
///
/// GDAL's return codes are not to be trusted: a writer may report a full disk only by a message, and
/// return success. So a call counts as failed when it says so *or* when anything of class "failure"
/// was said meanwhile, on this thread or by a thread of GDAL's own.
final class GDALListener {
  private(set) var failures: [String] = []
  /// What the system refused to a library below GDAL, if anything: GDAL may go on without, and
  /// what it then gives is not to be used.
  private(set) var refusal: String?
  private(set) var warnings: [String] = []

  /// Runs `body` and listens.
  ///
  /// Synchronous by design: GDAL's handlers belong to a thread.
  static func listen<Value>(_ body: () -> Value) -> (value: Value, said: GDALListener) {
    GDALRuntime.ready()
    let listener = GDALListener()
    let before = background.withLock { $0.count }
    let refusalsBefore = ownRefusals.count
    let user = Unmanaged.passUnretained(listener).toOpaque()
    CPLPushErrorHandlerEx(
      { kind, _, text in
        guard let text, let user = CPLGetErrorHandlerUserData() else { return }
        let listener = Unmanaged<GDALListener>.fromOpaque(user).takeUnretainedValue()
        listener.hear(kind, String(cString: text))
      }, user)
    let value = body()
    CPLPopErrorHandler()
    background.withLock { heard in
      if heard.count > before { listener.failures.append(heard.last) }
    }
    let refusals = ownRefusals
    if refusals.count > refusalsBefore {
      let heard = refusals.latest.suffix(refusals.count - refusalsBefore)
      listener.refusal = heard.prefix(3).joined(separator: "; ")
    }
    return (value, listener)
  }

  /// Whether nothing failed.
  var isContent: Bool { failures.isEmpty && refusal == nil }

  /// "GDAL says: " and the failures in its own words, on one line.
  var words: String {
    var seen: [String] = []
    for text in failures.isEmpty ? warnings : failures where !seen.contains(text) {
      seen.append(text)
    }
    if seen.isEmpty { return refusal ?? "GDAL gives no reason" }
    var shown = "GDAL says: " + seen.prefix(3).joined(separator: "; ")
    if seen.count > 3 { shown += "; and \(seen.count - 3) more" }
    return refusal.map { "\(shown); \($0)" } ?? shown
  }

  private func hear(_ kind: CPLErr, _ text: String) {
    let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let line = RemoteSignatures.stripped(words)
    if kind.rawValue >= CE_Failure.rawValue {
      failures.append(line)
    } else if kind == CE_Warning {
      warnings.append(line)
    }
  }

  // MARK: Threads of GDAL's own

  private struct Heard {
    var count = 0
    var last = ""
  }

  /// Failures said where no listener was pushed.
  ///
  /// A failure of another thread may so be charged to a
  /// call that succeeded; the other way round would lose data.
  private static let background = Mutex(Heard())

  static func listenToBackgroundThreads() {
    CPLSetErrorHandlerEx(
      { kind, _, text in
        guard kind.rawValue >= CE_Failure.rawValue, let text else { return }
        GDALListener.background.withLock {
          $0.count += 1
          $0.last = RemoteSignatures.stripped(String(cString: text))
        }
      }, nil)
  }

  // MARK: The system's refusals

  private struct Refusals {
    var count = 0
    /// In their order.
    var latest: [String] = []
  }

  /// What was refused to each thread, ever; a refusal is heard on the thread that it meets.
  private static let refusals = Mutex<[pthread_t: Refusals]>([:])

  private static var ownRefusals: Refusals {
    refusals.withLock { $0[pthread_self()] ?? Refusals() }
  }

  /// Takes note of what the system refused to a library below GDAL on this thread.
  ///
  /// Not by way of `CPLError`: where GDAL goes on without, it has often turned that off.
  static func hear(refusal: String) {
    let line = refusal.split(whereSeparator: \.isNewline).joined(separator: " ")
    var own = ownRefusals
    own.count += 1
    own.latest = own.latest.suffix(7) + [line]
    refusals.withLock { [own] in $0[pthread_self()] = own }
  }
}
