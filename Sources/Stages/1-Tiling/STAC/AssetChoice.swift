import GeoFiles

/// Which bands of which files of a STAC item make its scene.
struct AssetChoice: Equatable {
  /// One band of the scene.
  struct Band: Equatable {
    /// The asset's key.
    var asset: String
    /// The band's number in the asset's file, from 1.
    var number: Int
    /// What the scene calls it.
    var name: String
    /// What is said of it.
    var description: STACBand
  }

  /// The scene's bands, in order.
  var bands: [Band]

  /// Chooses.
  ///
  /// Each name is looked for among the bands of those assets that are meant best for it: with the role
  /// `data`, then `visual`, then any other, then `overview`. Of assets that have it, the one with the
  /// smallest pixels is taken; among equals the one whose key is the name, or comes first.
  ///
  /// - Parameters:
  ///   - item: The item.
  ///   - selectors: The bands wanted: names, or numbers in a single file.
  ///   - assets: Keys or roles of the assets that may be used; all when empty.
  init(of item: STACItem, bands selectors: [BandSelector], assets: [String]) throws(STACError) {
    let candidates = Self.candidates(of: item, assets)
    guard !candidates.isEmpty else {
      throw .noAsset(item: item.id, wanted: assets, available: item.assets.keys.sorted())
    }
    let numbers = selectors.compactMap { if case .number(let number) = $0 { number } else { nil } }
    guard numbers.count < selectors.count else {
      let asset = try Self.only(candidates, of: item)
      bands = numbers.map { number in
        let known = asset.bands.indices.contains(number - 1) ? asset.bands[number - 1] : STACBand()
        return Band(
          asset: asset.key, number: number,
          name: known.commonName ?? known.name ?? "band \(number)", description: known)
      }
      return
    }
    bands = []
    for selector in selectors {
      bands.append(try Self.band(selector, among: candidates, of: item, selectors))
    }
  }

  /// The band of an item that tells clouds: an asset by its key, or a band of one by its name.
  ///
  /// Assets with any role count: masks have `data-mask` or `cloud`.
  static func mask(_ selector: BandSelector, of item: STACItem) throws(STACError) -> Band {
    let name = "\(selector)"
    let rasters = item.assets.filter { $0.value.isRaster }.sorted { $0.key < $1.key }
    let own = rasters.first {
      $0.key.lowercased() == name.lowercased() && $0.value.bands.count <= 1
    }
    if let own {
      return Band(asset: own.key, number: 1, name: name, description: STACBand())
    }
    for (key, asset) in rasters {
      guard let place = asset.bands.firstIndex(where: { $0.isCalled(name) }) else { continue }
      return Band(asset: key, number: place + 1, name: name, description: STACBand())
    }
    let names = rasters.flatMap { [$0.key] + $0.value.bands.compactMap(\.name) }
    throw .bandMissing(band: name, item: item.id, available: Set(names).sorted())
  }

  fileprivate struct Candidate {
    var key: String
    var rank: Int
    var pixel: Double
    var bands: [STACBand]
  }

  /// The rasters of an item that may be used, the best first.
  private static func candidates(of item: STACItem, _ wanted: [String]) -> [Candidate] {
    let words = Set(wanted.map { $0.lowercased() })
    return item.assets.sorted { $0.key < $1.key }.compactMap { key, asset -> Candidate? in
      let names = Set([key.lowercased()] + asset.roles.map { $0.lowercased() })
      let isNamed = !names.isDisjoint(with: words)
      guard isNamed || words.isEmpty, isNamed || asset.isRaster,
        let rank = isNamed ? 0 : asset.rank
      else { return nil }
      return Candidate(
        key: key, rank: rank, pixel: asset.pixel ?? asset.gsd ?? .infinity, bands: asset.bands)
    }.sorted { ($0.rank, $0.pixel, $0.key) < ($1.rank, $1.pixel, $1.key) }
  }

  /// The one asset that bands are numbered in.
  private static func only(
    _ candidates: [Candidate], of item: STACItem
  ) throws(STACError) -> Candidate {
    let best = candidates.filter { $0.rank == candidates[0].rank }
    guard best.count == 1 else {
      throw .assetUnclear(item: item.id, assets: candidates.map(\.key).sorted())
    }
    return best[0]
  }

  private static func band(
    _ selector: BandSelector, among candidates: [Candidate], of item: STACItem,
    _ selectors: [BandSelector]
  ) throws(STACError) -> Band {
    let name = "\(selector)"
    let having = candidates.filter { $0.place(of: name) != nil }
    let best = having.filter { $0.rank == having[0].rank && $0.pixel == having[0].pixel }
    // Bands of one file, rather than of several, where both are the same but for that.
    let whole = best.first { candidate in
      selectors.allSatisfy { candidate.place(of: "\($0)") != nil }
    }
    let chosen = best.first { $0.key.lowercased() == name.lowercased() } ?? whole ?? best.first
    guard let chosen, let place = chosen.place(of: name) else {
      let names = candidates.flatMap { candidate in
        [candidate.key] + candidate.bands.flatMap { [$0.name, $0.commonName].compactMap(\.self) }
      }
      throw .bandMissing(band: name, item: item.id, available: Set(names).sorted())
    }
    let known = chosen.bands.indices.contains(place) ? chosen.bands[place] : STACBand()
    return Band(asset: chosen.key, number: place + 1, name: name, description: known)
  }
}

extension AssetChoice.Candidate {
  /// The place of the band that goes by a name, from 0; nil where there is none.
  ///
  /// An asset of a single band goes by its own key, too.
  fileprivate func place(of name: String) -> Int? {
    if let place = bands.firstIndex(where: { $0.isCalled(name) }) { return place }
    return bands.count <= 1 && key.lowercased() == name.lowercased() ? 0 : nil
  }
}
