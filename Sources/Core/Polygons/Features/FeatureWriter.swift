/// Takes features one after the other, and makes a file of them.
///
/// Only what ``close()`` has returned from is complete.
public protocol FeatureWriter: AnyObject {
  /// Writes one feature.
  ///
  /// - Parameters:
  ///   - parts: One polygon, or several that touch at most in points: what is cut at the antimeridian.
  ///     Outlines run counter-clockwise with y up, holes clockwise.
  ///   - values: One per field, in the fields' order.
  func write(_ parts: [Polygon], values: [VectorValue]) throws

  /// Writes what is still held back, and closes the file.
  func close() throws
}

extension FeatureWriter {
  /// Writes one feature of one polygon.
  public func write(_ polygon: Polygon, values: [VectorValue]) throws {
    try write([polygon], values: values)
  }
}
