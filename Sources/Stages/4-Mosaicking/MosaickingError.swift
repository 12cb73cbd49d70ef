public import GeoFiles
public import Grids
public import Previews

/// What can go wrong between class maps and mosaics.
public enum MosaickingError: Error, Hashable, Sendable {
  /// A raster could not be read or written.
  case file(GeoFileError)
  /// A picture could not be written.
  case picture(PNGError)
  /// A file was written without complaint, and holds other pixels than it was given.
  case pixelsDiffer(path: String)
  /// A part was finished before every pixel of it was given. Always a fault of the program.
  case incomplete(path: String, missing: Int)
  /// A part has another size than its shard's window. Always a fault of the program.
  case partMisfits(path: String, size: PixelSize, window: PixelWindow)

  /// Does something with a raster, and throws what it throws as one of these errors.
  static func onFile<Result: ~Copyable>(
    _ body: () throws(GeoFileError) -> Result
  ) throws(MosaickingError) -> Result {
    do { return try body() } catch { throw .file(error) }
  }
}

extension MosaickingError: CustomStringConvertible {
  /// The message: what could not be done, why, and what to do next.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .picture(let error): error.description
    case .pixelsDiffer(let path):
      """
      cannot trust '\(path)'
        read back, its pixels differ from those that were written, though GDAL reported no error
        see that the disk has space and is sound, and run the same command again
      """
    case .incomplete(let path, let missing):
      """
      cannot finish '\(path)'
        \(missing) of its pixels were never given
        this is a fault of the program: please report it with the command that led here
      """
    case .partMisfits(let path, let size, let window):
      """
      cannot place '\(path)' in the mosaic
        it holds \(size) px, and its shard is \(window)
        this is a fault of the program: please report it with the command that led here
      """
    }
  }
}
