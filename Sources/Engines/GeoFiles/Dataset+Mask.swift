import CGDAL

extension Dataset {
  /// Whether the file has a mask of its own, for all bands together.
  public borrowing func hasMask() -> Bool {
    GDALListener.listen {
      let flags = GDALGetMaskFlags(handle.band(1))
      return flags & GMF_PER_DATASET != 0 && flags & GMF_ALPHA == 0
    }.value
  }
}
