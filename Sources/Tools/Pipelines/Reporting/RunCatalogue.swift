import Checksums
import Foundation
import GeoFiles
import Glibc
import Mosaicking
import ShardStores
import Tiling

/// The catalogue of a run's map, and the unions of its sheets, beside the map.
///
/// They follow from the manifest, and are written when the run is finished.
struct RunCatalogue {
  private let folder: RunFolder
  private let plan: RunPlan
  private let items: [CatalogueItem]
  private let unions: [(name: String, text: String)]

  /// Where the collection lies, relative to the run's folder.
  static let collection = "\(RunFolder.mosaics)/\(MapCatalogue.collection)"

  /// Looks at what a run has made.
  init(of folder: RunFolder, plan: RunPlan, _ store: ShardStore) throws {
    self.folder = folder
    self.plan = plan
    let names = plan.sceneNames
    let files = try store.artifacts(stage: WorkStage.mosaic.rawValue).filter { !$0.isRetired }
    let previews = Dictionary(
      files.filter { $0.part == 1 }.map { ($0.key, $0.path) }, uniquingKeysWith: { $1 })
    items = files.filter { $0.part == 0 }.map { file in
      let window = plan.mosaicLayout.sheets[file.key.index / plan.rasters.count].window
      return CatalogueItem(
        file: Self.name(of: file.path), layer: plan.rasters[file.key.index % plan.rasters.count],
        window: window, bytes: file.bytes, hash: file.fileHash,
        preview: previews[file.key].map(Self.name),
        scenes: plan.scenes.scenes(meeting: window).map { index in
          let scene = plan.scenes.scenes[index]
          return .init(
            reference: names[index].reference, acquired: scene.acquired,
            number: plan.tellsProvenance ? index + 1 : nil)
        })
    }.sorted { $0.file.utf8.lexicographicallyPrecedes($1.file.utf8) }
    let all = items
    unions = (plan.hasUnions ? plan.rasters : []).map { layer in
      let sheets = all.filter { $0.layer == layer }.map {
        SheetFile(path: $0.file, window: $0.window)
      }
      let union = MosaicUnion(
        of: sheets, layer, layers: plan.partLayers, window: plan.window, grid: plan.grid)
      return (Self.name(of: plan.unionPath(of: layer)), union.text)
    }
  }

  /// Writes the catalogue, and removes the items of COGs that the run no longer has.
  func write() throws {
    let catalogue = MapCatalogue(
      name: plan.name, grid: plan.grid, layers: plan.partLayers,
      pixelMeters: plan.pixelArea.squareRoot(), model: plan.model.label, version: programVersion,
      items: items)
    let files = (items.isEmpty ? [] : try catalogue.files()) + unions
    // The collection first, and last again: where it is, all is.
    unlink(folder.file(Self.collection).path)
    let kept = Set(files.map { path(of: $0.name) })
    for old in try Self.hashes(in: folder) where !kept.contains(old.path) {
      unlink(folder.file(old.path).path)
    }
    let hashes = files.map { "\(ContentHash(of: Array($0.text.utf8).span))  \($0.name)\n" }
    try folder.write(Data(hashes.joined().utf8), to: folder.catalogueHashes)
    for file in files.reversed() {
      try folder.write(Data(file.text.utf8), to: folder.file(path(of: file.name)))
    }
  }

  /// Writes all again where a file of it was deleted.
  func restore() throws {
    let written = try Self.hashes(in: folder).map(\.path)
    let names = written.isEmpty ? ([Self.collection] + unions.map { path(of: $0.name) }) : written
    if names.allSatisfy({ FileManager.default.fileExists(atPath: folder.file($0).path) }) { return }
    try write()
  }

  /// The files that were written, relative to the run's folder, and their hashes; none before that.
  static func hashes(in folder: RunFolder) throws -> [(path: String, hash: String)] {
    let text = try RunFolder.text(of: folder.catalogueHashes) ?? ""
    return text.split(separator: "\n").compactMap { line in
      guard let space = line.firstIndex(of: " "), !line.contains("/") else { return nil }
      let name = line[space...].trimmingCharacters(in: .whitespaces)
      return ("\(RunFolder.mosaics)/\(name)", String(line[..<space]))
    }
  }

  private func path(of name: String) -> String { "\(RunFolder.mosaics)/\(name)" }

  private static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}

extension RunPlan {
  /// What outputs call each scene, in the order of the scenes: nothing of this machine is in it.
  ///
  /// The name is that of the STAC item, or of the file. The reference is the address of what is remote,
  /// else the file's name.
  var sceneNames: [(name: String, reference: String)] {
    let items = Dictionary(
      (composed ?? []).map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    return scenes.scenes.map { scene in
      let item = items[scene.path]
      let address = item?.source ?? RemotePath.address(scene.path)
      let file = URL(fileURLWithPath: address).lastPathComponent
      return (item?.item ?? file, RemotePath.isRemote(address) ? address : file)
    }
  }
}
