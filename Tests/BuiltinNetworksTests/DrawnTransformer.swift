import Tensors
import Testing

@testable import BuiltinNetworks

/// A small network of SegFormer's kind, written out the way one exporter or another does.
struct DrawnTransformer: CustomTestStringConvertible, Sendable {
  /// How queries, keys and values are made.
  enum Heads: Sendable { case apart, together }

  var opset: Int
  var heads = Heads.apart
  /// Whether scores are divided by a number instead of multiplied.
  var divides = false
  var halfFirst = false

  static let all = [
    DrawnTransformer(opset: 17), DrawnTransformer(opset: 12, divides: true),
    DrawnTransformer(opset: 13, heads: .together), DrawnTransformer(opset: 16, halfFirst: true),
    DrawnTransformer(opset: 18, heads: .together, divides: true),
    DrawnTransformer(opset: 18, halfFirst: true),
  ]

  var testDescription: String {
    "opset \(opset), heads \(heads)\(divides ? ", divided" : "")\(halfFirst ? ", ½ first" : "")"
  }

  /// Products with weights: queries, keys and values, and four more.
  var productCount: Int { heads == .together ? 6 : 7 }

  func builder() -> ModelBuilder {
    var drawing = Drawing(self)
    drawing.network()
    return drawing.builder.output("y")
  }
}

/// The network under construction.
private struct Drawing {
  let form: DrawnTransformer
  var builder: ModelBuilder
  var random = Randomness(11)

  init(_ form: DrawnTransformer) {
    (self.form, builder) = (form, ModelBuilder(opset: form.opset))
  }

  mutating func network() {
    conv("image", "patches", 8, 3, side: 4, stride: 4)
    toTokens("patches", "tokens", 8)
    normalize("tokens", "n1")
    attention("n1", "mixed")
    add("Add", ["tokens", "mixed"], "t1")
    normalize("t1", "n2")
    linear("n2", "wide", 8, 32)
    toPlanes("wide", "wideplanes", 32)
    conv("wideplanes", "near", 32, 1, side: 3, stride: 1, groups: 32, pad: 1)
    toTokens("near", "neartokens", 32)
    gelu("neartokens", "active")
    linear("active", "narrow", 32, 8)
    add("Add", ["narrow", "t1"], "t2")
    linear("t2", "level", 8, 16)
    toPlanes("level", "levelplanes", 16)
    conv("image", "skip", 16, 3, side: 2, stride: 2)
    number("twice", [1, 1, 2, 2])
    let none = none()
    add(
      "Resize", ["levelplanes", none, "twice"], "large",
      ["mode": "linear", "coordinate_transformation_mode": "half_pixel"])
    add("Concat", ["large", "skip"], "joined", ["axis": 1])
    conv("joined", "fused", 2, 32, side: 1, stride: 1)
    add("Relu", ["fused"], "clamped")
    add("Resize", ["clamped", none, "twice"], "y", ["mode": "nearest"])
  }

  private mutating func add(
    _ type: String, _ inputs: [String], _ output: String, _ attributes: [String: Any] = [:]
  ) {
    builder = builder.node(type, inputs, [output], attributes)
  }

  private mutating func number(_ name: String, _ values: [Float]) {
    let shape = values.count == 1 ? Shape() : Shape(values.count)
    builder = builder.weight(name, Tensor(values, shape))
  }

  /// An input that is left out: an empty list in old operator sets.
  private mutating func none() -> String {
    guard form.opset < 13 else { return "" }
    builder = builder.weight("none", Tensor([Float](), Shape(0)))
    return "none"
  }

  private mutating func weights(_ name: String, _ extents: [Int]) {
    builder = builder.weight(name, random.tensor(extents, -0.4...0.4))
  }

  private mutating func conv(
    _ x: String, _ y: String, _ filters: Int, _ channels: Int, side: Int, stride: Int,
    groups: Int = 1, pad: Int = 0
  ) {
    weights("\(y).w", [filters, channels, side, side])
    weights("\(y).b", [filters])
    add(
      "Conv", [x, "\(y).w", "\(y).b"], y,
      [
        "strides": [stride, stride], "group": groups, "pads": [pad, pad, pad, pad],
        "kernel_shape": [side, side],
      ])
  }

  private mutating func toTokens(_ x: String, _ y: String, _ channels: Int) {
    builder = builder.weight("\(y).shape", .list([0, channels, -1]))
    add("Reshape", [x, "\(y).shape"], "\(y).flat")
    add("Transpose", ["\(y).flat"], y, ["perm": [0, 2, 1]])
  }

  /// To planes of the size of the patches.
  private mutating func toPlanes(_ x: String, _ y: String, _ channels: Int) {
    add("Shape", ["patches"], "\(y).size")
    builder = builder.weight("\(y).two", .list([2])).weight("\(y).four", .list([4]))
      .weight("\(y).c", .list([-1, channels])).weight("\(y).zero", .list([0]))
    add("Slice", ["\(y).size", "\(y).two", "\(y).four", "\(y).zero"], "\(y).sides")
    add("Concat", ["\(y).c", "\(y).sides"], "\(y).shape", ["axis": 0])
    add("Transpose", [x], "\(y).turned", ["perm": [0, 2, 1]])
    add("Reshape", ["\(y).turned", "\(y).shape"], y)
  }

  private mutating func linear(_ x: String, _ y: String, _ channels: Int, _ width: Int) {
    weights("\(y).w", [channels, width])
    weights("\(y).b", [width])
    add("MatMul", [x, "\(y).w"], "\(y).product")
    add("Add", form.divides ? ["\(y).b", "\(y).product"] : ["\(y).product", "\(y).b"], y)
  }

  private mutating func normalize(_ x: String, _ y: String) {
    builder = builder.weight("\(y).g", random.tensor([8], 0.5...1.5))
    weights("\(y).b", [8])
    guard form.opset < 17 else {
      add(
        "LayerNormalization", [x, "\(y).g", "\(y).b"], y, ["axis": -1, "epsilon": Float(1e-5)])
      return
    }
    number("\(y).two", [2])
    number("\(y).e", [1e-5])
    add("ReduceMean", [x], "\(y).mean", ["axes": [-1]])
    add("Sub", [x, "\(y).mean"], "\(y).d")
    add("Pow", ["\(y).d", "\(y).two"], "\(y).squares")
    add("ReduceMean", ["\(y).squares"], "\(y).variance", ["axes": [-1]])
    add("Add", ["\(y).variance", "\(y).e"], "\(y).sum")
    add("Sqrt", ["\(y).sum"], "\(y).root")
    add("Div", ["\(y).d", "\(y).root"], "\(y).unit")
    add("Mul", ["\(y).unit", "\(y).g"], "\(y).scaled")
    add("Add", ["\(y).scaled", "\(y).b"], y)
  }

  private mutating func gelu(_ x: String, _ y: String) {
    number("\(y).root", [1.41421356])
    number("\(y).one", [1])
    number("\(y).half", [0.5])
    add("Div", [x, "\(y).root"], "\(y).over")
    add("Erf", ["\(y).over"], "\(y).erf")
    add("Add", ["\(y).erf", "\(y).one"], "\(y).gate")
    if form.halfFirst {
      add("Mul", [x, "\(y).half"], "\(y).x")
      add("Mul", ["\(y).x", "\(y).gate"], y)
    } else {
      add("Mul", [x, "\(y).gate"], "\(y).x")
      add("Mul", ["\(y).x", "\(y).half"], y)
    }
  }

  /// Two heads of four channels.
  private mutating func attention(_ x: String, _ y: String) {
    linear(x, "q", 8, 8)
    split("q", "queries")
    switch form.heads {
    case .apart:
      linear(x, "k", 8, 8)
      linear(x, "v", 8, 8)
      split("k", "keys")
      split("v", "values")
    case .together:
      linear(x, "kv", 8, 16)
      builder = builder.weight("kv.shape", .list([0, -1, 2, 2, 4]))
        .weight("first", Tensor([Int64(0)], Shape())).weight("second", Tensor([Int64(1)], Shape()))
      add("Reshape", ["kv", "kv.shape"], "kv.heads")
      add("Transpose", ["kv.heads"], "kv.turned", ["perm": [2, 0, 3, 1, 4]])
      add("Gather", ["kv.turned", "first"], "keys", ["axis": 0])
      add("Gather", ["kv.turned", "second"], "values", ["axis": 0])
    }
    add("Transpose", ["keys"], "columns", ["perm": [0, 1, 3, 2]])
    add("MatMul", ["queries", "columns"], "products")
    number("scale", [form.divides ? 2 : 0.5])
    add(form.divides ? "Div" : "Mul", ["products", "scale"], "scores")
    add("Softmax", ["scores"], "shares", ["axis": form.opset < 13 ? 3 : -1])
    add("MatMul", ["shares", "values"], "heads")
    builder = builder.weight("joined.shape", .list([0, -1, 8]))
    add("Transpose", ["heads"], "heads.turned", ["perm": [0, 2, 1, 3]])
    add("Reshape", ["heads.turned", "joined.shape"], "heads.joined")
    linear("heads.joined", y, 8, 8)
  }

  private mutating func split(_ x: String, _ y: String) {
    builder = builder.weight("\(y).shape", .list([0, -1, 2, 4]))
    add("Reshape", [x, "\(y).shape"], "\(y).split")
    add("Transpose", ["\(y).split"], y, ["perm": [0, 2, 1, 3]])
  }
}
