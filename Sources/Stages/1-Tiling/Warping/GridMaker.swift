import Foundation
import GeoFiles
import Grids
import Polygons

/// Makes a lattice for scenes that do not share one.
struct GridMaker {
  /// How far from the central meridian of its zone UTM is taken, in degrees: lengths are then true to
  /// 0.3 %.
  static let widestZone = 5.0
  /// How much longer or shorter than on the ground lengths may be in the scenes' own reference system.
  static let largestDistortion = 0.01

  let wanted: WantedGrid
  let profiles: [SceneProfile]

  /// The lattice, and why it is that one.
  func made() throws(TilingError) -> (grid: RunGrid, reason: String?) {
    do throws(GeoFileError) {
      if wanted.crs == nil, wanted.origin == nil, let own = try ownTransform() {
        return (
          RunGrid(of: own, crs: profiles[0].crs), "the scenes' own reference system and pixels"
        )
      }
    } catch { throw .cannotPlace(path: profiles[0].path, cause: error) }
    let (crs, reason) = try system()
    let meters: Double?
    do throws(GeoFileError) { meters = try crs.metersPerUnit() } catch {
      throw .cannotPlace(path: profiles[0].path, cause: error)
    }
    guard let meters else { throw .gridNotInMetres(crs: crs) }
    let pixel = try pixelMeters() / meters
    let corner = wanted.origin ?? Point(x: 0, y: 0)
    let transform = GeoTransform(west: corner.x, north: corner.y, pixel: pixel)
    return (RunGrid(of: transform, crs: crs), reason)
  }

  // MARK: - The reference system

  private func system() throws(TilingError) -> (CoordinateReference, String) {
    do throws(GeoFileError) {
      if let named = wanted.crs, named != WantedGrid.equalArea {
        return (try CoordinateReference(definition: named), "named by the pipeline")
      }
      if wanted.crs == nil, try sharedMetric() != nil {
        return (profiles[0].crs, "the scenes' own reference system")
      }
      let extent = try extent()
      if wanted.crs == nil, let zone = Self.zone(of: extent) {
        let place = wanted.places.isEmpty ? "the scenes'" : "the region's"
        return (try CoordinateReference(definition: "EPSG:\(zone)"), "UTM at \(place) middle")
      }
      let reach = extent.reach.upperBound - extent.reach.lowerBound
      let reason =
        wanted.crs == nil
        ? "too wide for a zone of UTM: \(Int(reach.rounded(.up)))° of longitude"
        : "named by the pipeline"
      return (try CoordinateReference(definition: Self.equalArea(around: extent)), reason)
    } catch { throw .cannotPlace(path: profiles[0].path, cause: error) }
  }

  private func extent() throws(GeoFileError) -> EarthExtent {
    if !wanted.places.isEmpty { return EarthExtent(of: wanted.places) }
    var corners: [Point] = []
    for profile in profiles { corners += try profile.extent().corners }
    return EarthExtent(of: corners)
  }

  /// The zone of UTM on WGS 84 as a code of EPSG; nil where the extent is too wide for one, or too near
  /// to a pole.
  static func zone(of extent: EarthExtent) -> Int? {
    let number = min(max(Int(((extent.longitude + 180) / 6).rounded(.down)) + 1, 1), 60)
    let offset = extent.longitude - (Double(number) * 6 - 183)
    guard offset + extent.reach.lowerBound >= -widestZone,
      offset + extent.reach.upperBound <= widestZone, extent.latitudes.lowerBound >= -80,
      extent.latitudes.upperBound <= 84
    else { return nil }
    return (extent.latitude < 0 ? 32700 : 32600) + number
  }

  /// Lambert's azimuthal equal-area projection around whole degrees.
  static func equalArea(around extent: EarthExtent) -> String {
    let longitude = Int(extent.longitude.rounded())
    let latitude = Int(extent.latitude.rounded())
    let name =
      "WGS 84 / Equal area around \(abs(latitude))\(latitude < 0 ? "S" : "N") "
      + "\(abs(longitude))\(longitude < 0 ? "W" : "E")"
    return """
      PROJCRS["\(name)",BASEGEOGCRS["WGS 84",DATUM["World Geodetic System 1984",\
      ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]]],\
      PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4326]],\
      CONVERSION["equal area",METHOD["Lambert Azimuthal Equal Area",ID["EPSG",9820]],\
      PARAMETER["Latitude of natural origin",\(latitude),ANGLEUNIT["degree",0.0174532925199433],\
      ID["EPSG",8801]],PARAMETER["Longitude of natural origin",\(longitude),\
      ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8802]],\
      PARAMETER["False easting",0,LENGTHUNIT["metre",1],ID["EPSG",8806]],\
      PARAMETER["False northing",0,LENGTHUNIT["metre",1],ID["EPSG",8807]]],\
      CS[Cartesian,2],AXIS["(E)",east,ORDER[1],LENGTHUNIT["metre",1]],\
      AXIS["(N)",north,ORDER[2],LENGTHUNIT["metre",1]]]
      """
  }

  /// Metres to a unit, where all scenes are in one projected system that is nearly true to length.
  private func sharedMetric() throws(GeoFileError) -> Double? {
    let crs = profiles[0].crs
    for profile in profiles where try !profile.crs.isSame(as: crs) { return nil }
    guard let meters = try crs.metersPerUnit() else { return nil }
    for profile in profiles {
      let nominal = abs(profile.transform.determinant).squareRoot() * meters
      let (x, y) = try profile.pixelMeters()
      let scale = nominal / (x * y).squareRoot()
      guard abs(scale - 1) <= Self.largestDistortion else { return nil }
    }
    return meters
  }

  // MARK: - The pixels

  /// The first scene's transform, where its system and its pixels are what is wanted: it is then not
  /// warped.
  private func ownTransform() throws(GeoFileError) -> GeoTransform? {
    let own = profiles[0].transform
    guard let meters = try sharedMetric(), own.isAxisAligned, own.columnX == -own.rowY else {
      return nil
    }
    var asked = wanted.pixelMeters ?? wanted.modelMeters
    if asked == nil { asked = try finest() }
    let ratio = own.columnX * meters / (asked ?? 1)
    return abs(ratio - 1) <= Self.largestDistortion ? own : nil
  }

  private func pixelMeters() throws(TilingError) -> Double {
    if let asked = wanted.pixelMeters ?? wanted.modelMeters { return asked }
    do throws(GeoFileError) { return Self.rounded(try finest()) } catch {
      throw .cannotPlace(path: profiles[0].path, cause: error)
    }
  }

  /// The smallest pixels that a scene has, in metres of ground.
  private func finest() throws(GeoFileError) -> Double {
    var finest = Double.infinity
    for profile in profiles {
      let (x, y) = try profile.pixelMeters()
      finest = min(finest, (x * y).squareRoot())
    }
    return finest
  }

  /// To two digits, so that small differences between scenes do not show.
  static func rounded(_ meters: Double) -> Double {
    let unit = pow(10, (log10(meters) + 1e-9).rounded(.down) - 1)
    // Divided where the unit is below 1: 0.1 times 3 is not 0.3.
    return unit < 1
      ? (meters / unit).rounded() / (1 / unit).rounded() : (meters / unit).rounded() * unit
  }
}
