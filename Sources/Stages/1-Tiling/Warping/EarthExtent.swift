import Foundation
import GeoFiles
import Polygons

/// A part of the earth around places, wherever they lie: over the antimeridian and around poles too.
struct EarthExtent {
  /// The longitude of the places' middle, in degrees.
  let longitude: Double
  /// The latitude of the places' middle, in degrees.
  let latitude: Double
  /// How far places reach to the west and to the east of the middle, in degrees of longitude.
  let reach: ClosedRange<Double>
  /// The least and the greatest latitude.
  let latitudes: ClosedRange<Double>

  /// Takes the extent of places, as longitudes and latitudes in degrees.
  init(of places: [Point]) {
    var (x, y) = (0.0, 0.0)
    for place in places {
      let ring = cos(place.y * .pi / 180)
      x += ring * cos(place.x * .pi / 180)
      y += ring * sin(place.x * .pi / 180)
    }
    let mean = x == 0 && y == 0 ? 0 : atan2(y, x) * 180 / .pi
    let offsets = places.map { ($0.x - mean).remainder(dividingBy: 360) }
    let (west, east) = (offsets.min() ?? 0, offsets.max() ?? 0)
    let latitudes = places.map(\.y)
    longitude = (mean + (west + east) / 2).remainder(dividingBy: 360)
    reach = (west - east) / 2...(east - west) / 2
    self.latitudes = (latitudes.min() ?? 0)...(latitudes.max() ?? 0)
    latitude = (self.latitudes.lowerBound + self.latitudes.upperBound) / 2
  }

  /// The same as PROJ takes it; `west` is greater than `east` across the antimeridian.
  var area: CoordinateOperation.Area {
    func turned(_ longitude: Double) -> Double {
      abs(longitude) <= 180 ? longitude : longitude.remainder(dividingBy: 360)
    }
    return CoordinateOperation.Area(
      west: turned(longitude + reach.lowerBound), south: latitudes.lowerBound,
      east: turned(longitude + reach.upperBound), north: latitudes.upperBound)
  }

  /// The corners, as longitudes and latitudes in degrees.
  var corners: [Point] {
    [reach.lowerBound, reach.upperBound].flatMap { east in
      [latitudes.lowerBound, latitudes.upperBound].map { Point(x: longitude + east, y: $0) }
    }
  }
}
