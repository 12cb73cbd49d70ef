import Tensors

/// Another number of pixels along some axes: nearest or linear.
///
/// Inputs: x, region (unused), scales, sizes; or, of old operator sets, x and scales.
struct Resize: Operator {
  enum Mode: String, CaseIterable { case nearest, linear }

  /// Where an output pixel lies among the input's.
  enum Coordinates: String, CaseIterable {
    case halfPixel = "half_pixel"
    case halfPixelSymmetric = "half_pixel_symmetric"
    case pytorchHalfPixel = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric
  }

  /// Which pixel is nearest to a place between two.
  enum Rounding: String, CaseIterable {
    case preferFloor = "round_prefer_floor"
    case preferCeil = "round_prefer_ceil"
    case floor, ceil
  }

  /// How sizes are meant.
  enum Policy: String, CaseIterable { case stretch, not_larger, not_smaller }

  var mode: Mode
  var coordinates: Coordinates
  var rounding: Rounding
  var policy: Policy
  var axes: [Int]?
  /// Scales as an attribute (Upsample of operator sets before 9).
  var fixedScales: [Float]?
  /// The positions of the inputs that hold scales and sizes.
  var scalesInput: Int
  var sizesInput: Int?

  static let claims = [
    Claim(
      "Resize", inputs: 1...4,
      attributes: [
        "antialias", "axes", "coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside",
        "extrapolation_value", "keep_aspect_ratio_policy", "mode", "nearest_mode",
      ], limits: "cubic, antialias, tf_crop_and_resize, tf_half_pixel_for_nn"
    ) { reader throws(GraphFault) in
      guard try reader.integer("antialias", default: 0) == 0 else {
        throw .unsupported("Resize with antialias")
      }
      return Resize(
        mode: try reader.choice("mode", default: .nearest),
        coordinates: try reader.choice("coordinate_transformation_mode", default: .halfPixel),
        rounding: try reader.choice("nearest_mode", default: .preferFloor),
        policy: try reader.choice("keep_aspect_ratio_policy", default: .stretch),
        axes: try reader.integers("axes"), scalesInput: reader.opset < 11 ? 1 : 2,
        sizesInput: reader.opset < 11 ? nil : 3)
    },
    Claim("Upsample", inputs: 1...2, attributes: ["mode", "scales"]) { reader throws(GraphFault) in
      var scales: [Float]?
      if case .floats(let values)? = reader.node.attributes["scales"] { scales = values }
      return Resize(
        mode: try reader.choice("mode", default: .nearest), coordinates: .asymmetric,
        rounding: .floor, policy: .stretch, fixedScales: scales, scalesInput: 1)
    },
  ]

  var parameters: [Int] { [scalesInput] + (sizesInput.map { [$0] } ?? []) }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    var extents = x.shape.extents
    for scale in try axisScales(of: inputs) { extents[scale.axis] = scale.length }
    return [Fact(.float32, try Shape(checking: extents, of: .float32))]
  }

  /// One resized axis: its new length and the factor that coordinates are computed with.
  struct AxisScale { var axis: Int, length: Int, scale: Double }

  /// The axes whose length or coordinates change, in ascending order.
  func axisScales(of inputs: Inputs<Fact>) throws(GraphFault) -> [AxisScale] {
    let shape = try inputs.required(0).shape
    var targets: [Int] = []
    for axis in axes ?? Array(0..<shape.rank) { targets.append(try shape.axis(axis)) }
    var scales: [AxisScale] = []
    let sizes = sizesInput.flatMap { inputs[$0] }
    if let sizes, sizes.shape.count > 0 {
      guard sizes.shape.count == targets.count, let lengths = sizes.integers else {
        throw .contradiction("sizes of shape \(sizes.shape) for \(targets.count) axes")
      }
      scales = try scalesForSizes(lengths, targets, shape)
    } else {
      let factors = fixedScales ?? inputs[scalesInput]?.constant.flatMap(floatsOf) ?? []
      guard factors.count == targets.count else {
        throw .contradiction("\(factors.count) scales for \(targets.count) axes")
      }
      for (axis, factor) in zip(targets, factors) {
        let length = (Double(factor) * Double(shape[axis])).rounded(.down)
        guard length >= 0, length < 1e9 else { throw .contradiction("a scale of \(factor)") }
        scales.append(AxisScale(axis: axis, length: Int(length), scale: Double(factor)))
      }
    }
    return scales.filter { $0.length != shape[$0.axis] || $0.scale != 1 }
      .sorted { $0.axis < $1.axis }
  }

  private func floatsOf(_ tensor: Tensor) -> [Float]? {
    tensor.type == .float32 ? Array(tensor.floats) : nil
  }

  private func scalesForSizes(
    _ lengths: [Int], _ targets: [Int], _ shape: Shape
  ) throws(GraphFault) -> [AxisScale] {
    let factors = zip(targets, lengths).map { Double($1) / Double(max(shape[$0], 1)) }
    for length in lengths where length < 0 || length > 1 << 30 {
      throw .contradiction("a size of \(length)")
    }
    guard policy != .stretch else {
      return zip(zip(targets, lengths), factors).map {
        AxisScale(axis: $0.0, length: $0.1, scale: $1)
      }
    }
    let factor = (policy == .not_larger ? factors.min() : factors.max()) ?? 1
    return targets.map {
      let length = Int((factor * Double(shape[$0]) + 0.5).rounded(.down))
      return AxisScale(axis: $0, length: length, scale: factor)
    }
  }

  /// Where output pixel `position` lies among `length` input pixels.
  func place(_ position: Int, _ axis: AxisScale, length: Int) -> Double {
    let x = Double(position)
    switch coordinates {
    case .asymmetric: return x / axis.scale
    case .halfPixel: return (x + 0.5) / axis.scale - 0.5
    case .pytorchHalfPixel: return axis.length == 1 ? -0.5 : (x + 0.5) / axis.scale - 0.5
    case .alignCorners:
      let exact = axis.scale * Double(length)
      return axis.length == 1 ? 0 : x * Double(length - 1) / (exact - 1)
    case .halfPixelSymmetric:
      let exact = axis.scale * Double(length)
      let offset = Double(length) / 2 * (1 - Double(axis.length) / exact)
      return offset + (x + 0.5) / axis.scale - 0.5
    }
  }

  /// The input pixel nearest to a place.
  func nearest(_ place: Double, length: Int) -> Int {
    let rounded =
      switch rounding {
      case .preferFloor: (place - 0.5).rounded(.up)
      case .preferCeil: (place + 0.5).rounded(.down)
      case .floor: place.rounded(.down)
      case .ceil: place.rounded(.up)
      }
    return min(max(Int(rounded), 0), length - 1)
  }
}
