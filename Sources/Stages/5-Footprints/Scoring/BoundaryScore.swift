public import Polygons

/// How much of the lines of outlines lies near lines of the truth, and the other way round.
///
/// Precision is the share of the predicted lines' length within a tolerance of any true line, recall
/// the share of the true lines' length within it of any predicted one. All outlines take part,
/// matched or not, holes included. Lengths are exact; the measure is otherwise taken on pixels.
///
/// Source: Csurka et al. 2013, "What is a good evaluation measure for semantic segmentation?" (the
/// BF score); Perazzi et al. 2016, doi:10.1109/CVPR.2016.85 (boundary F-measure).
public struct BoundaryScore: Hashable, Sendable, Codable {
  /// How far apart lines may lie, in m.
  public let toleranceMeters: Double
  /// The share of predicted lines near true ones; 0 when there are none.
  public let precision: Double
  /// The share of true lines near predicted ones; 0 when there are none.
  public let recall: Double
  /// The harmonic mean of both.
  public let f1: Double

  /// Compares lines.
  ///
  /// - Parameters:
  ///   - predictions: In the coordinates of `scale`.
  ///   - truth: In the same coordinates.
  ///   - tolerance: In m, above 0.
  ///   - scale: Turns coordinates into metres.
  /// - Throws: What `scale` throws.
  /// - Complexity: O(n) for n outlines of about the same size with few neighbours each.
  public init(
    of predictions: [Polygon], against truth: [Polygon], tolerance: Double, scale: GroundScale
  ) throws {
    toleranceMeters = tolerance
    precision = try Self.share(of: predictions, near: truth, tolerance, scale)
    recall = try Self.share(of: truth, near: predictions, tolerance, scale)
    f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
  }

  private static func share(
    of polygons: [Polygon], near others: [Polygon], _ tolerance: Double, _ scale: GroundScale
  ) throws -> Double {
    let index = BoxIndex(others)
    var (near, all) = (0.0, 0.0)
    for polygon in polygons {
      let box = Box(of: polygon)
      guard !box.isEmpty else { continue }
      let unit = try scale.metersPerUnit(at: box.low)
      let wide = box.outset(x: tolerance / unit.x, y: tolerance / unit.y)
      let lines = try scale.meters(index.meeting(wide).map { others[$0] }, around: box.low)
        .flatMap(\.rings)
      for ring in try scale.meters([polygon], around: box.low)[0].rings {
        all += ring.perimeter
        near += ring.length(within: tolerance, of: lines)
      }
    }
    return all > 0 ? near / all : 0
  }
}
