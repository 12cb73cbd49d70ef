import GeoFiles
import Grids

/// Makes one scene of the chosen bands of a STAC item.
///
/// The files are opened: what the item says of them is checked where it places pixels or changes their
/// values, and what it does not say is read.
struct SceneComposer {
  let item: STACItem
  /// Where the item was read, as GDAL takes it.
  let document: String
  /// Whether declared scales and offsets are applied.
  let appliesScale: Bool
  private var files: [String: SourceFile] = [:]

  init(_ item: STACItem, document: String, appliesScale: Bool) {
    self.item = item
    self.document = document
    self.appliesScale = appliesScale
  }

  /// Makes the scene.
  ///
  /// - Parameter path: Gives the path of an asset's file from its reference.
  /// - Throws: ``STACError``, ``TilingError``.
  mutating func scene(
    _ choice: AssetChoice, path: (String) throws -> String
  ) throws -> ComposedScene {
    for key in Set(choice.bands.map(\.asset)).sorted() {
      guard let asset = item.assets[key] else { continue }
      let file = try SourceFile(opening: path(asset.href))
      files[key] = file
      try check(file, of: key, declared: asset.crs ?? item.crs)
    }
    let keys = choice.bands.map(\.asset)
    let first = keys[0]
    for key in keys where key != first {
      if let reason = try files[first]?.difference(from: files[key]) {
        throw STACError.assetsDiffer(item: item.id, first: first, second: key, reason: reason)
      }
    }
    return ComposedScene(
      text: try text(of: choice), item: item, source: RemotePath.address(document))
  }

  /// Compares a file's reference system with the one that the item says, or takes that one.
  private mutating func check(
    _ file: SourceFile, of key: String, declared: String?
  ) throws {
    guard let declared else {
      if file.crs == nil { throw TilingError.withoutCRS(path: file.path) }
      return
    }
    let said: CoordinateReference
    do { said = try CoordinateReference(definition: declared) } catch {
      throw TilingError.cannotPlace(path: file.path, cause: error)
    }
    guard let crs = file.crs else {
      files[key]?.crs = said
      return
    }
    guard try crs.isSame(as: said) else {
      throw STACError.crsDiffers(
        item: item.id, asset: key, declared: "\(said)", found: "\(crs)")
    }
  }

  // MARK: - The virtual raster

  private func text(of choice: AssetChoice) throws -> String {
    guard let first = files[choice.bands[0].asset], let crs = first.crs else { return "" }
    var bands = try choice.bands.map { try band($0) }
    let types = Set(bands.map(\.type))
    if types.count > 1 {
      for index in bands.indices { bands[index].type = .float32 }
    }
    let raster = VirtualRaster(
      size: first.size, transform: first.transform, crs: crs.wkt, acquired: item.acquired,
      cloudCover: item.cloudCover, bands: bands,
      masks: masks(of: choice, from: \.hasMask) { _ in "mask,1" },
      alphas: masks(of: choice, from: { $0.alpha != nil }) { "\($0.alpha ?? 1)" })
    return raster.text
  }

  private func band(_ band: AssetChoice.Band) throws -> VirtualRaster.Band {
    guard let file = files[band.asset] else { throw TilingError.noScenes }
    guard let own = file.bands.first(where: { $0.index == band.number }) else {
      throw TilingError.bandMissing(
        band: "\(band.number)", path: file.path, available: file.bands.map(\.name))
    }
    guard own.elementType != .complex, own.elementType != .int8, own.colors == nil else {
      let reason =
        own.colors != nil
        ? "its numbers are places in a colour table" : "its numbers are \(own.elementType.rawValue)"
      throw TilingError.notAPicture(band: band.number, path: file.path, reason: reason)
    }
    let isWhole = own.elementType != .float32 && own.elementType != .float64
    let declared = band.description.nodata.flatMap { isWhole && !$0.isFinite ? nil : $0 }
    var made = VirtualRaster.Band(
      name: band.name, type: own.elementType, path: file.path, number: band.number,
      nodata: own.nodata ?? declared)
    made.color = ["red", "green", "blue"].first { band.description.isCalled($0) || band.name == $0 }
    if appliesScale, band.description.isScaled {
      let offset = item.isOffsetApplied ? 0 : band.description.offset ?? 0
      let scale = band.description.scale ?? 1
      if scale != 1 || offset != 0 {
        made.scaling = (scale, offset)
        made.type = .float32
        made.nodata = made.nodata.map { Double(Float($0 * scale + offset)) }
      }
    }
    return made
  }

  /// The masks of the files, if each has one: a file without shows a picture everywhere.
  private func masks(
    of choice: AssetChoice, from hasOne: (SourceFile) -> Bool, band: (SourceFile) -> String
  ) -> [VirtualRaster.Mask] {
    let sources = Set(choice.bands.map(\.asset)).sorted().compactMap { files[$0] }
    guard sources.allSatisfy(hasOne) else { return [] }
    return sources.map { VirtualRaster.Mask(path: $0.path, band: band($0)) }
  }
}

/// What is asked of a file before its bands are put together with those of others.
struct SourceFile {
  let path: String
  let size: PixelSize
  let transform: GeoTransform
  var crs: CoordinateReference?
  let bands: [BandDescription]
  let hasMask: Bool

  /// The number of the alpha band, if there is one.
  var alpha: Int? { bands.first(where: \.isAlpha)?.index }

  init(opening path: String) throws {
    let file: Dataset
    do { file = try Dataset(opening: path) } catch {
      throw TilingError.notARaster(path: path, cause: error)
    }
    guard let transform = file.transform else {
      throw file.hasGroundControlPoints
        ? TilingError.onlyControlPoints(path: path) : .withoutTransform(path: path)
    }
    if let reason = file.missingBlock(in: .picture) {
      throw TilingError.truncated(path: path, reason: reason)
    }
    self.path = path
    self.transform = transform
    (size, crs, bands, hasMask) = (file.size, file.crs, file.bands, file.hasMask())
  }

  /// Why another file has not the same pixels; nil when it has.
  func difference(from other: SourceFile?) throws -> String? {
    guard let other else { return nil }
    if let crs, let theirs = other.crs, try !crs.isSame(as: theirs) {
      return "the first is in \(crs), the second in \(theirs)"
    }
    let (own, theirs) = (transform.coefficients, other.transform.coefficients)
    let unit = max(abs(own[1]) + abs(own[2]), abs(own[4]) + abs(own[5]))
    guard [1, 2, 4, 5].allSatisfy({ abs(own[$0] - theirs[$0]) <= 1e-6 * unit }) else {
      return
        "pixels of the first are \(own[1]) × \(own[5]) units, of the second \(theirs[1]) × \(theirs[5])"
    }
    guard abs(own[0] - theirs[0]) <= 0.01 * unit, abs(own[3] - theirs[3]) <= 0.01 * unit else {
      return
        "the first begins at (\(own[0]), \(own[3])), the second at (\(theirs[0]), \(theirs[3]))"
    }
    return size == other.size ? nil : "the first has \(size) px, the second \(other.size) px"
  }
}
