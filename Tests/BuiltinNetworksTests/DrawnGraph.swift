import Tensors

@testable import BuiltinNetworks

/// A graph of random steps that move axes about, multiply, add, normalise and cut.
struct DrawnGraph {
  let shape: Shape
  private(set) var builder: ModelBuilder
  /// The steps, in words.
  private(set) var told = ""
  private var random: Randomness
  private var value = "image"
  private var extents: [Int]
  private var earlier: [(name: String, extents: [Int])] = []
  private var count = 0

  init(seed: Int) {
    random = Randomness(seed)
    shape = Shape(random.pick([1, 1, 2]), random.pick([2, 4, 6]), random.pick([3, 4]), 8)
    extents = shape.extents
    builder = ModelBuilder(input: shape.extents)
    for _ in 0..<random.integer(4...14) { step() }
    step(.relu)
    builder = builder.output(value, extents)
  }

  private enum Step: CaseIterable {
    case transpose, reshape, product, vector, number, earlier, relu, normalize, cut, softmax
  }

  private mutating func node(
    _ type: String, _ inputs: [String], _ extents: [Int], _ attributes: [String: Any] = [:]
  ) {
    count += 1
    let name = "v\(count)"
    builder = builder.node(type, inputs, [name], attributes)
    told += " \(type)\(extents)"
    earlier.append((value, self.extents))
    (value, self.extents) = (name, extents)
  }

  private mutating func weight(_ tensor: Tensor) -> String {
    count += 1
    builder = builder.weight("w\(count)", tensor)
    return "w\(count)"
  }

  private mutating func step() { step(random.pick(Step.allCases)) }

  private mutating func step(_ step: Step) {
    let last = extents[extents.count - 1]
    switch step {
    case .transpose:
      let order = Array(extents.indices).shuffled(using: &random)
      node("Transpose", [value], order.map { extents[$0] }, ["perm": order])
    case .reshape:
      let count = extents.reduce(1, *)
      let divisor = random.pick([2, 3, 4, 8].filter { count % $0 == 0 } + [1])
      let target = random.pick([
        [count / divisor, divisor], [divisor, 1, count / divisor],
        Array(extents.dropLast(2)) + [extents.suffix(2).reduce(1, *)],
      ])
      node("Reshape", [value, weight(.list(target))], target)
    case .product where extents.count >= 2:
      let width = random.pick([1, 5, 8, 20])
      let w = weight(random.tensor([last, width], -0.5...0.5))
      node("MatMul", [value, w], extents.dropLast() + [width])
    case .vector:
      let v = weight(random.tensor([last]))
      let type = random.pick(["Add", "Mul", "Sub"])
      node(type, random.pick([[value, v], [v, value]]), extents)
    case .number:
      let v = weight(Tensor([Float(0.7)], Shape()))
      let type = random.pick(["Add", "Mul", "Div", "Sub"])
      node(type, [value, v], extents)
    case .earlier:
      let like = earlier.filter { $0.extents == extents }
      guard !like.isEmpty else { return }
      node("Add", [random.pick(like).name, value].shuffled(using: &random), extents)
    case .relu: node(random.pick(["Relu", "Sigmoid"]), [value], extents)
    case .normalize where last > 1:
      let (gamma, beta) = (weight(random.tensor([last])), weight(random.tensor([last])))
      node(
        "LayerNormalization", [value, gamma, beta], extents,
        ["axis": -1, "epsilon": Float(1e-3)])
    case .cut where last > 2:
      let ends = [[1], [last - 1], [extents.count - 1]].map { weight(.list($0)) }
      node("Slice", [value] + ends, extents.dropLast() + [last - 2])
    case .softmax: node("Softmax", [value], extents, ["axis": extents.count - 1])
    default: return
    }
  }
}
