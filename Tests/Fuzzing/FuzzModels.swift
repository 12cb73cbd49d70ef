import BuiltinNetworks
import Foundation
import Tensors

/// libFuzzer's loop, which comes with `-sanitize=fuzzer`.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// Feeds the model reader whatever bytes libFuzzer thinks of; arguments are libFuzzer's.
@main
enum FuzzModels {
  static func main() {
    var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
    exit(runFuzzer(&count, &arguments) { tryModel($0, $1) })
  }
}

/// Reads, prepares and, where it is small, runs a model; bytes have to be refused or to run, never to
/// crash.
///
/// libFuzzer knows it by this name, whichever main there is.
@_cdecl("LLVMFuzzerTestOneInput")
public func tryModel(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let data = Data(bytes: bytes, count: count)
  guard let model = try? ModelFile(data, path: "fuzzed.onnx"),
    let network = try? BuiltinNetwork(model, memoryLimit: 64 << 20)
  else { return 0 }
  let step = network.sizeMultiple
  let side: Int = (8 + step - 1) / step * step
  let shape = Shape(network.input.extents.map { (extent: Int?) -> Int in extent ?? side })
  guard shape.count <= 16_384, let output = try? network.outputShape(for: shape),
    output.count <= 65_536, let work = try? network.operationCount(for: shape), work <= 4_000_000
  else { return 0 }
  let picture = [Float](repeating: 0.5, count: shape.count)
  var result = [Float](repeating: 0, count: output.count)
  var span = result.mutableSpan
  try? network.run(picture.span, shape: shape, into: &span)
  return 0
}
