import CGDAL

/// Files as GDAL sees them: on disk, in archives, on the net, in memory.
public enum VirtualFile {
  /// Reads a file whole.
  ///
  /// - Parameters:
  ///   - path: Its path; `/vsizip/` and the like are understood.
  ///   - limit: A file with more bytes is refused.
  /// - Throws: ``GeoFileError/cannotOpen(path:reason:)``.
  public static func read(_ path: String, atMost limit: Int) throws(GeoFileError) -> [UInt8] {
    let (bytes, said) = GDALListener.listen { () -> [UInt8]? in
      guard let file = VSIFOpenExL(RemoteSignatures.signed(path), "rb", 1) else { return nil }
      defer { _ = VSIFCloseL(file) }
      return content(of: file, atMost: limit)
    }
    guard let bytes, said.isContent else {
      throw .cannotOpen(path: path, reason: reason(said))
    }
    guard bytes.count <= limit else {
      throw .cannotOpen(path: path, reason: "it has more than \(limit) bytes")
    }
    return bytes
  }

  /// A file's size in bytes, and when it was last written, in nanoseconds since 1970, or 0 where nobody
  /// tells; nil when it cannot be found.
  public static func state(of path: String) -> (bytes: Int, modified: Int)? {
    GDALListener.listen { () -> (bytes: Int, modified: Int)? in
      var (bytes, seconds): (Int64, Int64) = (0, 0)
      guard mw_gdal_stat(RemoteSignatures.signed(path), &bytes, &seconds) else { return nil }
      return (Int(bytes), Int(seconds) * 1_000_000_000)
    }.value
  }

  /// Keeps a text as a file in this process's memory, for as long as it lives.
  ///
  /// - Parameters:
  ///   - text: Sources of a virtual raster in it are signed as ``RemoteSignatures`` knows.
  ///   - path: Begins with `/vsimem/`.
  public static func keep(_ text: String, as path: String) {
    GDALRuntime.ready()
    let bytes = Array(RemoteSignatures.signed(sourcesOf: text).utf8)
    guard let copy = VSIMalloc(max(1, bytes.count)) else { return }
    copy.copyMemory(from: bytes, byteCount: bytes.count)
    let file = VSIFileFromMemBuffer(
      path, copy.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count), 1)
    if let file { _ = VSIFCloseL(file) }
  }

  /// Up to one byte more than the limit; nil when the file cannot be read to its end.
  private static func content(of file: UnsafeMutablePointer<VSILFILE>, atMost limit: Int)
    -> [UInt8]?
  {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = VSIFReadL(&piece, 1, piece.count, file)
      bytes += piece[..<count]
      if count < piece.count { return VSIFEofL(file) != 0 ? bytes : nil }
    }
    return bytes
  }

  /// What GDAL said; of a file that is not on disk, it often says nothing.
  private static func reason(_ said: GDALListener) -> String {
    if said.isContent, let text = VSIGetLastErrorMsg().map({ String(cString: $0) }), !text.isEmpty {
      return "GDAL says: \(RemoteSignatures.stripped(text))"
    }
    return said.words
  }
}
