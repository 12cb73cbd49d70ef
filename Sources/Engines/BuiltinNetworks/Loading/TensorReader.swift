import Foundation
import SwiftProtobuf
import Tensors

/// Reads a tensor of the file; half floats become floats.
///
/// - Throws: ``GraphFault`` for external data, segments, other types, absurd shapes, or a number of
///   values that is not the shape's.
func readTensor(_ proto: Onnx_TensorProto) throws(GraphFault) -> Tensor {
  guard proto.dataLocation != .external, proto.externalData.isEmpty else {
    throw .unsupported("weights in another file (external data); save the model in one file")
  }
  guard !proto.hasSegment else { throw .unsupported("a tensor cut into segments") }
  let isHalf = proto.dataType == 10
  guard let type = isHalf ? .float32 : ElementType(rawValue: proto.dataType) else {
    throw .unsupported("values of type \(ElementType.name(of: proto.dataType))")
  }
  let shape = try Shape(checking: proto.dims.map(Int.init), of: type)
  if proto.hasRawData {
    let width = isHalf ? 2 : type.size
    guard proto.rawData.count == shape.count * width else {
      throw .contradiction(
        "\(proto.rawData.count) bytes for a tensor of shape \(shape), \(width) bytes each")
    }
    if isHalf {
      return Tensor(floats(ofHalves: proto.rawData), shape)
    }
    return Tensor(type, shape) { _ = proto.rawData.copyBytes(to: $0) }
  }
  return try readListed(proto, type, shape, isHalf: isHalf)
}

/// Reads a tensor whose values stand in one of the typed lists.
private func readListed(
  _ proto: Onnx_TensorProto, _ type: ElementType, _ shape: Shape, isHalf: Bool
) throws(GraphFault) -> Tensor {
  let found: Int
  switch type {
  case .float32: found = isHalf ? proto.int32Data.count : proto.floatData.count
  case .int64: found = proto.int64Data.count
  default: found = proto.int32Data.count
  }
  guard found == shape.count else {
    throw .contradiction("\(found) values for a tensor of shape \(shape)")
  }
  switch type {
  case .float32 where isHalf:
    return Tensor(proto.int32Data.map { half(UInt16(truncatingIfNeeded: $0)) }, shape)
  case .float32: return Tensor(proto.floatData, shape)
  case .int64: return Tensor(proto.int64Data, shape)
  case .int32: return Tensor(proto.int32Data, shape)
  case .int8: return Tensor(proto.int32Data.map { Int8(truncatingIfNeeded: $0) }, shape)
  case .uint8: return Tensor(proto.int32Data.map { UInt8(truncatingIfNeeded: $0) }, shape)
  case .bool: return Tensor(proto.int32Data.map { $0 == 0 ? UInt8(0) : 1 }, shape, type: .bool)
  }
}

private func floats(ofHalves data: Data) -> [Float] {
  var floats = [Float]()
  floats.reserveCapacity(data.count / 2)
  var low: UInt8?
  for byte in data {
    if let first = low {
      floats.append(half(UInt16(first) | UInt16(byte) << 8))
      low = nil
    } else {
      low = byte
    }
  }
  return floats
}

/// The value of an IEEE half float, exactly.
func half(_ bits: UInt16) -> Float {
  let sign: Float = bits & 0x8000 == 0 ? 1 : -1
  let exponent = Int(bits >> 10) & 31
  let fraction = Float(bits & 1023)
  switch exponent {
  case 0: return sign * fraction * 0x1p-24
  case 31: return fraction == 0 ? sign * .infinity : .nan
  default:
    return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
  }
}
