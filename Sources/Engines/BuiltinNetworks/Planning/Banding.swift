import CKernels
import Tensors

/// What must be known of an operator to compute it band by band.
struct Banding: Sendable {
  /// An input that is a picture, of which a band needs only some rows and columns.
  struct Picture: Sendable {
    /// The input's position.
    var position: Int
    var rows: AxisReach
    var columns: AxisReach
    /// Whether it may stand in several places of memory, channels after channels.
    var mayBeScattered = false
    /// Whether it may stand in memory half as large, and be doubled while it is read.
    var mayBeDoubled = false
  }

  var pictures: [Picture]
  /// Bands begin at multiples of this, in rows and columns.
  var step = 1
  /// Along which axis threads share a band where both are long enough.
  var shared = Axis.columns
  /// The weights that every band reads, in bytes.
  var weightBytes = 0
  /// The space that a band of a number of columns needs besides, in bytes.
  var scratchBytes: @Sendable (_ columns: Int) -> Int = { _ in 0 }
}

/// An operator on pictures whose fast way goes band by band: rectangles of rows and columns, so that
/// the next operator finds a band still in the cache.
///
/// Bands never change a bit: which values are added, and in which order, depends on the shapes alone.
protocol BandedOperator: Operator {
  /// How it goes band by band; nil where it must have its inputs whole.
  func banding(_ inputs: Inputs<Fact>, _ output: Fact) -> Banding?

  /// The fast way for a band, bound to its memory.
  func bandStep(_ io: BandBindings) -> BandStep
}

/// A piece of work on a band of the output.
struct BandStep {
  private let body: (mw_band) -> Void

  init(_ body: @escaping (mw_band) -> Void) { self.body = body }

  /// Does the work.
  func callAsFunction(_ band: mw_band) { body(band) }
}

/// Where the channels of a picture stand, as the kernels read it; lives as long as who holds it.
final class PlaneList {
  let address: UnsafeMutablePointer<mw_planes>
  let count: Int

  init(_ planes: [mw_planes]) {
    count = planes.count
    address = .allocate(capacity: max(planes.count, 1))
    address.initialize(from: planes, count: planes.count)
  }

  deinit { address.deallocate() }

  /// The number of channels in all places.
  var channels: Int { (0..<count).reduce(0) { $0 + Int(address[$1].channels) } }
}

/// The memory that a band step works on.
struct BandBindings {
  /// The pictures among the inputs.
  var sources: [Int: PlaneList]
  /// The inputs as facts, with the constants among them.
  var facts: Inputs<Fact>
  /// Addresses of inputs that are no pictures and known only while running.
  var others: [Binding?]
  var target: PlaneList
  var output: Fact
  var scratch: UnsafeMutableRawPointer
  var kernels: mw_kernels

  /// A picture that the banding has required.
  func picture(_ position: Int) -> PlaneList {
    guard let list = sources[position] else { preconditionFailure("named by the banding") }
    return list
  }

  /// The floats of an input that is no picture.
  func floats(_ position: Int) -> UnsafePointer<Float>? {
    if let constant = facts[position]?.constant { return constant.floats.baseAddress }
    return (position < others.count ? others[position] : nil).map { UnsafePointer($0.floats) }
  }

  /// The target's planes for the channels of one place of a source, in turn.
  func targets(like source: PlaneList) -> PlaneList {
    var first = 0
    return PlaneList(
      (0..<source.count).map { place in
        var planes = target.address[0]
        planes.x += first * Int(planes.stride)
        planes.channels = source.address[place].channels
        first += Int(planes.channels)
        return planes
      })
  }
}

extension Shape {
  /// A picture's number of rows: 1 where it has one spatial axis.
  var rows: Int { rank > 3 ? self[2] : 1 }
  /// A picture's number of columns.
  var columns: Int { self[rank - 1] }
}

extension mw_planes {
  /// The planes of one picture of a dense tensor `[N, C, H, W]` or `[N, C, W]`.
  init(dense address: UnsafeMutablePointer<Float>, _ shape: Shape, picture: Int = 0) {
    let size = shape.rows * shape.columns
    self.init(
      x: address + picture * shape[1] * size, channels: Int64(shape[1]), stride: Int64(size),
      pitch: Int64(shape.columns), rows: Int64(max(shape.rows, 1)), doubles: 0)
  }
}

extension mw_band {
  /// All of a picture.
  init(all shape: Shape) {
    self.init(y0: 0, y1: Int64(shape.rows), x0: 0, x1: Int64(shape.columns))
  }
}

extension BandedOperator {
  /// The space for the whole picture at once.
  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    guard let banding = banding(inputs, outputs[0]) else { return 0 }
    return banding.scratchBytes(outputs[0].shape.columns)
  }

  func step(_ io: Bindings) -> Step { wholeStep(io) }

  /// The fast way for whole dense tensors, picture by picture.
  func wholeStep(_ io: Bindings) -> Step {
    let output = io.outputs[0]
    guard output.shape.count > 0 else { return Step {} }
    guard let banding = banding(io.facts, output.fact) else {
      preconditionFailure("the operator has a way of its own for this")
    }
    let steps = (0..<output.shape[0]).map { picture in
      var sources: [Int: PlaneList] = [:]
      for source in banding.pictures {
        guard let input = io[source.position] else { continue }
        sources[source.position] = PlaneList(
          [mw_planes(dense: input.floats, input.shape, picture: picture)])
      }
      return bandStep(
        BandBindings(
          sources: sources, facts: io.facts, others: io.inputs,
          target: PlaneList([mw_planes(dense: output.floats, output.shape, picture: picture)]),
          output: output.fact, scratch: io.scratch, kernels: io.kernels))
    }
    let band = mw_band(all: output.shape)
    return Step { for step in steps { step(band) } }
  }
}
