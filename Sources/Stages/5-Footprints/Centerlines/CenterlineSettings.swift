public import Grids
public import Polygons

/// Which centrelines are found and how.
public struct CenterlineSettings: Hashable, Sendable {
  /// The least probability of a pixel of a road, 0…1.
  public var threshold: Double
  /// Roads that are narrower are left out, in m.
  public var narrowest: Double
  /// Of what is wider the rim is followed, in m.
  public var widest: Double
  /// Branches that go on for less beyond the road they leave are left out, in m; so are roads that
  /// meet no other and are shorter.
  public var spur: Double
  /// How far a line may lie from the middle of the road, in pixels.
  public var tolerancePixels: Double

  /// Makes settings; everything has a default.
  public init(
    threshold: Double = 0.5, narrowest: Double = 1.5, widest: Double = 25, spur: Double = 10,
    tolerancePixels: Double = 1
  ) {
    self.threshold = threshold
    self.narrowest = narrowest
    self.widest = widest
    self.spur = spur
    self.tolerancePixels = tolerancePixels
  }

  /// The values of road pixels.
  var range: ClosedRange<UInt8> { LayerValue.atLeast(threshold) }

  /// The rules on a grid; holes as small as the narrowest road are filled.
  ///
  /// - Parameter pixel: The width and height of a pixel, in m: the same for all shards of a run.
  public func rules(pixel: Point) -> CenterlineRules {
    CenterlineRules(spur: spur, widest: widest, hole: narrowest, pixel: pixel)
  }
}

/// The layers that centrelines are found in.
public struct CenterlineLayers {
  /// The probability of the road, bridges included where the map tells them.
  public let probability: any RasterSource
  /// The probability of what bridges lead over; nil when none are looked for there.
  public let crossed: (any RasterSource)?
  /// The probability of bridges; nil when the map does not tell them.
  public let bridges: (any RasterSource)?
  /// Not 0 where centrelines are asked for; nil for everywhere.
  public let region: (any RasterSource)?

  /// Brings the layers together.
  public init(
    probability: any RasterSource, crossed: (any RasterSource)? = nil,
    bridges: (any RasterSource)? = nil, region: (any RasterSource)? = nil
  ) {
    self.probability = probability
    self.crossed = crossed
    self.bridges = bridges
    self.region = region
  }
}

/// Several layers of probabilities as one: of any of their classes.
public struct SummedLayers: RasterSource {
  private let layers: [any RasterSource]

  /// Adds layers of classes of which a pixel has one.
  public init(_ layers: [any RasterSource]) { self.layers = layers }

  /// The bytes of a window; nodata where any layer has none.
  public func bytes(in window: PixelWindow) throws -> [UInt8] {
    var sums = try layers.first?.bytes(in: window) ?? []
    for layer in layers.dropFirst() {
      let more = try layer.bytes(in: window)
      for index in sums.indices {
        let isKnown = max(sums[index], more[index]) <= LayerValue.one
        sums[index] =
          isKnown
          ? UInt8(min(Int(LayerValue.one), Int(sums[index]) + Int(more[index])))
          : LayerValue.nodata
      }
    }
    return sums
  }
}
