public import Grids
import Polygons

/// Turns the pixels of one object into a footprint on the ground.
public struct FootprintTracer {
  private let grid: RunGrid
  private let settings: FootprintSettings
  private let ground: any GroundMeasuring
  private let rounding: CoordinateRounding

  /// Traces on a grid.
  public init(grid: RunGrid, settings: FootprintSettings, ground: any GroundMeasuring) {
    self.grid = grid
    self.settings = settings
    self.ground = ground
    rounding = CoordinateRounding(for: grid.crs)
  }

  /// The values of pixels inside.
  var range: ClosedRange<UInt8> { LayerValue.atLeast(settings.threshold) }

  /// The most that a contour's area can be, as a multiple of its pixels' area.
  private static let largestBulge = 3.0

  /// The footprint of a component; nil when it is smaller or less sure than the settings ask for.
  func footprint(of component: Component, patch: ComponentPatch) throws -> Footprint? {
    let corner = ground(
      Point(x: Double(component.canonicalPixel.x), y: Double(component.canonicalPixel.y)))
    let scale = try ground.metersPerUnit(at: corner)
    let pixelArea = abs(grid.transform.determinant) * scale.x * scale.y
    guard
      Double(component.pixelCount) * pixelArea * Self.largestBulge >= settings.smallestSquareMeters
    else { return nil }
    let confidence = confidence(of: patch)
    guard confidence >= settings.leastConfidence else { return nil }

    let frame = MetricFrame(of: grid.transform, metersPerUnit: scale)
    let (polygon, method, axis) = drawn(component, patch: patch, frame: frame)
    let area = rounded(try ground.squareMeters(of: polygon), places: 100)
    guard area >= settings.smallestSquareMeters else { return nil }
    let center = try ground.geographic(polygon.centroid)
    return Footprint(
      canonicalPixel: component.canonicalPixel, polygon: polygon, method: method,
      direction: axis.map(direction(of:)), confidence: confidence,
      areaSquareMeters: area, latitude: rounded(center.latitude, places: 1e7),
      longitude: rounded(center.longitude, places: 1e7))
  }

  /// The outline in the style asked for, or in the next plainer one that stays valid once rounded.
  private func drawn(
    _ component: Component, patch: ComponentPatch, frame: MetricFrame
  ) -> (Polygon, OutlineMethod, Direction?) {
    let level = Double(range.lowerBound) - 0.5
    let contour = Contour.polygon(of: patch, at: level).mapped(frame.framed)
    let styles: [OutlineStyle] = [settings.outline, .simplified, .raw]
    for (index, style) in styles.enumerated() {
      let outline = Outline(of: contour, style: style, tolerance: settings.tolerancePixels)
      let onGround = outline.polygon.mapped { place in
        let pixel = frame.pixel(place)
        return ground(
          Point(x: pixel.x + Double(patch.window.x), y: pixel.y + Double(patch.window.y)))
      }
      guard let polygon = rounding.rounded(onGround) else { continue }
      return (polygon, index == 0 ? outline.method : .fallback, outline.axis)
    }
    return (box(around: component.bounds), .fallback, nil)
  }

  /// The corners of a window: the last resort for what is too small to have a shape.
  private func box(around window: PixelWindow) -> Polygon {
    let (left, right) = (Double(window.x), Double(window.maxX))
    let (top, bottom) = (Double(window.y), Double(window.maxY))
    let corners = [
      Point(x: left, y: top), Point(x: left, y: bottom), Point(x: right, y: bottom),
      Point(x: right, y: top),
    ]
    let polygon = Polygon(outer: Ring(corners.map(ground)))
    return rounding.rounded(polygon) ?? polygon
  }

  private func ground(_ pixel: Point) -> Point {
    let place = grid.transform.ground(x: pixel.x, y: pixel.y)
    return Point(x: place.x, y: place.y)
  }

  /// The mean probability of the component's pixels, rounded from whole numbers.
  private func confidence(of patch: ComponentPatch) -> Double {
    var sum = 0
    var count = 0
    for (owner, value) in zip(patch.owners, patch.values) where owner == .component {
      sum += Int(value)
      count += 1
    }
    let thousandths =
      (sum * 1000 * 2 + count * Int(LayerValue.one))
      / (count * Int(LayerValue.one) * 2)
    return Double(thousandths) / 1000
  }

  /// Degrees clockwise from north, of the one of four directions from 0 to below 90.
  private func direction(of axis: Direction) -> Double {
    let fromNorth = rounded(90 - axis.degrees, places: 10)
    return fromNorth >= 90 ? fromNorth - 90 : fromNorth
  }

  private func rounded(_ number: Double, places: Double) -> Double {
    (number * places).rounded() / places
  }
}
