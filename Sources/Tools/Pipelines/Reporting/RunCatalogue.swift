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
    let files = try files()
    let kept = Set(files.map(\.name))
    for old in try namedNow() where !kept.contains(old) {
      unlink(place(of: old).path)
    }
    // The collection last: where it is, all is.
    for file in files.reversed() {
      try folder.write(Data(file.text.utf8), to: place(of: file.name))
    }
  }

  /// Writes all again where a file of it was deleted.
  func restore() throws {
    let isWhole = try files().allSatisfy {
      FileManager.default.fileExists(atPath: place(of: $0.name).path)
    }
    if !isWhole { try write() }
  }

  /// How many files it has, and which of them are absent or say something else.
  func verified() throws -> (files: Int, damaged: [String]) {
    let files = try files()
    let damaged = try files.compactMap { file -> String? in
      let place = place(of: file.name)
      let hash = ContentHash(of: Array(file.text.utf8).span).description
      return try Verification.damage(of: place.path, committedAs: hash).map {
        "'\(place.path)': \($0)"
      }
    }
    return (files.count, damaged)
  }

  private func files() throws -> [(name: String, text: String)] {
    let catalogue = MapCatalogue(
      name: plan.name, grid: plan.grid, layers: plan.partLayers,
      pixelMeters: plan.pixelArea.squareRoot(), model: plan.model.label, version: programVersion,
      items: items)
    return (items.isEmpty ? [] : try catalogue.files()) + unions
  }

  private func place(of name: String) -> URL { folder.file("\(RunFolder.mosaics)/\(name)") }

  /// The files of the catalogue and the unions that lie there.
  private func namedNow() throws -> [String] {
    let unions = plan.partLayers.all.map { Self.name(of: plan.unionPath(of: $0)) }.filter {
      FileManager.default.fileExists(atPath: place(of: $0).path)
    }
    return try unions + itemsNow()
  }

  private func itemsNow() throws -> [String] {
    struct Links: Decodable {
      struct Link: Decodable {
        var rel: String
        var href: String
      }
      var links: [Link]
    }
    guard let text = try RunFolder.text(of: folder.file(Self.collection)),
      let found = try? JSONDecoder().decode(Links.self, from: Data(text.utf8))
    else { return [] }
    return [MapCatalogue.collection]
      + found.links.filter { $0.rel == "item" && $0.href.hasPrefix("./") }
      .map { String($0.href.dropFirst(2)) }.filter { !$0.contains("/") }
  }

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
