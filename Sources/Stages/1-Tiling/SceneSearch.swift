import GeoFiles

/// Finds the scenes a person means, among them those that STAC describes.
///
/// Files are found as ``SceneFinder`` says. One that ends in `.json` or `.geojson` is a STAC item, an
/// item collection, a collection or a catalogue; links of the latter two are followed. Each item is one
/// scene, made of the files that hold the wanted bands. A MosaicJSON stands for the files it names.
public struct SceneSearch: Sendable {
  /// The bands wanted, in order.
  public var bands: [BandSelector]
  /// Keys or roles of STAC assets that may be used; all when empty.
  public var assets: [String] = []
  /// STAC items with more clouds than this, in percent, are left out; those that do not tell are not.
  public var cloudCoverMax: Double?
  /// Whether scales and offsets that STAC declares are applied to stored numbers.
  public var appliesScale = true
  /// Whether scenes keep the order in which they were named.
  public var keepsOrder = false
  /// The band that tells clouds, which STAC items are searched for; nil where none is asked for.
  public var mask: BandSelector?
  /// Whether files may be read that are not on this machine.
  public var allowsRemote = false

  /// Searches for scenes with some bands.
  public init(bands: [BandSelector]) { self.bands = bands }

  /// The largest STAC document that is read, in bytes.
  static let largestDocument = 256 << 20
  /// How many documents a catalogue may lead to.
  static let mostDocuments = 100_000

  /// What was found.
  public struct Found: Sendable {
    /// The scenes, in order; composed ones are known in this process.
    public var paths: [String] = []
    /// Scenes made of several files.
    public var composed: [ComposedScene] = []
    /// The masks of composed scenes, by the scenes' paths.
    public var masks: [String: MaskPlace] = [:]
    /// What the user should know, one sentence each.
    public var notes: [String] = []
  }

  /// Finds scenes.
  ///
  /// - Parameters:
  ///   - inputs: What the person wrote.
  ///   - folder: What relative paths start from; the working folder when nil.
  /// - Throws: ``TilingError``, ``STACError``.
  /// - Complexity: Opens every file of every STAC item; other scenes are not opened.
  public func find(_ inputs: [String], relativeTo folder: String? = nil) throws -> Found {
    var found = Found()
    var visit = Visit()
    let named = try SceneFinder.find(inputs, relativeTo: folder, keepsOrder: keepsOrder)
    for path in try named.map(Self.unsigned) {
      try checkIsAllowed(path, namedBy: "the pipeline")
      if Self.isDocument(path) {
        try collect(path, from: path, into: &visit)
      } else {
        visit.files.append((path, visit.items.count))
      }
    }
    var places: [(path: String, place: Int)] = visit.files.map { ($0.path, 2 * $0.after) }
    let kept = try clear(visit.items, notes: &found.notes)
    for (place, document, item) in kept {
      let choice = try AssetChoice(of: item, bands: bands, assets: assets)
      var composer = SceneComposer(item, document: document, appliesScale: appliesScale)
      let path = { (reference: String) throws -> String in
        let path = try Self.unsigned(RemotePath.resolved(reference, in: document))
        try checkIsAllowed(path, namedBy: "STAC item '\(item.id)'")
        return path
      }
      let scene = try composer.scene(choice, path: path)
      scene.keep()
      found.composed.append(scene)
      places.append((scene.path, 2 * place + 1))
      if let mask {
        let choice = try AssetChoice.mask(mask, of: item)
        found.masks[scene.path] = MaskPlace(
          path: try path(item.assets[choice.asset]?.href ?? ""), band: choice.number)
      }
    }
    found.composed = found.composed.reduce(into: []) { list, scene in
      if !list.contains(where: { $0.path == scene.path }) { list.append(scene) }
    }
    var seen: Set<String> = []
    let unique = places.enumerated().sorted {
      ($0.element.place, $0.offset) < ($1.element.place, $1.offset)
    }
    .map(\.element.path).filter { seen.insert($0).inserted }
    found.paths = keepsOrder ? unique : SceneFinder.byPath(unique)
    return found
  }

  /// The path without its query, which is remembered in this process and nowhere else.
  ///
  /// - Throws: ``STACError/queriesDiffer(path:)``.
  public static func unsigned(_ path: String) throws(STACError) -> String {
    guard let place = RemoteSignatures.take(path) else {
      throw .queriesDiffer(path: RemotePath.address(String(path.prefix { $0 != "?" })))
    }
    return place
  }

  private func checkIsAllowed(_ path: String, namedBy: String) throws(STACError) {
    if allowsRemote || !RemotePath.isRemote(path) { return }
    throw .remote(path: RemotePath.address(path), namedBy: namedBy)
  }

  private static func isDocument(_ path: String) -> Bool {
    let name = path.prefix { $0 != "?" }.lowercased()
    return name.hasSuffix(".json") || name.hasSuffix(".geojson")
  }

  // MARK: - Documents

  private struct Visit {
    /// The documents that were read, or are to be.
    var seen: Set<String> = []
    /// The items, each with the document it was read from.
    var items: [(document: String, item: STACItem)] = []
    /// Other scenes, each after as many items as were met before it.
    var files: [(path: String, after: Int)] = []

    /// How many scenes were found.
    var count: Int { items.count + files.count }
  }

  /// Reads a document and all that it leads to.
  private func collect(_ path: String, from input: String, into visit: inout Visit) throws {
    let before = visit.count
    var waiting = [path]
    visit.seen.insert(path)
    while let next = waiting.popLast() {
      try checkIsAllowed(next, namedBy: "'\(RemotePath.address(input))'")
      let bytes: [UInt8]
      do { bytes = try VirtualFile.read(next, atMost: Self.largestDocument) } catch {
        throw STACError.cannotRead(path: RemotePath.address(next), reason: error.cause)
      }
      switch try STACDocument(bytes, path: RemotePath.address(next)) {
      case .item(let item): visit.items.append((next, item))
      case .itemCollection(let items, let links):
        visit.items += items.map { (next, $0) }
        waiting += try new(links, ["next"], in: next, &visit)
      case .catalog(let links): waiting += try new(links, ["child", "item"], in: next, &visit)
      case .mosaic(let references): waiting += try documents(among: references, in: next, &visit)
      }
      guard visit.seen.count <= Self.mostDocuments else {
        throw STACError.cannotRead(
          path: RemotePath.address(input),
          reason: "it leads to over \(Self.mostDocuments) documents")
      }
    }
    guard visit.count > before else {
      throw STACError.noItems(path: RemotePath.address(input))
    }
  }

  /// The documents among the files of a mosaic, the last first; the others are scenes.
  private func documents(
    among references: [String], in mosaic: String, _ visit: inout Visit
  ) throws -> [String] {
    let paths = try references.map { try Self.unsigned(RemotePath.resolved($0, in: mosaic)) }
    for path in paths where !Self.isDocument(path) {
      try checkIsAllowed(path, namedBy: "'\(RemotePath.address(mosaic))'")
      visit.files.append((path, visit.items.count))
    }
    return paths.filter { Self.isDocument($0) && visit.seen.insert($0).inserted }.reversed()
  }

  /// Where links of some kinds lead, as far as nobody has been there; the last first.
  private func new(
    _ links: [STACLink], _ kinds: Set<String>, in document: String, _ visit: inout Visit
  ) throws(STACError) -> [String] {
    var paths: [String] = []
    for link in links where kinds.contains(link.rel) {
      paths.append(try Self.unsigned(RemotePath.resolved(link.href, in: document)))
    }
    return paths.filter { visit.seen.insert($0).inserted }.reversed()
  }

  // MARK: - Clouds

  /// The items that are clear enough.
  private func clear(
    _ found: [(document: String, item: STACItem)], notes: inout [String]
  ) throws(STACError) -> [(place: Int, document: String, item: STACItem)] {
    let items = found.enumerated().map {
      (place: $0.offset, document: $0.element.document, item: $0.element.item)
    }
    guard let most = cloudCoverMax, !items.isEmpty else { return items }
    let kept = items.filter { ($0.item.cloudCover ?? 0) <= most }
    guard !kept.isEmpty else {
      let clearest = items.compactMap(\.item.cloudCover).min() ?? 0
      throw .allCloudy(count: items.count, most: most, clearest: clearest)
    }
    if kept.count < items.count {
      notes.append(
        "\(items.count - kept.count) of \(items.count) STAC items are left out: they are cloudier "
          + "than \(most) %")
    }
    let silent = kept.count { $0.item.cloudCover == nil }
    if silent > 0 {
      notes.append("\(silent) STAC items do not tell how cloudy they are, and are kept")
    }
    return kept
  }
}
