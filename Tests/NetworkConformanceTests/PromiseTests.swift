import Foundation
import Glibc
import Tensors
import TestSupport
import Testing

/// What every engine promises, on small networks whose results onnxruntime has given.
@Suite("every engine keeps the promises of Network", .serialized)
struct PromiseTests {
  private static let pairs = Engine.available.flatMap { engine in
    StoredModel.all.filter(engine.runs).map { (engine, $0) }
  }

  @Test(
    "OpenVINO is among them where it is said to be",
    .enabled(if: Engine.isPromised, "MAPWRIGHT_OPENVINO names no place"))
  func presence() {
    #expect(Engine.available.contains(.openVINO))
    #expect(Self.pairs.filter { $0.0 == .openVINO }.count == StoredModel.all.count)
  }

  @Test("values are onnxruntime's, and what is no network is noticed", arguments: pairs)
  func values(_ engine: Engine, _ model: StoredModel) throws {
    let network = try engine.open(model.path, output: model.output)
    let got = try network.map(of: model.picture, model.shape)
    let expected = try model.expected
    #expect(got.count == expected.count)
    let agrees = zip(got, expected).allSatisfy {
      abs($0 - $1) <= model.tolerance * max(1, abs($1))
    }
    #expect(agrees == (engine != .constant))
  }

  @Test("shapes are what was told, and a second run gives the same bits", arguments: pairs)
  func shapes(_ engine: Engine, _ model: StoredModel) throws {
    let network = try engine.open(model.path, output: model.output)
    #expect(network.input.extents.count == 4 && network.input.extents[1] == 3)
    let first = try network.map(of: model.picture, model.shape)
    #expect(!first.contains { $0.isNaN })
    #expect(try network.map(of: model.picture, model.shape) == first)
    if network.input.extents[2] == nil {
      let wide = Shape(1, 3, 32, 64)
      #expect(try network.outputShape(for: wide).extents.suffix(2) == [32, 64])
      _ = try network.map(of: drawnPicture(wide.count), wide)
      #expect(try network.map(of: model.picture, model.shape) == first)
    }
  }

  @Test("a picture of a batch is the picture alone", arguments: pairs)
  func batches(_ engine: Engine, _ model: StoredModel) throws {
    let network = try engine.open(model.path, output: model.output)
    guard network.input.extents[0] == nil, engine != .reference else { return }
    var three = model.shape
    three[0] = 3
    let pictures = drawnPicture(three.count)
    let map = try network.map(of: pictures, three)
    let (taken, given) = (model.shape.count, map.count / 3)
    for part in 0..<3 {
      let alone = try network.map(
        of: Array(pictures[(part * taken)..<((part + 1) * taken)]), model.shape)
      #expect(Array(map[(part * given)..<((part + 1) * given)]) == alone)
    }
  }

  @Test("threads and streams do not show", arguments: pairs)
  func threads(_ engine: Engine, _ model: StoredModel) throws {
    guard engine != .reference else { return }
    let maps = try [1, 2, 3].map {
      try engine.open(model.path, output: model.output, threads: $0)
        .map(of: model.picture, model.shape)
    }
    #expect(maps[0] == maps[1] && maps[0] == maps[2])
  }

  @Test("what does not fit is refused, and the network goes on", arguments: pairs)
  func errors(_ engine: Engine, _ model: StoredModel) throws {
    guard engine != .reference else { return }
    let network = try engine.open(model.path, output: model.output)
    let bands = Shape(1, 4, model.shape[2], model.shape[3])
    let error = #expect(throws: NetworkError.self) { try network.outputShape(for: bands) }
    guard case .cannotTake(bands, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(throws: NetworkError.self) {
      var few = [Float](repeating: 0, count: 7)
      var span = few.mutableSpan
      try network.run(model.picture.span, shape: model.shape, into: &span)
    }
    #expect(try !network.map(of: model.picture, model.shape).contains { $0.isNaN })
  }

  @Test("an output that is not there is refused with those that are", arguments: Engine.available)
  func outputs(_ engine: Engine) throws {
    let path = StoredModel.all[2].path
    let error = #expect(throws: NetworkError.self) { try engine.open(path, output: "other") }
    #expect(
      error
        == .cannotCompile(path: path, reason: "no output 'other'; the model has half, map"))
  }

  @Test(
    "a thousand calls take no memory", arguments: Engine.available.filter { $0 != .reference })
  func memory(_ engine: Engine) throws {
    let model = StoredModel.all[2]
    let shape = Shape(1, 3, 64, 64)
    let network = try engine.open(model.path, output: model.output)
    let picture = drawnPicture(shape.count)
    var map = [Float](repeating: 0, count: try network.outputShape(for: shape).count)
    var span = map.mutableSpan
    for _ in 0..<100 { try network.run(picture.span, shape: shape, into: &span) }
    let before = residentBytes()
    for _ in 0..<1_000 { try network.run(picture.span, shape: shape, into: &span) }
    // A picture kept at every call would be 49 MB; other tests of the process breathe meanwhile.
    #expect(residentBytes() - before < 32 << 20)
  }

  private func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
