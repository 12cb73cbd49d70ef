import CGDAL

extension Dataset {
  /// The files that GDAL reads for this dataset: itself, side files, and what a virtual raster is
  /// made of.
  public borrowing func files() -> [String] {
    GDALListener.listen { () -> [String] in
      guard let list = GDALGetFileList(handle.raw) else { return [] }
      defer { CSLDestroy(list) }
      var files: [String] = []
      var next = list
      while let file = next.pointee {
        files.append(RemoteSignatures.stripped(String(cString: file)))
        next += 1
      }
      return files
    }.value
  }
}
