public import Checksums
public import GeoFiles
public import Grids
public import Imagery

/// Gathers the class maps of a shard into one file, which is checked before it counts.
///
/// Cores may come in any order; in row-major order no more than the rows of blocks which a row of
/// cores meets are held in memory, each of `512 × width × bands` bytes. Every block is written once
/// and in order, so that the file grows from front to back.
///
/// ```swift
/// var part = try PartWriter(creating: staging, window: window, grid: grid, layers: layers)
/// for chip in chips { try part.add(segmenter.classify(chip)) }
/// let hash = try part.finish()
/// ```
///
/// The file counts only after ``finish()``. Forcing it to disk and giving it its name is left to
/// who commits the shard.
public struct PartWriter: ~Copyable {
  /// The path of the file, as given.
  public let path: String
  /// The pixels of the part, on the lattice.
  public let window: PixelWindow

  private let layers: PartLayers
  private let writer: GeoTIFFWriter
  private let hash = RunningHash()
  private var gathered: [Int: BlockRow] = [:]
  private var spare: [BlockRow] = []
  private var nextRow = 0

  /// Begins a part, replacing any file that is there.
  ///
  /// - Parameters:
  ///   - path: The file, on the disk it will be published on.
  ///   - window: The shard's pixels on the lattice, cut to the run's.
  ///   - grid: Where the lattice lies on the ground.
  ///   - layers: The bands.
  ///   - compression: How blocks are packed; a part lives for a short time.
  /// - Throws: ``MosaickingError/file(_:)``.
  public init(
    creating path: String, window: PixelWindow, grid: RunGrid, layers: PartLayers,
    compression: GeoTIFFDescription.Compression = .zstd(level: 1)
  ) throws(MosaickingError) {
    var description = GeoTIFFDescription(
      size: window.size, bandCount: layers.bandCount, transform: grid.transform(of: window),
      crs: grid.crs, nodata: ClassMap.nodata)
    description.compression = compression
    description.bandNames =
      layers.all.map(layers.name) + (layers.tellsProvenance ? ["provenance, quotient"] : [])
    do { writer = try GeoTIFFWriter(creating: path, description) } catch { throw .file(error) }
    self.path = path
    self.window = window
    self.layers = layers
  }

  /// Takes in what a network said of a core; pixels beyond the part are left out.
  ///
  /// - Throws: ``MosaickingError/file(_:)``.
  /// - Precondition: None of its pixels was given before.
  public mutating func add(_ map: ClassMap) throws(MosaickingError) {
    precondition(map.layerCount == layers.probabilities.count)
    precondition(map.provenance.isEmpty != layers.tellsProvenance)
    try gather(map.window) { row, shared in row.copy(map, in: shared) }
  }

  /// Says that pixels were not looked at, and why; pixels beyond the part are left out.
  ///
  /// - Throws: ``MosaickingError/file(_:)``.
  /// - Precondition: None of them was given before.
  public mutating func fill(
    _ skipped: PixelWindow, with coverage: Coverage
  ) throws(MosaickingError) {
    try gather(skipped) { row, shared in row.fill(shared, with: coverage) }
  }

  /// Closes the file, opens it again, decodes every block and compares.
  ///
  /// - Returns: The hash of the part's pixels, by which the part is known.
  /// - Throws: ``MosaickingError/incomplete(path:missing:)``,
  ///   ``MosaickingError/pixelsDiffer(path:)``, ``MosaickingError/file(_:)``.
  public consuming func finish() throws(MosaickingError) -> ContentHash {
    try finish { _ in }
  }

  /// Does the same, and lets a test play the bad disk between closing and reading back.
  consuming func finish(
    meanwhile: (_ path: String) -> Void
  ) throws(MosaickingError) -> ContentHash {
    let given = gathered.values.reduce(nextRow * BlockRow.height * window.width) { $0 + $1.count }
    guard given >= window.area else {
      throw .incomplete(path: path, missing: window.area - given)
    }
    let (path, hash) = (self.path, hash.finish())
    do { try writer.close() } catch { throw .file(error) }
    meanwhile(path)
    guard try ContentHash(ofPixelsIn: path) == hash else { throw .pixelsDiffer(path: path) }
    return hash
  }

  #if CHAOS
    /// Closes the file and believes that it is what was written; only for builds that must be found out.
    public consuming func finishUnread() throws(MosaickingError) -> ContentHash {
      let hash = hash.finish()
      do { try writer.close() } catch { throw .file(error) }
      return hash
    }
  #endif

  /// Hands the rows of blocks that meet a window to `body`, then writes those that are complete.
  private mutating func gather(
    _ place: PixelWindow, _ body: (BlockRow, PixelWindow) -> Void
  ) throws(MosaickingError) {
    let shared = place.intersection(window)
    guard !shared.isEmpty else { return }
    let first = (shared.y - window.y) / BlockRow.height
    let last = (shared.maxY - 1 - window.y) / BlockRow.height
    precondition(first >= nextRow, "pixels of \(place) were written before")
    for index in first...last {
      let row = gathered[index] ?? makeRow(index)
      gathered[index] = row
      body(row, shared.intersection(row.window))
      precondition(row.count <= row.window.area, "pixels of \(place) were given twice")
    }
    while let row = gathered[nextRow], row.count == row.window.area {
      try write(row)
      gathered[nextRow] = nil
      spare.append(row)
      nextRow += 1
    }
  }

  private mutating func makeRow(_ index: Int) -> BlockRow {
    let row = spare.popLast() ?? BlockRow(width: window.width, layers: layers)
    let y = window.y + index * BlockRow.height
    row.begin(
      PixelWindow(
        x: window.x, y: y, width: window.width, height: min(BlockRow.height, window.maxY - y)))
    return row
  }

  private borrowing func write(_ row: BlockRow) throws(MosaickingError) {
    let place = row.window.translated(byX: -window.x, y: -window.y)
    for band in 1...layers.bandCount {
      let bytes = UnsafeBufferPointer(row.band(band))
      do { try writer.write(bytes, in: place, band: band) } catch { throw .file(error) }
      hash.update(bytes)
    }
  }
}
