import Checksums
import Foundation
import GeoFiles
import Grids
import Imagery
import Tiling

/// Reads the chips of a shard, and takes the hash of what it decoded while it does.
///
/// The hash covers pixels and coverage of every chip as the network is shown them (what is valid
/// follows from the coverage): it changes with anything that can change the shard's result, and with
/// nothing else. A scene that was
/// copied, renamed, touched or packed in another way gives the same hash.
final class ShardReader {
  private let plan: RunPlan
  private let span: ShardSpan
  private let reader: ChipReader
  private let region: Region?
  private var hasher: ContentHasher? = ContentHasher()

  init(of plan: RunPlan) throws {
    self.plan = plan
    span = plan.span
    reader = ChipReader(
      of: plan.scenes, nodata: plan.nodata, tellsProvenance: plan.tellsProvenance)
    region = try plan.region?.opened(in: plan.grid)
  }

  /// The chips whose answers a shard is made of, row by row: those whose cores it holds, and where chips
  /// are blended, those around them.
  func chips(of number: Int) -> [ChipIndex] {
    let window = span.window(of: number)
    let cores = plan.cores(ofShard: number)
    guard plan.blend != nil, let first = cores.first, let last = cores.last else { return cores }
    return (first.row - 1...last.row + 1).flatMap { row in
      (first.column - 1...last.column + 1).map { ChipIndex(column: $0, row: row) }
    }.filter { plan.answerWindow(of: $0).intersects(window) }
  }

  /// Sees that no file that the shard is read from was touched since the command began.
  ///
  /// - Throws: ``InputError``.
  func checkSources(of number: Int) throws(InputError) {
    for scene in plan.scenes.scenes(meeting: plan.readWindow(of: number)) {
      for source in plan.sources[scene] { try source.check() }
    }
  }

  /// Reads a chip: once, or for each of its scenes where these are averaged; nil when it is beyond the
  /// region.
  func read(_ chip: ChipIndex) throws -> [TiledChip]? {
    let answer = plan.answerWindow(of: chip)
    if let region, region.misses(answer.outset(by: plan.region?.margin ?? 0)) { return nil }
    let window = plan.shards.chips.window(of: chip)
    guard plan.averages == true else { return [try taken(reader.read(window))] }
    return try plan.scenes.scenes(meeting: answer).map { scene in
      try taken(reader.read(window, only: scene))
    }
  }

  /// A chip that was read, with its hash taken.
  private func taken(_ tiled: TiledChip) -> TiledChip {
    tiled.chip.samples.withUnsafeBytes { hasher?.update($0) }
    tiled.coverage.withUnsafeBytes { hasher?.update($0) }
    tiled.provenance.withUnsafeBytes { hasher?.update($0) }
    return tiled
  }

  /// The hash of all chips read since this was called last.
  func takeHash() -> String {
    guard let full = hasher.take() else { preconditionFailure("the hash is being taken") }
    hasher = ContentHasher()
    return full.finish().description
  }

  /// Reads a whole shard for the sake of its hash.
  func hash(of number: Int) throws -> String {
    for chip in chips(of: number) { _ = try read(chip) }
    return takeHash()
  }

  /// Takes classes and coverage away outside the region.
  ///
  /// Probabilities stay, since outlines at the border are drawn from them.
  func clip(_ map: inout ClassMap) {
    guard let region, plan.region?.clip == true, !region.contains(map.window) else { return }
    for (index, isInside) in region.mask(of: map.window).enumerated() where isInside == 0 {
      map.classes[index] = ClassMap.nodata
      map.coverage[index] = Coverage.outside.rawValue
      if !map.provenance.isEmpty { map.provenance[index] = 0 }
    }
  }
}

extension RunPlan {
  /// The pixels that a shard's chips are read from, halos included.
  func readWindow(of number: Int) -> PixelWindow {
    let around = shards.chips.halo + (blend == nil ? 0 : shards.chips.core)
    return shards.window(of: span[number]).outset(by: around)
  }

  /// The chips whose cores lie in a shard and meet the map, in order.
  func cores(ofShard number: Int) -> [ChipIndex] {
    let window = span.window(of: number)
    return shards.chips(of: span[number]).filter {
      shards.chips.core(of: $0).intersects(window)
    }
  }

  /// The pixels that the network is asked about with a chip: its core, and what is blended around that.
  func answerWindow(of chip: ChipIndex) -> PixelWindow {
    shards.chips.core(of: chip).outset(by: blend ?? 0)
  }
}
