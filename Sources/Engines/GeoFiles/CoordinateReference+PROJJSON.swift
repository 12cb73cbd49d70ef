import CGDAL
public import Grids

extension CoordinateReference {
  /// The definition in PROJJSON, on one line.
  ///
  /// Source: https://proj.org/specifications/projjson.html.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)``.
  public func projJSON() throws(GeoFileError) -> String {
    let reference = try SpatialReference(self)
    let (text, said) = GDALListener.listen { () -> String? in
      var text: UnsafeMutablePointer<CChar>?
      let status = withConstStringList(["MULTILINE=NO"]) {
        OSRExportToPROJJSON(reference.raw, &text, $0)
      }
      defer { VSIFree(text) }
      return status == OGRERR_NONE ? text.map { String(cString: $0) } : nil
    }
    guard let text, said.isContent else {
      throw .unknownCRS(definition: name, reason: said.words)
    }
    return text
  }
}
