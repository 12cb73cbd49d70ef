import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("views look at the elements that moving them would bring together")
struct ViewTests {
  /// A view and, beside it, the elements that it should see, moved for real.
  private struct Followed {
    var view: View
    var moved: Tensor

    init(_ shape: Shape) {
      view = View(shape)
      moved = Tensor((0..<shape.count).map(Int64.init), shape)
    }

    mutating func permute(_ order: [Int]) throws {
      view = view.permuted(order)
      let transpose = Rearrangement(kind: .transpose(order))
      moved = try transpose.evaluate(Inputs<Tensor>([moved]))[0]
    }

    var isRight: Bool { view.offsets == moved.integers && view.extents == moved.shape.extents }
  }

  @Test("whatever is done to the axes", arguments: 0..<200)
  func followed(_ seed: Int) throws {
    var random = Randomness(seed)
    var followed = Followed(Shape(random.pick([2, 4]), random.pick([1, 3]), random.pick([6, 8])))
    for _ in 0..<6 {
      switch random.integer(0...3) {
      case 0:
        try followed.permute(Array(0..<followed.view.rank).shuffled(using: &random))
      case 1:
        // Any extents of the same count, where one stride per axis does.
        let factors = [2, 3, 4].filter { followed.view.count % $0 == 0 }
        let factor = factors.isEmpty ? 1 : random.pick(factors)
        let target = random.pick([
          [followed.view.count], [factor, followed.view.count / factor],
          [followed.view.count / factor, 1, factor],
        ])
        guard let reshaped = followed.view.reshaped(to: target) else { continue }
        followed.view = reshaped
        followed.moved = followed.moved.reshaped(to: Shape(target))
      case 2 where followed.view.rank > 1:
        let axis = random.integer(0...followed.view.rank - 1)
        let entry = random.integer(0...followed.view.extents[axis] - 1)
        let gathering = Gathering(axis: axis)
        let index = Tensor([Int64(entry)], Shape())
        followed.moved = try gathering.evaluate(Inputs<Tensor>([followed.moved, index]))[0]
        followed.view = followed.view.selecting(entry, of: axis)
      default: continue
      }
      #expect(followed.isRight, "seed \(seed)")
    }
  }

  @Test("a dense tensor takes any shape of its count")
  func reshapes() {
    let view = View(Shape(2, 3, 4))
    #expect(view.reshaped(to: [24])?.isDense == true)
    #expect(view.reshaped(to: [4, 1, 6])?.strides == [6, 0, 1])
    #expect(view.reshaped(to: [5, 5]) == nil)
  }

  @Test("transposed axes join only where their elements still follow each other")
  func joins() {
    let view = View(Shape(2, 3, 4)).permuted([0, 2, 1])
    #expect(view.reshaped(to: [2, 12]) == nil)
    #expect(view.reshaped(to: [2, 2, 2, 3])?.strides == [12, 2, 1, 4])
  }

  @Test("a view covers what it sees whole and once")
  func covers() {
    let view = View(Shape(2, 3, 4)).permuted([2, 0, 1])
    #expect(view.covers(24))
    #expect(!view.selecting(0, of: 1).covers(24))
    #expect(!View([2, 12], [0, 1]).covers(24))
    #expect(!view.slicing(0, from: 1, count: 3).covers(18))
  }
}
