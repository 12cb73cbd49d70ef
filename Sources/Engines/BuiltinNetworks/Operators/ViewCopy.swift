import Tensors

/// The elements that a view sees, one after another.
struct ViewCopy: Operator {
  var view: View

  var reuse: Reuse { view.isDense ? .view : .none }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    [Fact(try inputs.required(0).type, Shape(view.extents))]
  }

  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    [try inputs.required(0).picking(view.offsets, Shape(view.extents))]
  }
}
