import Polygons

/// The messages of a vector tile, as protocol buffers.
///
/// Source: Mapbox Vector Tile Specification 2.1, vector_tile.proto and section 4.3.
enum TileCoding {
  /// The commands that draw rings, lines or points.
  static func commands(for paths: [[TilePoint]], _ kind: Shape.Kind) -> [UInt8] {
    var commands: [UInt8] = []
    var (x, y) = (0, 0)
    func command(_ id: Int, count: Int) { commands.appendVariable(UInt64(count << 3 | id)) }
    func move(to point: TilePoint) {
      commands.appendVariable(zigzag(point.x - x))
      commands.appendVariable(zigzag(point.y - y))
      (x, y) = (point.x, point.y)
    }
    for path in paths {
      command(1, count: 1)
      move(to: path[0])
      if kind == .point { continue }
      command(2, count: path.count - 1)
      for point in path.dropFirst() { move(to: point) }
      if kind == .polygon { command(7, count: 1) }
    }
    return commands
  }

  /// A value as a message, of records as JSON; empty for none.
  static func message(_ value: VectorValue, _ kind: VectorField.Kind) -> [UInt8] {
    var message: [UInt8] = []
    switch value {
    case .integer(let number):
      message.appendKey(4, .variable)
      message.appendVariable(UInt64(bitPattern: number))
    case .real(let number):
      message.appendKey(3, .eightBytes)
      message.appendLittleEndian(number.bitPattern)
    case .text(let text): message.appendField(1, Array(text.utf8))
    case .records: message.appendField(1, Array(value.json(kind).utf8))
    case .null: break
    }
    return message
  }

  private static func zigzag(_ number: Int) -> UInt64 {
    UInt64(bitPattern: Int64(number << 1 ^ number >> 63))
  }
}

/// A layer of a tile, feature by feature.
struct TileLayer {
  private let name: String
  private let kind: Shape.Kind
  private let keys: [String]
  private var features: [UInt8] = []
  private var values: [UInt8] = []
  private var numbers: [[UInt8]: Int] = [:]

  init(name: String, kind: Shape.Kind, keys: [String]) {
    self.name = name
    self.kind = kind
    self.keys = keys
  }

  /// Adds a feature; its values are messages, empty ones for no value.
  mutating func add(number: UInt64, messages: [[UInt8]], commands: [UInt8]) {
    var tags: [UInt8] = []
    for (key, message) in messages.enumerated() where !message.isEmpty {
      tags.appendVariable(UInt64(key))
      tags.appendVariable(UInt64(index(of: message)))
    }
    var feature: [UInt8] = []
    feature.appendKey(1, .variable)
    feature.appendVariable(number)
    feature.appendField(2, tags)
    feature.appendKey(3, .variable)
    feature.appendVariable(UInt64(kind.number))  // the same numbers as in well-known binary
    feature.appendField(4, commands)
    features.appendField(2, feature)
  }

  private mutating func index(of message: [UInt8]) -> Int {
    if let known = numbers[message] { return known }
    let index = numbers.count
    numbers[message] = index
    values.appendField(4, message)
    return index
  }

  /// The tile that holds this layer alone.
  var tile: [UInt8] {
    var layer: [UInt8] = []
    layer.appendField(1, Array(name.utf8))
    layer += features
    for key in keys { layer.appendField(3, Array(key.utf8)) }
    layer += values
    layer.appendKey(5, .variable)
    layer.appendVariable(UInt64(TileGeometry.extent))
    layer.appendKey(15, .variable)
    layer.appendVariable(2)
    var tile: [UInt8] = []
    tile.appendField(3, layer)
    return tile
  }
}

/// How a field of a message is written.
enum WireKind: UInt64 {
  case variable = 0
  case eightBytes = 1
  case bytes = 2
}

extension [UInt8] {
  mutating func appendKey(_ field: UInt64, _ kind: WireKind) {
    appendVariable(field << 3 | kind.rawValue)
  }

  mutating func appendField(_ field: UInt64, _ bytes: [UInt8]) {
    appendKey(field, .bytes)
    appendVariable(UInt64(bytes.count))
    self += bytes
  }
}
