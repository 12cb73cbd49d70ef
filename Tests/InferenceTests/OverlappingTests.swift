import Grids
import Imagery
import Inference
import Tensors
import Testing

/// A network that looks at a picture as late as can be, and whose map is no number until then.
private final class LateNetwork: OverlappingNetwork {
  let network: FakeNetwork
  let slots: Int
  /// What happened, such as `begin 0`.
  private(set) var events: [String] = []
  private var underWay: [Int: Work] = [:]
  /// The picture, from 0, at which it fails.
  var failsAt: Int?
  private var count = 0

  private struct Work {
    var input: UnsafePointer<Float>
    var shape: Shape
    var output: UnsafeMutablePointer<Float>
  }

  init(_ network: FakeNetwork, slots: Int) { (self.network, self.slots) = (network, slots) }

  var input: TensorDescription { network.input }
  var output: TensorDescription { network.output }
  var receptiveRadius: Int? { network.receptiveRadius }
  var sizeMultiple: Int { 1 }
  var busyCount: Int { underWay.count }

  func outputShape(for input: Shape) throws(NetworkError) -> Shape {
    try network.outputShape(for: input)
  }

  func run(_ input: Span<Float>, shape: Shape, into output: inout MutableSpan<Float>)
    throws(NetworkError)
  {
    events.append("run")
    try network.run(input, shape: shape, into: &output)
  }

  func begin(
    _ slot: Int, _ input: UnsafePointer<Float>, shape: Shape,
    into output: UnsafeMutablePointer<Float>
  ) throws(NetworkError) {
    precondition(slot < slots && underWay[slot] == nil)
    events.append("begin \(slot)")
    output.update(repeating: .nan, count: try outputShape(for: shape).count)
    underWay[slot] = Work(input: input, shape: shape, output: output)
  }

  func finish(_ slot: Int) throws(NetworkError) {
    guard let work = underWay.removeValue(forKey: slot) else { return }
    events.append("finish \(slot)")
    count += 1
    if count - 1 == failsAt { throw .engineFailed(path: "model", reason: "the device was lost") }
    let given = UnsafeBufferPointer(start: work.input, count: work.shape.count)
    let taken = UnsafeMutableBufferPointer(
      start: work.output, count: try outputShape(for: work.shape).count)
    var span = taken.mutableSpan
    try network.run(given.span, shape: work.shape, into: &span)
  }
}

@Suite struct `A segmenter with a network that overlaps` {
  private let plain = FakeNetwork(bands: 1, channels: 2) { $0 == 0 ? 1 - $1[0] : $1[0] }

  private func segmenter(_ network: any Network, batch: Int) throws -> Segmenter {
    try Segmenter(
      network: network, layout: layout, bandCount: 1, scaling: PixelScaling(),
      scheme: plainBuildings, activation: .none, layers: [.published(1)], batch: batch)
  }

  /// Chips that differ; every third is empty, and the fourth holds a picture in a corner only, so that
  /// it is trimmed.
  private var chips: [Chip] {
    (0..<7).map { number in
      chip(
        at: number * 64, 0,
        valid: { x, y in number % 3 != 1 && (number != 3 || (x < 20 && y < 20)) }
      ) { x, y in Float((x * 3 + y * number) % 50 + 50) / 200 }
    }
  }

  @Test(arguments: [1, 2, 3, 5])
  func `says the same as with one that does not, in the same order`(batch: Int) throws {
    let several = try segmenter(LateNetwork(plain, slots: 3), batch: batch)
    let expected = try chips.map { try segmenter(plain, batch: 1).classify($0) }

    var maps: [ClassMap] = []
    for chip in chips { maps += try several.take(Segmenter.Request(chip: chip)) }
    maps += try several.finish()

    #expect(several.batch == min(batch, 3))
    #expect(maps.map(\.window) == expected.map(\.window))
    #expect(maps.map(\.classes) == expected.map(\.classes))
    #expect(maps.map(\.probabilities) == expected.map(\.probabilities))
    #expect(maps.map(\.coverage) == expected.map(\.coverage))
    #expect(try several.finish().isEmpty)
  }

  @Test func `begins the next chip before it waits for the last`() throws {
    let network = LateNetwork(plain, slots: 2)
    let overlapping = try segmenter(network, batch: 2)
    for number in 0..<3 {
      let picture = chip(at: number * 64, 0) { _, _ in 0.5 }
      let maps = try overlapping.take(Segmenter.Request(chip: picture))
      #expect(maps.count == (number == 2 ? 1 : 0))
    }
    #expect(network.events == ["begin 0", "begin 1", "finish 0", "begin 0"])
    #expect(try overlapping.finish().count == 2)
  }

  @Test func `does not gather empty maps behind one that waits for its answer`() throws {
    let overlapping = try segmenter(LateNetwork(plain, slots: 2), batch: 2)
    var given = try overlapping.take(Segmenter.Request(chip: chip { _, _ in 0.5 })).count
    for number in 1...50 {
      let empty = chip(at: number * 64, 0, valid: { _, _ in false }) { _, _ in 0 }
      given += try overlapping.take(Segmenter.Request(chip: empty)).count
      #expect(number + 1 - given <= 4)
    }
    #expect(given == 51)
  }

  @Test func `waits for what is under way when it forgets its chips, and goes on`() throws {
    let network = LateNetwork(plain, slots: 2)
    let overlapping = try segmenter(network, batch: 2)
    _ = try overlapping.take(Segmenter.Request(chip: chip { _, _ in 0.25 }))
    overlapping.forget()

    #expect(network.busyCount == 0)
    #expect(try overlapping.finish().isEmpty)
    #expect(try overlapping.classify(chip { _, _ in 0.75 }).classes.allSatisfy { $0 == 1 })
  }

  @Test func `forgets its chips when the network fails, and goes on`() throws {
    let network = LateNetwork(plain, slots: 3)
    network.failsAt = 1
    let overlapping = try segmenter(network, batch: 3)
    let error = SegmentationError.network(
      .engineFailed(path: "model", reason: "the device was lost"))
    #expect(throws: error) {
      _ = try overlapping.classify((0..<3).map { _ in .init(chip: chip { _, _ in 0.25 }) })
    }

    #expect(network.busyCount == 0)
    #expect(try overlapping.classify(chip { _, _ in 0.75 }).classes.allSatisfy { $0 == 1 })
  }

  @Test func `leaves nothing under way when it goes`() throws {
    let network = LateNetwork(plain, slots: 2)
    do {
      let overlapping = try segmenter(network, batch: 2)
      _ = try overlapping.take(Segmenter.Request(chip: chip { _, _ in 0.25 }))
    }
    #expect(network.busyCount == 0)
  }
}
