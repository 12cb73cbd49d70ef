/// What a tensor's elements are, by ONNX's numbers.
enum ElementType: Int32, Hashable, Sendable, CaseIterable {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case int32 = 6
  case int64 = 7
  case bool = 9

  /// Bytes per element.
  var size: Int {
    switch self {
    case .float32, .int32: 4
    case .uint8, .int8, .bool: 1
    case .int64: 8
    }
  }

  /// ONNX's name of any of its types, for messages.
  static func name(of code: Int32) -> String {
    let names = [
      "undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string",
      "bool",
      "float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16",
    ]
    return names.indices.contains(Int(code)) ? names[Int(code)] : "type \(code)"
  }
}

extension ElementType: CustomStringConvertible {
  var description: String { Self.name(of: rawValue) }
}

/// A Swift type that a tensor's elements can be read as.
protocol Element: BitwiseCopyable {
  static var type: ElementType { get }
}

extension Float: Element { static var type: ElementType { .float32 } }
extension UInt8: Element { static var type: ElementType { .uint8 } }
extension Int8: Element { static var type: ElementType { .int8 } }
extension Int32: Element { static var type: ElementType { .int32 } }
extension Int64: Element { static var type: ElementType { .int64 } }
