public import ShardStores

/// The right to work on one shard, from leasing to its end.
public struct Lease: Hashable, Sendable {
  /// The shard's record as leased; its fence is the lease's token.
  public let record: ShardRecord

  /// Which shard.
  public var key: ShardKey { record.key }
}

/// What came of a lease: the files that the shard made, and what it counted.
public struct FinishedWork: Sendable {
  /// The lease it was done under.
  public var lease: Lease
  /// The shard's files.
  public var artifacts: [Artifact]
  /// Chips classified, or outlines traced or written.
  public var made: Int
  /// Planned chips that turned out to hold no picture.
  public var skipped: Int
  /// The hash of the decoded pixels it was made from.
  public var inputHash: String?

  /// Describes finished work.
  public init(
    lease: Lease, artifacts: [Artifact], made: Int, skipped: Int, inputHash: String? = nil
  ) {
    (self.lease, self.artifacts, self.made) = (lease, artifacts, made)
    (self.skipped, self.inputHash) = (skipped, inputHash)
  }
}

/// Hands out shards and records how they end.
///
/// One process owns it. No clock takes part: a lease ends when its worker reports, or when the coordinator sees the
/// worker's process end. A coordinator that begins again gives back what the last one had leased.
public struct ShardQueue: Sendable {
  /// The durable rows.
  public let store: ShardStore
  private let order: LeaseOrder
  private let successors: @Sendable (ShardKey) -> Successors
  private let endsWithout: @Sendable (ShardKey) -> Bool

  /// Makes a queue over a store.
  ///
  /// - Parameters:
  ///   - store: The durable rows, opened for writing.
  ///   - order: In which order the ready shards of a stage are handed out.
  ///   - successors: The shards that wait for a shard.
  ///   - endsWithout: Whether what waits for a shard can go on when that shard was set aside.
  public init(
    store: ShardStore, order: LeaseOrder = .heaviestFirst,
    successors: @escaping @Sendable (ShardKey) -> Successors,
    endsWithout: @escaping @Sendable (ShardKey) -> Bool
  ) {
    self.store = store
    self.order = order
    self.successors = successors
    self.endsWithout = endsWithout
  }

  /// Gives back every shard that a coordinator before this one had leased.
  ///
  /// A coordinator's death is never a crash of the shard.
  /// - Returns: How many there were.
  public func recover() throws(ShardStoreError) -> Int {
    var count = 0
    for record in try store.records(in: .leased) {
      guard let next = record.givenBack() else { continue }
      if try store.save(next) { count += 1 }
    }
    return count
  }

  /// Leases the next shard that is ready; nil when none is.
  ///
  /// Where only the order of the heaviest counts, the shard after the owner's last goes before others
  /// of its stage if it has no weight of its own: neighbours have files and blocks in common.
  ///
  /// - Parameters:
  ///   - last: The shard that the owner had before.
  ///   - isSecond: Whether the owner has a shard already; then it is given none that ever failed.
  public func lease(
    to owner: Int, after last: ShardKey? = nil, isSecond: Bool = false
  ) throws(ShardStoreError) -> Lease? {
    while let first = try store.nextReady(in: order) {
      let record = try neighbour(of: last, before: first) ?? first
      if isSecond, record.hasFailed { return nil }
      guard let next = record.leased(by: owner) else { return nil }
      if try store.lease(next) { return Lease(record: next) }
    }
    return nil
  }

  private func neighbour(
    of last: ShardKey?, before first: ShardRecord
  ) throws(ShardStoreError) -> ShardRecord? {
    guard order == .heaviestFirst, let last, last.stage == first.key.stage else { return nil }
    let next = try store.record(ShardKey(stage: last.stage, index: last.index + 1))
    guard let next, next.state == .ready, next.weight == 0, next.crashes == first.crashes else {
      return nil
    }
    return next
  }

  /// Records a shard as done, with the files it made.
  ///
  /// - Returns: False when the lease was lost; the files must then be thrown away.
  public func finish(
    _ lease: Lease, artifacts: [Artifact], made: Int, skipped: Int, inputHash: String? = nil
  ) throws(ShardStoreError) -> Bool {
    let work = FinishedWork(
      lease: lease, artifacts: artifacts, made: made, skipped: skipped, inputHash: inputHash)
    return try finish([work])[0]
  }

  /// Records shards as done that were finished at about the same time: the disk is waited for once.
  ///
  /// - Returns: For each, false when its lease was lost; its files must then be thrown away.
  public func finish(_ works: [FinishedWork]) throws(ShardStoreError) -> [Bool] {
    let transitions = works.map { work in
      work.lease.record.finished(
        made: work.made, skipped: work.skipped, inputHash: work.inputHash
      ).map {
        Transition($0, artifacts: work.artifacts, releasing: successors(work.lease.key))
      }
    }
    guard transitions.contains(where: { $0 != nil }) else { return works.map { _ in false } }
    var saved = try store.save(each: transitions.compactMap(\.self))[...]
    return transitions.map { $0 == nil ? false : saved.removeFirst() }
  }

  /// Whether the lease still holds the shard.
  public func holds(_ lease: Lease) throws(ShardStoreError) -> Bool {
    try store.record(lease.key)?.fence == lease.record.fence
  }

  /// Records that the shard made its worker fail.
  ///
  /// - Returns: The record after it; nil when the lease was lost.
  public func crash(_ lease: Lease, because reason: String) throws(ShardStoreError) -> ShardRecord?
  {
    try end(lease, with: lease.record.crashed(because: reason))
  }

  /// Records that the worker was killed, for memory or from outside.
  ///
  /// - Returns: The record after it; nil when the lease was lost.
  public func kill(_ lease: Lease, because reason: String) throws(ShardStoreError) -> ShardRecord? {
    try end(lease, with: lease.record.killed(because: reason))
  }

  /// Takes back a shard whose file was found damaged by the work that reads it: the shard is done
  /// again, and that work waits for it.
  ///
  /// Its files' rows stay, as retired ones: what comes out must have the same content.
  /// - Returns: False, and nothing is changed, when the lease was lost.
  @discardableResult
  public func redo(_ culprit: ShardKey, foundBy lease: Lease) throws(ShardStoreError) -> Bool {
    guard let found = try store.record(culprit), let waiting = lease.record.heldUp() else {
      return false
    }
    guard let undone = found.undone() else {
      // Somebody else has found it before.
      guard !found.hasEnded else { return try end(lease, with: lease.record.givenBack()) != nil }
      return try store.save(waiting)
    }
    var changed = [undone, waiting]
    if case .shards(let others) = successors(culprit) {
      for key in others where key != lease.key {
        if let other = try store.record(key)?.heldUp() { changed.append(other) }
      }
    }
    return try store.save(all: changed, retiring: store.artifacts(of: [culprit]))
  }

  /// Hands a shard back unfinished, without fault of its own.
  public func giveBack(_ lease: Lease) throws(ShardStoreError) {
    _ = try end(lease, with: lease.record.givenBack())
  }

  private func end(_ lease: Lease, with next: ShardRecord?) throws(ShardStoreError) -> ShardRecord?
  {
    guard let next else { return nil }
    let released =
      next.state == .setAside && endsWithout(lease.key) ? successors(lease.key) : Successors.none
    return try store.save(next, releasing: released) ? next : nil
  }
}
