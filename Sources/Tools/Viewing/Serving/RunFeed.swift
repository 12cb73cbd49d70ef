import Foundation
import Pipelines
import Synchronization

/// Tells all open pages what happens in a run.
///
/// While anybody listens it looks at the run twice a second; what is new is told to all. Whoever comes
/// is first told everything, so that a page whose connection was lost only has to connect again.
actor RunFeed {
  private let watcher: RunWatcher
  private var listeners: [Int: AsyncStream<String>.Continuation] = [:]
  private var nextListener = 0
  private var loop: Task<Void, Never>?
  private var sight: RunSight?
  private var lastTold = ContinuousClock.now
  /// How long the last look took.
  private var lookCost = Duration.zero
  /// Grows when the run becomes another one; pages that know another number begin anew.
  private(set) var epoch = 1
  /// Grows when a layer is committed.
  private(set) var version = 1

  private static let pause = Duration.milliseconds(500)
  /// So many pages listen at most.
  static let mostListeners = 64

  init(of folder: RunFolder) { watcher = RunWatcher(of: folder) }

  /// What is seen of the run now.
  func look() throws -> RunSight {
    try refresh()
    guard let sight else { throw CancellationError() }
    return sight
  }

  /// What is known of a shard.
  func shard(_ number: Int) throws -> ShardSight? { try watcher.shard(number) }

  /// The events from now on; nil where too many listen already.
  func events() -> AsyncStream<String>? {
    guard listeners.count < Self.mostListeners else { return nil }
    let number = nextListener
    nextListener += 1
    let (stream, continuation) = AsyncStream.makeStream(
      of: String.self, bufferingPolicy: .bufferingOldest(64))
    continuation.onTermination = { [weak self] _ in
      Task { await self?.leave(number) }
    }
    listeners[number] = continuation
    // What a page is told first is no older than its coming.
    do { try refresh() } catch { tell("trouble", words(of: error), to: continuation) }
    tell("run", "{\"epoch\":\(epoch),\"version\":\(version)}", to: continuation)
    if let sight {
      let letters = String(sight.states.map(\.letter))
      tell("shards", "{\"all\":\"\(letters)\"}", to: continuation)
      tell("progress", Self.text(of: sight.progress), to: continuation)
    }
    if loop == nil { loop = Task { [weak self] in await self?.watch() } }
    return stream
  }

  private func leave(_ number: Int) { listeners[number] = nil }

  private func watch() async {
    while !listeners.isEmpty {
      // Looking may take a tenth of the time, where there are very many shards.
      try? await Task.sleep(for: max(Self.pause, lookCost * 9))
      do { try refresh() } catch { tellAll("trouble", words(of: error)) }
      // A comment now and then finds out who has gone.
      if .now - lastTold > .seconds(10) { sendAll(": still here\n\n") }
    }
    loop = nil
  }

  /// Looks, and tells all what is new.
  private func refresh() throws {
    let before = sight
    let start = ContinuousClock.now
    let now = try watcher.look()
    lookCost = .now - start
    sight = now
    if now.isAnother, before != nil { epoch += 1 }
    guard before != nil else { return }
    if now.hasNewFiles { version += 1 }
    if now.isAnother || now.hasNewFiles {
      tellAll("run", "{\"epoch\":\(epoch),\"version\":\(version)}")
    }
    if now.isAnother {
      tellAll("shards", "{\"all\":\"\(String(now.states.map(\.letter)))\"}")
    } else if !now.changed.isEmpty {
      let pairs = now.changed.map { "[\($0),\"\(now.states[$0].letter)\"]" }
      tellAll("shards", "{\"changed\":[\(pairs.joined(separator: ","))]}")
    }
    let (old, new) = (before.map { Self.text(of: $0.progress) }, Self.text(of: now.progress))
    if old != new { tellAll("progress", new) }
  }

  private func tellAll(_ event: String, _ data: String) {
    sendAll("event: \(event)\ndata: \(data)\n\n")
  }

  private func sendAll(_ text: String) {
    lastTold = .now
    for listener in listeners.values { send(text, to: listener) }
  }

  private func tell(
    _ event: String, _ data: String, to listener: AsyncStream<String>.Continuation
  ) {
    send("event: \(event)\ndata: \(data)\n\n", to: listener)
  }

  /// A page that does not read misses nothing: its stream ends, and it connects again.
  private func send(_ text: String, to listener: AsyncStream<String>.Continuation) {
    if case .dropped = listener.yield(text) { listener.finish() }
  }

  private func words(of error: any Error) -> String {
    let encoded = try? JSONEncoder().encode(Failures.words(of: error))
    return encoded.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  private static func text(of progress: RunProgress) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(progress)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension ShardState {
  /// The state in a letter, as pages are told it.
  var letter: Character {
    switch self {
    case .waiting: "w"
    case .running: "r"
    case .done: "d"
    case .skipped: "s"
    case .setAside: "a"
    }
  }
}
