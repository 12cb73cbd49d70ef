/// How a kernel slides over a plane, as a node states it: one or two spatial axes.
struct Sliding: Sendable {
  enum AutoPad: String, CaseIterable {
    case none = "NOTSET"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
    case valid = "VALID"
  }

  var kernel: [Int]?
  var strides: [Int]?
  var dilations: [Int]?
  var pads: [Int]?
  var autoPad: AutoPad
  var roundsUp: Bool

  /// The lists completed to two axes; a single axis becomes the second, beside a first of 1.
  func completed(kernel: [Int]) throws(GraphFault) -> Window {
    let axes = kernel.count
    guard axes == 1 || axes == 2 else {
      throw .unsupported("windows of \(axes) axes (pictures have two)")
    }
    guard self.kernel == nil || self.kernel == kernel else {
      throw .contradiction("kernel_shape \(self.kernel ?? []) for a kernel of \(kernel)")
    }
    let strides = strides ?? [Int](repeating: 1, count: axes)
    let dilations = dilations ?? [Int](repeating: 1, count: axes)
    let pads = pads ?? [Int](repeating: 0, count: 2 * axes)
    guard strides.count == axes, dilations.count == axes, pads.count == 2 * axes else {
      throw .contradiction("strides, dilations or pads are not for \(axes) axes")
    }
    let one = axes == 1
    return Window(
      y: Window.Axis(
        kernel: one ? 1 : kernel[0], stride: one ? 1 : strides[0],
        dilation: one ? 1 : dilations[0], before: one ? 0 : pads[0], after: one ? 0 : pads[2]),
      x: Window.Axis(
        kernel: kernel[axes - 1], stride: strides[axes - 1], dilation: dilations[axes - 1],
        before: pads[axes - 1], after: pads[2 * axes - 1]))
  }

  /// The window for an input of these spatial extents.
  func window(kernel: [Int], over spatial: [Int]) throws(GraphFault) -> Window {
    var window = try completed(kernel: kernel)
    guard spatial.count == kernel.count else {
      throw .contradiction("a kernel of \(kernel.count) axes over \(spatial.count)")
    }
    window.y.input = spatial.count == 1 ? 1 : spatial[0]
    window.x.input = spatial[spatial.count - 1]
    try window.y.complete(autoPad: autoPad, roundsUp: roundsUp)
    try window.x.complete(autoPad: autoPad, roundsUp: roundsUp)
    return window
  }
}

extension Sliding {
  /// The attributes read by ``init(_:)``.
  static let attributes = ["auto_pad", "dilations", "kernel_shape", "pads", "strides"]

  init(_ reader: NodeReader) throws(GraphFault) {
    kernel = try reader.lengths("kernel_shape", from: 1)
    strides = try reader.lengths("strides", from: 1)
    dilations = try reader.lengths("dilations", from: 1)
    pads = try reader.lengths("pads", from: 0)
    autoPad = try reader.choice("auto_pad", default: AutoPad.none)
    roundsUp = try reader.integer("ceil_mode", default: 0) != 0
  }
}

/// A window over a plane of known size.
struct Window: Sendable {
  /// One axis of the window; lengths in pixels.
  struct Axis: Sendable {
    var kernel: Int
    var stride: Int
    var dilation: Int
    var before: Int
    var after: Int
    var input = 0
    var output = 0

    /// From the first to the last tap.
    var reach: Int { (kernel - 1) * dilation + 1 }

    mutating func complete(autoPad: Sliding.AutoPad, roundsUp: Bool) throws(GraphFault) {
      switch autoPad {
      case .none: break
      case .valid: (before, after) = (0, 0)
      case .sameUpper, .sameLower:
        let total = max(((input + stride - 1) / stride - 1) * stride + reach - input, 0)
        before = autoPad == .sameUpper ? total / 2 : total - total / 2
        after = total - before
      }
      let room = input + before + after - reach
      guard room >= 0 else {
        throw .contradiction("a kernel reaching over \(reach) px for \(input) px")
      }
      output = (roundsUp ? (room + stride - 1) / stride : room / stride) + 1
      if roundsUp, (output - 1) * stride >= input + before { output -= 1 }
    }

    /// How many taps of an output position count towards an average.
    func taps(at position: Int, includingPads: Bool) -> Int {
      let start = position * stride - before
      let end = includingPads ? input + after : input
      return (0..<kernel).count { tap in
        let place = start + tap * dilation
        return place >= (includingPads ? -before : 0) && place < end
      }
    }
  }

  var y: Axis
  var x: Axis

  /// The output's extents, one or two as the input has.
  func outputExtents(axes: Int) -> [Int] { axes == 1 ? [x.output] : [y.output, x.output] }
}
