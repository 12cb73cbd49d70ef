/// What can be wrong with scenes that STAC describes.
public enum STACError: Error, Hashable, Sendable {
  /// A file is no STAC item, item collection, collection or catalogue.
  case notSTAC(path: String, reason: String)
  /// A document cannot be fetched.
  case cannotRead(path: String, reason: String)
  /// A catalogue leads to no item.
  case noItems(path: String)
  /// No asset of an item has a band by a name.
  case bandMissing(band: String, item: String, available: [String])
  /// Bands are chosen by numbers, and several assets have such bands.
  case assetUnclear(item: String, assets: [String])
  /// No asset of an item can be what is asked for.
  case noAsset(item: String, wanted: [String], available: [String])
  /// Two files of one scene have not the same pixels.
  case assetsDiffer(item: String, first: String, second: String, reason: String)
  /// A file is in another reference system than its item says.
  case crsDiffers(item: String, asset: String, declared: String, found: String)
  /// All items are cloudier than asked for.
  case allCloudy(count: Int, most: Double, clearest: Double)
  /// Two addresses differ in their query strings alone.
  case queriesDiffer(path: String)
  /// Something remote is named by a file, and nobody has allowed to reach out.
  case remote(path: String, namedBy: String)
}

extension STACError: CustomStringConvertible {
  /// Three lines: what could not be done, the cause, what to do next.
  public var description: String {
    switch self {
    case .bandMissing, .assetUnclear, .noAsset, .assetsDiffer, .crsDiffers: assetWords
    case .notSTAC(let path, let reason):
      """
      cannot read '\(path)' as STAC
        \(reason)
        give an item, an item collection, a collection or a catalogue, as JSON
      """
    case .cannotRead(let path, let reason):
      """
      cannot read the STAC document '\(path)'
        \(reason)
        check the address, and that what links to it is of the same place
      """
    case .noItems(let path):
      """
      cannot find scenes in '\(path)'
        none of its links leads to an item
        of an API, save the answer to a search as an item collection, and give that
      """
    case .allCloudy(let count, let most, let clearest):
      """
      cannot map without scenes
        all \(count) STAC items are cloudier than \(most) %; the clearest has \(clearest) %
        raise `cloud_cover_max`, or look for other scenes
      """
    case .queriesDiffer(let path):
      """
      cannot tell two files at '\(path)' apart
        their addresses differ in what follows the '?', which is taken for a signature and never kept
        give each file once, or fetch them under names of their own
      """
    case .remote(let path, let namedBy):
      """
      cannot read '\(path)' without reaching out
        it is remote, and named by \(namedBy), not by you
        add `--allow-remote`, or fetch the files and name those
      """
    }
  }

  private var assetWords: String {
    switch self {
    case .bandMissing(let band, let item, let available):
      """
      cannot find band '\(band)' in STAC item '\(item)'
        its assets have \(available.isEmpty ? "no band with a name" : available.joined(separator: ", "))
        choose among these names under `bands`, or name the asset under `assets`
      """
    case .assetUnclear(let item, let assets):
      """
      cannot tell which file of STAC item '\(item)' is meant
        bands are chosen by number, and these assets have such: \(assets.joined(separator: ", "))
        name one of them under `assets`, or choose bands by name
      """
    case .noAsset(let item, let wanted, let available):
      """
      cannot find a raster in STAC item '\(item)'
        \(wanted.isEmpty ? "none of its assets is one" : "no raster is \(wanted.joined(separator: ", "))"); \
      it has \(available.isEmpty ? "nothing" : available.joined(separator: ", "))
        name a key or a role of its assets under `assets`
      """
    case .assetsDiffer(let item, let first, let second, let reason):
      """
      cannot make one scene of assets '\(first)' and '\(second)' of STAC item '\(item)'
        \(reason)
        choose bands of one pixel size, or bring them to one with `gdalwarp -tr` first
      """
    case .crsDiffers(let item, let asset, let declared, let found):
      """
      cannot place asset '\(asset)' of STAC item '\(item)' on the ground
        the item says \(declared), its file says \(found)
        find out which is right, and correct the item or the file
      """
    default: ""
    }
  }
}
