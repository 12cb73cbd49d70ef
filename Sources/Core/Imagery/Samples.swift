/// The values of pixels as they were read: bytes where scenes hold bytes, which take a quarter of the
/// memory and of the time to move it, and floats where they hold anything else or were warped.
public enum Samples: Hashable, Sendable {
  /// Whole numbers from 0 to 255.
  case bytes([UInt8])
  /// Any numbers.
  case floats([Float])

  /// How many there are.
  public var count: Int {
    switch self {
    case .bytes(let values): values.count
    case .floats(let values): values.count
    }
  }

  /// The values as floats.
  ///
  /// - Complexity: O(``count``) for bytes.
  public var asFloats: [Float] {
    switch self {
    case .bytes(let values): values.map(Float.init)
    case .floats(let values): values
    }
  }

  /// The memory of the values as it is, for a hash.
  public func withUnsafeBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    switch self {
    case .bytes(let values): values.withUnsafeBytes(body)
    case .floats(let values): values.withUnsafeBytes(body)
    }
  }
}

/// A number that pictures are made of while they are put together.
public protocol SampleValue: ExpressibleByIntegerLiteral {
  /// Values of this type.
  static func samples(_ values: [Self]) -> Samples
}

extension UInt8: SampleValue {
  /// Bytes.
  public static func samples(_ values: [UInt8]) -> Samples { .bytes(values) }
}

extension Float: SampleValue {
  /// Floats.
  public static func samples(_ values: [Float]) -> Samples { .floats(values) }
}
