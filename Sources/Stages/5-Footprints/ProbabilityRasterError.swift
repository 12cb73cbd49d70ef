/// What can be wrong with a raster that footprints are to be traced from.
public enum ProbabilityRasterError: Error, Hashable, Sendable {
  /// The file has fewer bands.
  case bandMissing(band: Int, path: String, count: Int)
  /// The file does not name the system its coordinates are in.
  case withoutCRS(path: String)
  /// The file does not say where its pixels lie.
  case withoutTransform(path: String)
  /// A second raster does not lie on the pixels of the first.
  case gridsDiffer(path: String, reason: String)
  /// A number is far below 0 or above what stands for probability 1.
  case notAProbability(value: Double, one: Double, band: Int, path: String)
}

extension ProbabilityRasterError: CustomStringConvertible {
  /// Three lines: what could not be done, why, what to do next.
  public var description: String {
    switch self {
    case .bandMissing(let band, let path, let count):
      """
      cannot trace band \(band) of '\(path)'
        the number of bands in the file is \(count)
        name another with `--band` or `--contact-band`; the first is 1
      """
    case .withoutCRS(let path):
      """
      cannot place the raster '\(path)' on the ground
        it does not name its coordinate reference system
        add it, for example with `gdal_edit.py -a_srs EPSG:… '\(path)'`
      """
    case .withoutTransform(let path):
      """
      cannot place the raster '\(path)' on the ground
        it has no geotransform
        add one, for example with `gdal_edit.py -a_ullr … '\(path)'`, or a world file beside it
      """
    case .gridsDiffer(let path, let reason):
      """
      cannot read '\(path)' beside the raster that is traced: their pixels differ
        \(reason)
        warp it to the same pixels first, for example with `gdalwarp -t_srs … -te … -ts …`
      """
    case .notAProbability(let value, let one, let band, let path):
      """
      cannot trace band \(band) of '\(path)'
        it holds \(value), and \(one) stands for probability 1
        say with `--one` what stands for probability 1; logits need a sigmoid first
      """
    }
  }
}
