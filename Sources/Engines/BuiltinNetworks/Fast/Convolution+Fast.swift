import CKernels
import Tensors

// A convolution goes one of three ways, by its shape alone, so that every machine adds in the same
// order: in tiles (3 × 3 px), as a product of matrices (any), or channel by channel (depthwise).

extension Window {
  /// The window as the kernels read it.
  var kernel: mw_window {
    mw_window(
      height: Int64(y.input), width: Int64(x.input), out_height: Int64(y.output),
      out_width: Int64(x.output), kernel_height: Int64(y.kernel), kernel_width: Int64(x.kernel),
      stride_y: Int64(y.stride), stride_x: Int64(x.stride), dilation_y: Int64(y.dilation),
      dilation_x: Int64(x.dilation), pad_top: Int64(y.before), pad_left: Int64(x.before))
  }

  /// The space for a window that slides over each plane by itself, in bytes.
  func slidingScratch(columns: Int) -> Int {
    withUnsafePointer(to: kernel) { Int(mw_window_scratch($0, Int64(columns))) * 4 }
  }
}

extension Shape {
  /// The tiles of 4 × 4 pixels that cover a picture.
  fileprivate var tiles: Int { (rows + 3) / 4 * ((columns + 3) / 4) }
}

extension Convolution {
  /// A way to compute it.
  enum Way: Sendable { case tiles, product, channelByChannel }

  /// The way for weights and a window over the input.
  func way(_ window: Window, _ weights: Fact) -> Way {
    if weights.shape[1] == 1 { return .channelByChannel }
    let axes = [window.y, window.x]
    let isTileable = axes.allSatisfy {
      $0.stride == 1 && $0.dilation == 1 && (0...1).contains($0.before)
        && (0...1).contains($0.after)
    }
    let isKnown = weights.constant != nil
    return groups == 1 && isKnown && isTileable && Winograd.suits(weights.shape)
      ? .tiles : .product
  }

  func kernelName(_ inputs: Inputs<Fact>) -> String {
    guard let x = inputs[0]?.shape, let w = inputs[1] else { return "convolution" }
    switch way(proved { try self.window(x, w.shape) }, w) {
    case .tiles: return "tiles"
    case .product: return w.shape.count(2..<w.shape.rank) == 1 ? "pointwise" : "product"
    case .channelByChannel: return "depthwise"
    }
  }

  func effort(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Effort {
    guard let x = inputs[0]?.shape, let w = inputs[1], let y = outputs.first?.shape,
      way(proved { try self.window(x, w.shape) }, w) == .tiles
    else { return plainEffort(inputs, outputs) }
    return Winograd.effort(w.shape, tiles: y[0] * y.tiles)
  }

  /// The weights as a way reads them.
  func laidOut(_ weights: Tensor, for way: Way) -> Tensor {
    switch way {
    case .tiles: Winograd.transform(weights)
    case .product: Self.grouped(weights, groups: groups)
    case .channelByChannel: weights
    }
  }

  /// Filters that lie together in weights of a product.
  static let group = 8
  /// So many channels or filters at most are taken straight from the picture, as the kernels have it.
  static let (fewChannels, fewFilters) = (4, 2)

  /// The weights `[K, C, kh, kw]` as `[groups, ⌈K / 8⌉, C·kh·kw, 8]`; filters beyond are zero.
  private static func grouped(_ weights: Tensor, groups: Int) -> Tensor {
    let (filters, depth) = (weights.shape[0] / groups, weights.shape.count(1..<weights.shape.rank))
    let shape = Shape(groups, (filters + group - 1) / group, depth, group)
    return Tensor(nil, shape) { (target: UnsafeMutableBufferPointer<Float>) in
      guard let source = weights.floats.baseAddress, let start = target.baseAddress else { return }
      for part in 0..<groups {
        var matrix = mw_matrix(
          at: source + part * filters * depth, row: Int64(depth), column: 1)
        mw_pack_rows(&matrix, Int64(filters), Int64(depth), 1, start + part * shape.count(1..<4))
      }
    }
  }
}

extension Convolution: BandedOperator {
  func banding(_ inputs: Inputs<Fact>, _ output: Fact) -> Banding? {
    guard let x = inputs[0]?.shape, let weights = inputs[1] else { return nil }
    let w = weights.shape
    let window = proved { try self.window(x, w) }
    var pictures = [
      Banding.Picture(
        position: 0, rows: .window(window.y), columns: .window(window.x), mayBeScattered: true)
    ]
    if inputs[3] != nil {
      pictures.append(Banding.Picture(position: 3, rows: .same, columns: .same))
    }
    let (channels, filters) = (w[1], (w[0] / groups + Self.group - 1) / Self.group * Self.group)
    let depth = w.count(1..<w.rank)
    switch way(window, weights) {
    case .tiles:
      let blocking = Winograd.Blocking(weights: w, tiles: output.shape.tiles)
      pictures[0].mayBeDoubled = [window.y, window.x].allSatisfy {
        $0.before == 1 && $0.after == 1 && $0.output % 4 == 0
      }
      return Banding(
        pictures: pictures, step: 4, weightBytes: 36 * channels * filters * 4
      ) { _ in blocking.scratchBytes(filters: filters) }
    case .product:
      let lanes = Self.positions(depth: depth, filters: w[0] / groups)
      return Banding(pictures: pictures, weightBytes: depth * w[0] * 4) { _ in
        lanes * (depth + filters) * 4
      }
    case .channelByChannel:
      // Its kernel for whole registers wants whole rows.
      return Banding(pictures: pictures, shared: .rows, weightBytes: depth * w[0] * 4) {
        window.slidingScratch(columns: $0)
      }
    }
  }

  /// The positions of a product that are taken together.
  ///
  /// A sum for each of 48 fits into the registers; of a few filters, for each of 96. Weights beyond
  /// the second cache are read once for every block of positions: then blocks are longer.
  private static func positions(depth: Int, filters: Int) -> Int {
    if filters <= fewFilters { return 96 }
    return depth * filters * 4 > 1 << 20 ? 192 : 48
  }

  func bandStep(_ io: BandBindings) -> BandStep {
    guard let x = io.facts[0]?.shape, let w = io.facts[1] else {
      preconditionFailure("the shape rule requires both")
    }
    let window = proved { try self.window(x, w.shape) }
    let way = way(window, w)
    let filters = w.shape[0] / groups
    var convolution = mw_convolution(
      window: window.kernel, channels: Int64(w.shape[1]), filters: Int64(filters),
      f: mw_unary(rawValue: activation.function.rawValue), alpha: activation.alpha,
      beta: activation.beta, lanes: 0, depth: 0)
    if way == .tiles {
      let blocking = Winograd.Blocking(weights: w.shape, tiles: io.output.shape.tiles)
      (convolution.lanes, convolution.depth) = (Int64(blocking.lanes), Int64(blocking.depth))
    } else {
      let depth = w.shape.count(1..<w.shape.rank)
      convolution.lanes = Int64(Self.positions(depth: depth, filters: filters))
    }
    let (source, residual, target) = (io.picture(0), io.sources[3], io.target)
    let weights = ConvolutionWeights(of: self, w, for: way, dynamic: io.floats(1))
    let operands = mw_operands(
      x: source.address, sources: Int64(source.count), residual: residual?.address,
      y: target.address, weights: weights.address, bias: io.floats(2),
      scratch: io.scratch.assumingMemoryBound(to: Float.self))
    let (kernels, form) = (io.kernels, convolution)
    let run =
      switch way {
      case .tiles: kernels.tiles_f32
      case .product: kernels.convolve_f32
      case .channelByChannel: kernels.depthwise_f32
      }
    return BandStep { band in
      withExtendedLifetime((source, residual, target)) {
        weights.refresh()
        withUnsafePointer(to: form) { convolution in
          withUnsafePointer(to: operands) { operands in
            withUnsafePointer(to: band) { run?(convolution, operands, $0) }
          }
        }
      }
    }
  }
}
