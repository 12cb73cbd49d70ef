public import Grids
public import Polygons

/// A part of the lattice whose centrelines are found in one go.
///
/// So much is read around it that its pixels of centrelines are those that any other cut of the
/// lattice gives; memory is that of the shard and ``CenterlineRules/reach``, however long and wide
/// roads are. Pieces are joined afterwards.
public struct CenterlineShard: Sendable {
  /// The part, on the lattice; those of all shards tile the region.
  public let core: PixelWindow

  /// Makes a shard.
  public init(core: PixelWindow) { self.core = core }

  /// The pieces of centrelines in the shard, in the order of their canonical pixels.
  ///
  /// - Throws: What a layer throws.
  public func pieces(
    from layers: CenterlineLayers, settings: CenterlineSettings, rules: CenterlineRules
  ) throws -> [CenterlinePiece] {
    let window = core.outset(by: rules.reach)
    let view = CenterlineFinder.View(
      window: window, values: try layers.probability.bytes(in: window), range: settings.range,
      crossed: try layers.crossed?.bytes(in: window),
      bridges: try layers.bridges?.bytes(in: window))
    // A line ends where the region does, which may be at the next shard's first pixel.
    let around = core.outset(by: 1)
    let region = try layers.region?.bytes(in: around)
    return CenterlineFinder.pieces(in: core, of: view, rules: rules) { place in
      guard let region else { return true }
      return region[(place.y - around.y) * around.width + place.x - around.x] != 0
    }.sorted { $0.canonicalPixel < $1.canonicalPixel }
  }
}
