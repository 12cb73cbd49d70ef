import Polygons

/// The values of a column in the row group that is being filled.
///
/// A value is null, or absent because its list is empty, by its definition level; it begins a row
/// by its repetition level of 0 (Dremel's encoding).
///
/// Source: https://github.com/apache/parquet-format, README.md and Encodings.md.
struct ParquetColumn {
  /// The types of Parquet that are written.
  enum Kind: Int {
    case int64 = 2
    case double = 5
    case bytes = 6
  }

  /// The names on the way from the root to the values.
  let path: [String]
  let kind: Kind
  /// Whether bytes are text; the other bytes written are geometry, which has no order.
  let isText: Bool
  /// The level of a value that is there: 0 where it always is.
  let deepest: Int
  /// Whether values are in lists.
  let isRepeated: Bool

  private(set) var values: [UInt8] = []
  private(set) var count = 0
  private(set) var nullCount = 0
  private var definitions = LevelRuns()
  private var repetitions = LevelRuns()
  private var range = ValueRange()

  init(
    _ path: [String], _ kind: Kind, isText: Bool = false, deepest: Int = 0, isRepeated: Bool = false
  ) {
    self.path = path
    self.kind = kind
    self.isText = isText
    self.deepest = deepest
    self.isRepeated = isRepeated
  }

  /// The bytes of a page that are held so far, about.
  var size: Int { values.count }

  mutating func append(_ value: VectorValue, continuesList: Bool = false) {
    switch value {
    case .integer(let number):
      values.appendLittleEndian(number)
      range.add(number)
    case .real(let number):
      values.appendLittleEndian(number.bitPattern)
      range.add(number)
    case .text(let text):
      append(bytes: Array(text.utf8))
      return add(level: deepest, continuesList)
    case .null, .records: return appendNothing(level: deepest - 1, continuesList: continuesList)
    }
    add(level: deepest, continuesList)
  }

  mutating func append(_ bytes: [UInt8]) {
    append(bytes: bytes)
    add(level: deepest, false)
  }

  /// A null, or an empty list.
  mutating func appendNothing(level: Int, continuesList: Bool = false) {
    nullCount += 1
    add(level: level, continuesList)
  }

  private mutating func append(bytes: [UInt8]) {
    values.appendLittleEndian(UInt32(bytes.count))
    values += bytes
    if isText { range.add(bytes) }
  }

  private mutating func add(level: Int, _ continuesList: Bool) {
    count += 1
    if deepest > 0 { definitions.add(UInt8(level)) }
    if isRepeated { repetitions.add(continuesList ? 1 : 0) }
  }

  /// The page's bytes before compression: levels, then values.
  func page() -> [UInt8] {
    var page: [UInt8] = []
    if isRepeated { page += repetitions.encoded() }
    if deepest > 0 { page += definitions.encoded() }
    return page + values
  }

  /// The least and the greatest value in Parquet's plain encoding; nil where there is no order.
  var bounds: (least: [UInt8], greatest: [UInt8])? { range.encoded }

  /// The same column without values.
  var emptied: ParquetColumn {
    ParquetColumn(path, kind, isText: isText, deepest: deepest, isRepeated: isRepeated)
  }
}

/// Levels of 0 to 255 as runs of equal ones.
private struct LevelRuns {
  private var bytes: [UInt8] = []
  private var level: UInt8 = 0
  private var length = 0

  mutating func add(_ next: UInt8) {
    if next != level, length > 0 {
      bytes = ended()
      length = 0
    }
    level = next
    length += 1
  }

  private func ended() -> [UInt8] {
    guard length > 0 else { return bytes }
    var bytes = bytes
    bytes.appendVariable(UInt64(length) << 1)
    bytes.append(level)
    return bytes
  }

  /// The runs, with their size before them.
  func encoded() -> [UInt8] {
    let runs = ended()
    var encoded: [UInt8] = []
    encoded.appendLittleEndian(UInt32(runs.count))
    return encoded + runs
  }
}

/// The least and the greatest of the values of a column.
private struct ValueRange {
  private enum Bounds {
    case none
    case integers(Int64, Int64)
    case numbers(Double, Double)
    case texts([UInt8], [UInt8])
  }

  private var bounds = Bounds.none

  mutating func add(_ value: Int64) {
    if case .integers(let low, let high) = bounds {
      bounds = .integers(min(low, value), max(high, value))
    } else {
      bounds = .integers(value, value)
    }
  }

  mutating func add(_ value: Double) {
    if value.isNaN { return }
    if case .numbers(let low, let high) = bounds {
      bounds = .numbers(min(low, value), max(high, value))
    } else {
      bounds = .numbers(value, value)
    }
  }

  mutating func add(_ text: [UInt8]) {
    guard case .texts(let low, let high) = bounds else {
      bounds = .texts(text, text)
      return
    }
    if text.lexicographicallyPrecedes(low) { bounds = .texts(text, high) }
    if high.lexicographicallyPrecedes(text) { bounds = .texts(low, text) }
  }

  var encoded: (least: [UInt8], greatest: [UInt8])? {
    var (least, greatest): ([UInt8], [UInt8]) = ([], [])
    switch bounds {
    case .none: return nil
    case .integers(let low, let high):
      least.appendLittleEndian(low)
      greatest.appendLittleEndian(high)
    case .numbers(let low, let high):
      // Zeros have two signs, and readers compare bits: the range must hold both.
      least.appendLittleEndian((low == 0 ? -0.0 : low).bitPattern)
      greatest.appendLittleEndian((high == 0 ? 0.0 : high).bitPattern)
    case .texts(let low, let high):
      // Long texts tell little, and would stand in the footer once per row group.
      guard low.count <= 64, high.count <= 64 else { return nil }
      (least, greatest) = (low, high)
    }
    return (least, greatest)
  }
}
