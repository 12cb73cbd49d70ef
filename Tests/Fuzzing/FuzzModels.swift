import BuiltinNetworks
import Foundation
import Tensors

/// Reads, prepares and, where it is small, runs whatever bytes libFuzzer thinks of; it has to be
/// refused or to run, never to crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzModel(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let data = Data(bytes: bytes, count: count)
  guard let model = try? ModelFile(data, path: "fuzzed.onnx"),
    let network = try? BuiltinNetwork(model, memoryLimit: 64 << 20)
  else { return 0 }
  let step = network.sizeMultiple
  let shape = Shape(network.input.extents.map { $0 ?? (8 + step - 1) / step * step })
  guard shape.count <= 1 << 14, let output = try? network.outputShape(for: shape),
    output.count <= 1 << 16, let work = try? network.operationCount(for: shape), work <= 1 << 22
  else { return 0 }
  let picture = [Float](repeating: 0.5, count: shape.count)
  var result = [Float](repeating: 0, count: output.count)
  var span = result.mutableSpan
  try? network.run(picture.span, shape: shape, into: &span)
  return 0
}
