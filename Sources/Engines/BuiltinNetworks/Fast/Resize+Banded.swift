import CKernels
import Tensors

/// Which entries along an axis make each entry of a resized one; lives as long as who holds it.
private final class Taps {
  let first: [Int32]
  let second: [Int32]
  private let firstWeights: [Float]
  private let secondWeights: [Float]
  private let length: Int
  private let isLinear: Bool

  init(_ resize: Resize, _ axis: Resize.AxisScale, length: Int) {
    self.length = length
    isLinear = resize.mode == .linear
    let places = (0..<axis.length).map { resize.place($0, axis, length: length) }
    guard isLinear else {
      first = places.map { Int32(resize.nearest($0, length: length)) }
      (second, firstWeights, secondWeights) = (first, [], [])
      return
    }
    let clamped = places.map { min(max($0, 0), Double(length - 1)) }
    first = clamped.map { Int32($0) }
    second = first.map { min($0 + 1, Int32(length - 1)) }
    firstWeights = zip(clamped, first).map { Float(1 - ($0 - Double($1))) }
    secondWeights = zip(clamped, first).map { Float($0 - Double($1)) }
  }

  /// Whether, and how, the axis is merely doubled.
  private var doubles: Int32 {
    guard first.count == 2 * length, length > 1 else { return 0 }
    guard isLinear else {
      return first.enumerated().allSatisfy { Int($1) == $0 / 2 } ? 2 : 0
    }
    let isPlain = (2..<2 * length - 2).allSatisfy { place in
      let (below, share): (Int, Float) = place % 2 == 0 ? (place / 2 - 1, 0.75) : (place / 2, 0.25)
      return Int(first[place]) == below && secondWeights[place] == share
        && firstWeights[place] == 1 - share
    }
    return isPlain ? 1 : 0
  }

  /// Runs a body with the taps as the kernels read them.
  func withKernel<Result>(_ body: (UnsafePointer<mw_taps>) -> Result) -> Result {
    first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { second in
        firstWeights.withUnsafeBufferPointer { w0 in
          secondWeights.withUnsafeBufferPointer { w1 in
            var taps = mw_taps(
              first: first.baseAddress, second: second.baseAddress,
              w0: isLinear ? w0.baseAddress : nil, w1: isLinear ? w1.baseAddress : nil,
              length: Int64(length), doubles: kind)
            return body(&taps)
          }
        }
      }
    }
  }

  private(set) lazy var kind = doubles

  /// Whether, and how, the axis is merely doubled, its ends too: beyond them the entry at the end
  /// stands where the doubling is linear.
  var doubling: Doubling.Kind? {
    guard let kind = Doubling.Kind(rawValue: kind) else { return nil }
    let last = 2 * length - 1
    guard kind == .linear else { return kind }
    let ends = [0: (0, 0), 1: (0, 0.25), last - 1: (length - 2, 0.75), last: (length - 1, 0)]
    return ends.allSatisfy { place, end in
      Int(first[place]) == end.0 && Double(secondWeights[place]) == end.1
    } ? kind : nil
  }
}

/// A picture twice as large in both axes, which a reader may make for itself of the picture.
struct Doubling {
  /// How, as the kernels have it.
  enum Kind: Int32 { case linear = 1, nearest = 2 }

  var kind: Kind
  /// Which rows and columns of the picture those of the doubled one are made of.
  var rows: AxisReach
  var columns: AxisReach
}

extension Resize: BandedOperator {
  /// The taps of rows and columns, nil where an axis stays; nil where other axes change too.
  private func taps(_ inputs: Inputs<Fact>) -> (rows: Taps?, columns: Taps?)? {
    guard let x = inputs[0]?.shape, x.rank == 4, x.count > 0 else { return nil }
    let axes = proved { try axisScales(of: inputs) }
    guard axes.allSatisfy({ $0.axis >= 2 && $0.length > 0 }) else { return nil }
    func taps(_ axis: Int) -> Taps? {
      axes.first { $0.axis == axis }.map { Taps(self, $0, length: x[axis]) }
    }
    return (taps(2), taps(3))
  }

  /// The doubling that this is; nil where it is another resizing.
  func doubling(_ inputs: Inputs<Fact>) -> Doubling? {
    guard let taps = taps(inputs), let rows = taps.rows, let columns = taps.columns,
      let kind = rows.doubling, columns.doubling == kind
    else { return nil }
    return Doubling(
      kind: kind, rows: .taps(first: rows.first, second: rows.second),
      columns: .taps(first: columns.first, second: columns.second))
  }

  func banding(_ inputs: Inputs<Fact>, _ output: Fact) -> Banding? {
    guard let taps = taps(inputs), let x = inputs[0]?.shape else { return nil }
    func reach(_ taps: Taps?) -> AxisReach {
      taps.map { .taps(first: $0.first, second: $0.second) } ?? .same
    }
    return Banding(
      pictures: [
        Banding.Picture(
          position: 0, rows: reach(taps.rows), columns: reach(taps.columns), mayBeScattered: true)
      ], scratchBytes: { _ in (x.columns + 64) * 4 })
  }

  func bandStep(_ io: BandBindings) -> BandStep {
    guard let (rows, columns) = taps(io.facts) else {
      preconditionFailure("asked only where there is a banding")
    }
    let source = io.picture(0)
    let target = io.targets(like: source)
    let (kernels, scratch) = (io.kernels, io.scratch.assumingMemoryBound(to: Float.self))
    func run(_ rows: UnsafePointer<mw_taps>?, _ columns: UnsafePointer<mw_taps>?, _ band: mw_band) {
      withUnsafePointer(to: band) { band in
        for place in 0..<source.count {
          kernels.resize_f32(
            rows, columns, source.address + place, target.address + place, band, scratch)
        }
      }
    }
    return BandStep { band in
      switch (rows, columns) {
      case (let rows?, let columns?):
        rows.withKernel { rows in columns.withKernel { run(rows, $0, band) } }
      case (let rows?, nil): rows.withKernel { run($0, nil, band) }
      case (nil, let columns?): columns.withKernel { run(nil, $0, band) }
      case (nil, nil): run(nil, nil, band)
      }
    }
  }
}
