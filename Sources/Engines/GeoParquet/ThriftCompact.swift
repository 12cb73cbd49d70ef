import Polygons

/// Writes Thrift structures in the compact protocol, as far as Parquet's footers need it.
///
/// Source: https://github.com/apache/thrift, doc/specs/thrift-compact-protocol.md.
struct ThriftCompact {
  /// The types of fields and of lists' elements.
  enum Kind: UInt8 {
    case int16 = 4
    case int32 = 5
    case int64 = 6
    case binary = 8
    case list = 9
    case structure = 12
  }

  private(set) var bytes: [UInt8] = []
  /// The number of the field before, for every structure that is open.
  private var last: [Int16] = [0]

  mutating func int16(_ number: Int16, _ value: Int) { integer(number, .int16, value) }

  mutating func int32(_ number: Int16, _ value: Int) { integer(number, .int32, value) }

  mutating func int64(_ number: Int16, _ value: Int) { integer(number, .int64, value) }

  mutating func binary(_ number: Int16, _ value: some Collection<UInt8>) {
    header(number, .binary)
    append(value)
  }

  mutating func text(_ number: Int16, _ value: String) { binary(number, value.utf8) }

  /// Writes a structure as a field.
  mutating func structure(_ number: Int16, _ body: (inout ThriftCompact) -> Void) {
    header(number, .structure)
    element(body)
  }

  /// Begins a list; its elements follow.
  mutating func list(_ number: Int16, of kind: Kind, count: Int) {
    header(number, .list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xf0 | kind.rawValue)
      variable(UInt64(count))
    }
  }

  /// Writes a structure as an element of a list, or as the whole message.
  mutating func element(_ body: (inout ThriftCompact) -> Void) {
    last.append(0)
    body(&self)
    last.removeLast()
    bytes.append(0)
  }

  mutating func element(_ value: Int) { variable(Self.zigzag(value)) }

  mutating func element(_ text: String) { append(text.utf8) }

  /// Adds elements of a list that were encoded before.
  mutating func elements(encoded: [UInt8]) { bytes += encoded }

  private mutating func integer(_ number: Int16, _ kind: Kind, _ value: Int) {
    header(number, kind)
    element(value)
  }

  private mutating func header(_ number: Int16, _ kind: Kind) {
    let step = number - last[last.count - 1]
    precondition((1...15).contains(step), "Parquet's fields are written in their order")
    bytes.append(UInt8(step) << 4 | kind.rawValue)
    last[last.count - 1] = number
  }

  private mutating func append(_ value: some Collection<UInt8>) {
    variable(UInt64(value.count))
    bytes += value
  }

  private mutating func variable(_ value: UInt64) { bytes.appendVariable(value) }

  private static func zigzag(_ value: Int) -> UInt64 {
    UInt64(bitPattern: Int64(value << 1 ^ value >> 63))
  }
}
