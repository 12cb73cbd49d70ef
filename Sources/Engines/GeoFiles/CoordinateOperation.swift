import CPROJ
public import Grids
public import Polygons

/// One way to carry coordinates from one system to another, the same for every point and every day.
///
/// Between two datums PROJ often knows several ways, and GDAL chooses among them by the *mean* of the
/// points it is given at once: the same point may then come out elsewhere, by metres, with other
/// neighbours. So the way is chosen once, for a part of the earth, and kept as a text: whoever makes an
/// operation of that text gets the same bits. Not `Sendable`: PROJ's objects belong to one thread at a
/// time.
///
/// Source: PROJ, "Computation of coordinate operations between two CRS".
public final class CoordinateOperation {
  /// Longitudes and latitudes that an operation is chosen for, in degrees; `west` is greater than
  /// `east` across the antimeridian.
  public struct Area: Hashable, Sendable, Codable {
    /// The westernmost longitude.
    public var west: Double
    /// The least latitude.
    public var south: Double
    /// The easternmost longitude.
    public var east: Double
    /// The greatest latitude.
    public var north: Double

    /// Names an area.
    public init(west: Double, south: Double, east: Double, north: Double) {
      (self.west, self.south, self.east, self.north) = (west, south, east, north)
    }
  }

  /// The operation as PROJ writes it, such as `+proj=pipeline +step …`.
  public let definition: String
  private let context: OpaquePointer
  private let operation: OpaquePointer

  /// Chooses the way that PROJ holds for the best in an area.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)`` when PROJ knows none.
  public convenience init(
    from source: CoordinateReference, to target: CoordinateReference, in area: Area
  ) throws(GeoFileError) {
    let ((definition, reason), said) = GDALListener.listen {
      Self.chosen(from: source.wkt, to: target.wkt, in: area)
    }
    guard let definition, said.refusal == nil else {
      throw .cannotConvert(from: "\(source)", to: "\(target)", reason: said.refusal ?? reason)
    }
    try self.init(definition: definition)
  }

  /// Makes an operation of its text.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)`` when PROJ does not take it.
  public init(definition: String) throws(GeoFileError) {
    let ((context, operation, reason), said) = GDALListener.listen {
      let context = Self.context()
      let operation = proj_create(context, definition)
      return (context, operation, Self.words(of: context))
    }
    guard let context, let operation, said.refusal == nil else {
      proj_destroy(operation)
      proj_context_destroy(context)
      throw .cannotConvert(from: definition, to: "a grid", reason: said.refusal ?? reason)
    }
    (self.definition, self.context, self.operation) = (definition, context, operation)
  }

  deinit {
    proj_destroy(operation)
    proj_context_destroy(context)
  }

  /// Carries points over; what has no place in the target comes out infinite.
  ///
  /// A point's result depends on that point alone.
  public func forward(_ points: [Point]) -> [Point] { transform(points, PJ_FWD) }

  /// Carries points back; what has no place in the source comes out infinite.
  public func backward(_ points: [Point]) -> [Point] { transform(points, PJ_INV) }

  private func transform(_ points: [Point], _ direction: PJ_DIRECTION) -> [Point] {
    var moved = points
    moved.withUnsafeMutableBufferPointer { points in
      for place in points.indices {
        // One by one: PROJ gives up a whole array where it gives up a point of some kinds.
        let coordinates = proj_coord(points[place].x, points[place].y, 0, .infinity)
        let result = proj_trans(operation, direction, coordinates)
        points[place] = Point(x: result.xy.x, y: result.xy.y)
      }
    }
    return moved
  }

  // MARK: - PROJ

  private static func context() -> OpaquePointer? {
    guard let context = proj_context_create() else { return nil }
    proj_log_level(context, PJ_LOG_NONE)
    proj_context_set_enable_network(context, 0)
    return context
  }

  private static func words(of context: OpaquePointer?) -> String {
    let code = proj_context_errno(context)
    guard code != 0, let text = proj_context_errno_string(context, code) else {
      return "PROJ knows no way between them"
    }
    return "PROJ says: \(String(cString: text))"
  }

  /// The text of the first operation in PROJ's order that can be carried out here.
  private static func chosen(
    from source: String, to target: String, in area: Area
  ) -> (definition: String?, reason: String) {
    let context = context()
    defer { proj_context_destroy(context) }
    let first = proj_create(context, source)
    let second = proj_create(context, target)
    defer {
      proj_destroy(first)
      proj_destroy(second)
    }
    guard let first, let second,
      let wishes = proj_create_operation_factory_context(context, nil)
    else { return (nil, words(of: context)) }
    defer { proj_operation_factory_context_destroy(wishes) }
    proj_operation_factory_context_set_area_of_interest(
      context, wishes, area.west, area.south, area.east, area.north)
    proj_operation_factory_context_set_spatial_criterion(
      context, wishes, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION)
    proj_operation_factory_context_set_grid_availability_use(
      context, wishes, PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID)
    guard let list = proj_create_operations(context, first, second, wishes) else {
      return (nil, words(of: context))
    }
    defer { proj_list_destroy(list) }
    for index in 0..<proj_list_get_count(list) {
      guard let operation = proj_list_get(context, list, index) else { continue }
      defer { proj_destroy(operation) }
      guard let usual = proj_normalize_for_visualization(context, operation) else { continue }
      defer { proj_destroy(usual) }
      if let text = proj_as_proj_string(context, usual, PJ_PROJ_5, nil) {
        return (String(cString: text), "")
      }
    }
    return (nil, words(of: context))
  }
}
