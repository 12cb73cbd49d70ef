/// A file of bytes that an engine writes without knowing where it lies.
///
/// A call that returns has done all of what it was asked; what it could not do, it throws.
public protocol ByteFile: AnyObject {
  /// The number of bytes in the file.
  var count: Int { get }

  /// Adds bytes at the end.
  func append(_ bytes: [UInt8]) throws

  /// Writes over bytes that are there already.
  func replace(at offset: Int, with bytes: [UInt8]) throws

  /// Reads bytes that were written.
  func read(_ count: Int, at offset: Int) throws -> [UInt8]

  /// Finishes the file; nothing may follow.
  func close() throws
}
