/// Takes features one after the other, and makes a file of them.
///
/// Only what ``close()`` has returned from is complete.
public protocol FeatureWriter: AnyObject {
  /// Writes one feature.
  ///
  /// - Parameters:
  ///   - shape: Of the file's kind; outlines run counter-clockwise with y up, their holes clockwise.
  ///   - values: One per field, in the fields' order.
  func write(_ shape: Shape, values: [VectorValue]) throws

  /// Writes what is still held back, and closes the file.
  func close() throws
}
