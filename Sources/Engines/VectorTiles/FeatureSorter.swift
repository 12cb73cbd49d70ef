import Polygons

/// Brings pieces of features into the order of their tiles, with little of them in memory.
///
/// Pieces are held until there are ``heldBytes`` of them, sorted, and put aside in a file; in the end
/// the sorted runs are merged. Pieces of one tile keep the order in which they came.
struct FeatureSorter {
  /// The bytes of pieces that are held in memory.
  let heldBytes: Int
  private let makeFile: () throws -> any ByteFile
  private var file: (any ByteFile)?
  private var bytes: [UInt8] = []
  private var places: [(tile: UInt64, start: Int, count: Int)] = []
  /// Where sorted runs lie in the file.
  private var runs: [Range<Int>] = []

  /// Prepares to sort.
  ///
  /// - Parameter makeFile: Makes an empty file that is gone when nobody holds it any more.
  init(heldBytes: Int = 32 << 20, makeFile: @escaping () throws -> any ByteFile) {
    self.heldBytes = heldBytes
    self.makeFile = makeFile
  }

  mutating func add(_ piece: [UInt8], to tile: UInt64) throws {
    places.append((tile, bytes.count, piece.count))
    bytes += piece
    if bytes.count + 24 * places.count >= heldBytes { try putAside() }
  }

  private mutating func putAside() throws {
    if places.isEmpty { return }
    let file = try self.file ?? makeFile()
    self.file = file
    let start = file.count
    sortPlaces()
    var block: [UInt8] = []
    for place in places {
      SortedRun.encode(place.tile, bytes[place.start..<(place.start + place.count)], into: &block)
      if block.count >= SortedRun.blockBytes {
        try file.append(block)
        block.removeAll(keepingCapacity: true)
      }
    }
    try file.append(block)
    runs.append(start..<file.count)
    bytes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  private mutating func sortPlaces() {
    places.sort { ($0.tile, $0.start) < ($1.tile, $1.start) }
  }

  /// Gives every tile with all its pieces, in the order of tiles.
  ///
  /// - Complexity: O(pieces × log); memory for what is held, and 64 KB for each run put aside.
  mutating func tiles(_ body: (UInt64, [[UInt8]]) throws -> Void) throws {
    if file != nil { try putAside() }
    guard let file else { return try heldTiles(body) }
    var heads = try runs.map { try SortedRun(in: file, $0) }
    bytes = []
    while let tile = heads.compactMap(\.tile).min() {
      var pieces: [[UInt8]] = []
      for index in heads.indices {
        while heads[index].tile == tile { pieces.append(try heads[index].next()) }
      }
      try body(tile, pieces)
    }
  }

  private mutating func heldTiles(_ body: (UInt64, [[UInt8]]) throws -> Void) throws {
    sortPlaces()
    var first = 0
    while first < places.count {
      let tile = places[first].tile
      let end = places[first...].firstIndex { $0.tile != tile } ?? places.count
      try body(tile, places[first..<end].map { Array(bytes[$0.start..<($0.start + $0.count)]) })
      first = end
    }
  }
}

/// A sorted run of pieces in a file, read block by block.
private struct SortedRun {
  static let blockBytes = 1 << 16

  private let file: any ByteFile
  private var rest: Range<Int>
  private var block: ArraySlice<UInt8> = []
  /// The tile of the next piece; nil at the end.
  private(set) var tile: UInt64?
  private var pieceBytes = 0

  static func encode(_ tile: UInt64, _ piece: ArraySlice<UInt8>, into bytes: inout [UInt8]) {
    bytes.appendLittleEndian(tile)
    bytes.appendLittleEndian(UInt64(piece.count))
    bytes += piece
  }

  init(in file: any ByteFile, _ range: Range<Int>) throws {
    self.file = file
    rest = range
    try advance()
  }

  /// The next piece's bytes.
  mutating func next() throws -> [UInt8] {
    try fill(pieceBytes)
    let piece = Array(block.prefix(pieceBytes))
    block.removeFirst(pieceBytes)
    try advance()
    return piece
  }

  private mutating func advance() throws {
    guard !(block.isEmpty && rest.isEmpty) else {
      tile = nil
      return
    }
    try fill(16)
    tile = number()
    pieceBytes = Int(number())
  }

  private mutating func number() -> UInt64 {
    var number: UInt64 = 0
    for (index, byte) in block.prefix(8).enumerated() {
      number |= UInt64(byte) << UInt64(8 * index)
    }
    block.removeFirst(8)
    return number
  }

  private mutating func fill(_ count: Int) throws {
    guard block.count < count else { return }
    let wanted = min(rest.count, max(Self.blockBytes, count - block.count))
    block = ArraySlice(Array(block) + (try file.read(wanted, at: rest.lowerBound)))
    rest = (rest.lowerBound + wanted)..<rest.upperBound
  }
}
