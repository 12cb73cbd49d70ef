import GeoFiles
import Grids
import Polygons

/// What is asked of a scene before it is let into a run.
struct SceneProfile {
  let path: String
  let files: [String]
  let size: PixelSize
  let transform: GeoTransform
  let crs: CoordinateReference
  let bands: [BandDescription]
  let acquired: String?
  let cloudCover: Double?

  /// The bands that can be a picture.
  var colors: [BandDescription] { bands.filter { !$0.isAlpha } }
  var elementType: ElementType { (colors.first ?? bands[0]).elementType }

  init(opening path: String) throws(TilingError) {
    let file: Dataset
    do throws(GeoFileError) {
      file = try Dataset(opening: path)
    } catch {
      throw .notARaster(path: path, cause: error)
    }
    guard let transform = file.transform else {
      if file.hasGroundControlPoints { throw .onlyControlPoints(path: path) }
      throw file.hasCameraModel ? .onlyCameraModel(path: path) : .withoutTransform(path: path)
    }
    guard let crs = file.crs else { throw .withoutCRS(path: path) }
    if let reason = file.missingBlock(in: .picture) {
      throw .truncated(path: path, reason: reason)
    }
    self.path = path
    files = file.ownFirstFiles()
    self.transform = transform
    self.crs = crs
    size = file.size
    bands = file.bands
    acquired = file.acquired
    cloudCover = file.cloudCover
    try probe(file)
  }

  /// Decodes the last pixel, which a truncated file does not have.
  private func probe(_ file: borrowing Dataset) throws(TilingError) {
    guard elementType != .complex else { return }
    let last = PixelWindow(x: size.width - 1, y: size.height - 1, width: 1, height: 1)
    do throws(GeoFileError) {
      _ = try file.readDoubles(in: last, band: (colors.first ?? bands[0]).index)
    } catch {
      throw .cannotRead(path: path, cause: error)
    }
  }

  /// Sees that the scene goes with the first.
  ///
  /// - Parameter isStretched: Whether numbers of any type become 0 to 255.
  func check(against model: SceneProfile, isStretched: Bool) throws(TilingError) {
    guard colors.count == model.colors.count else {
      throw .bandCountsDiffer(
        first: model.path, firstCount: model.colors.count, second: path,
        secondCount: colors.count)
    }
    guard elementType == model.elementType || isStretched else {
      throw .typesDiffer(
        first: model.path, firstType: model.elementType, second: path, secondType: elementType)
    }
  }

  func numbers(of selectors: [BandSelector]?) throws(TilingError) -> [Int] {
    var numbers: [Int] = []
    for selector in selectors ?? colors.map({ .number($0.index) }) {
      guard let number = selector.number(among: bands) else {
        throw .bandMissing(band: "\(selector)", path: path, available: bands.map(\.name))
      }
      let band = bands[number - 1]
      guard band.elementType != .complex else {
        throw .notAPicture(band: number, path: path, reason: "its numbers are complex")
      }
      guard band.colors == nil else {
        throw .notAPicture(
          band: number, path: path, reason: "its numbers are places in a colour table")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// Where the scene's pixels lie on a lattice that it shares; otherwise why it does not.
  func window(on grid: RunGrid) throws(TilingError) -> Result<PixelWindow, GridMismatch> {
    let isSame: Bool
    do throws(GeoFileError) {
      isSame = try crs.isSame(as: grid.crs)
    } catch {
      throw .cannotPlace(path: path, cause: error)
    }
    guard isSame else {
      return .failure(
        GridMismatch(reason: "the first is in \(grid.crs), the second in \(crs)"))
    }
    do throws(GridError) {
      let place = try grid.offset(of: transform, size: size)
      return .success(PixelWindow(x: place.x, y: place.y, width: size.width, height: size.height))
    } catch .notOnGrid(let reason) {
      return .failure(GridMismatch(reason: reason))
    } catch {
      return .failure(GridMismatch(reason: "\(error)"))
    }
  }

  /// The scene's longitudes, as they go round; nil where it is projected.
  var turn: Warp.Turn? {
    guard crs.isGeographic else { return nil }
    let middle = transform.ground(x: Double(size.width) / 2, y: Double(size.height) / 2)
    return Warp.Turn(middle: middle.x, full: crs.fullTurn)
  }

  /// The size of a pixel on the ground in the scene's middle, in metres.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  func pixelMeters() throws(GeoFileError) -> (x: Double, y: Double) {
    try GroundGeometry(crs: crs).pixelSizeMeters(
      of: transform, x: Double(size.width) / 2, y: Double(size.height) / 2)
  }

  /// Whether the scene's pixels are about as large as those that a model was trained on.
  func suits(_ modelMeters: Double?) throws(TilingError) -> Bool {
    guard let modelMeters else { return true }
    do throws(GeoFileError) {
      let (x, y) = try pixelMeters()
      let ratios = [x / modelMeters, modelMeters / x, y / modelMeters, modelMeters / y]
      return ratios.allSatisfy { $0 <= 1 + PixelSizeCheck.largestDifference }
    } catch { throw .cannotPlace(path: path, cause: error) }
  }

  /// The part of the earth that the scene lies in.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  func extent() throws(GeoFileError) -> EarthExtent {
    let toDegrees = try CoordinateConverter(from: crs, to: try CoordinateReference.wgs84)
    let (width, height) = (Double(size.width), Double(size.height))
    let places = (0...4).flatMap { row in
      (0...4).map { column in
        let ground = transform.ground(
          x: width * Double(column) / 4, y: height * Double(row) / 4)
        return Point(x: ground.x, y: ground.y)
      }
    }
    let degrees = try toDegrees.convert(places)
    return EarthExtent(of: degrees)
  }
}

/// Why a scene does not share a lattice.
struct GridMismatch: Error {
  let reason: String
}

extension Dataset {
  /// The files that a scene is read from: itself, then masks, side files and what a virtual raster is
  /// made of, by name.
  borrowing func ownFirstFiles() -> [String] {
    let own = path
    return [own] + files().filter { $0 != own }.sorted()
  }
}
