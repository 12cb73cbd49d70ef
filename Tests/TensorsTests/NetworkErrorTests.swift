import Tensors
import Testing

@Suite struct `The words of network errors` {
  @Test func `a file that is no model`() {
    #expect(
      "\(NetworkError.cannotRead(path: "a.onnx", reason: "no such file"))" == """
        cannot read model 'a.onnx'
          no such file
          models are ONNX files: export with opset 11 or later, weights inside the file
        """)
  }

  @Test func `operators that are not claimed`() {
    let error = NetworkError.unsupported(
      path: "a.onnx", findings: ["LSTM (node 'lstm_1')", "Loop (node 'loop')"])
    #expect(
      "\(error)" == """
        cannot run model 'a.onnx' with the built-in engine
          not supported: LSTM (node 'lstm_1'); Loop (node 'loop')
          `mapwright inspect a.onnx` lists its operators; simplify or re-export the model
        """)
  }

  @Test func `a graph that contradicts itself`() {
    #expect(
      "\(NetworkError.cannotCompile(path: "a.onnx", reason: "shapes differ"))" == """
        cannot prepare model 'a.onnx'
          shapes differ
          check the file with `onnx.checker.check_model`, then export it again
        """)
  }

  @Test func `a weight that is no number`() {
    let error = NetworkError.notFinite(
      path: "a.onnx", weight: "conv1.weight", reason: "NaN at place 7 of 864")
    #expect(
      "\(error)" == """
        cannot run model 'a.onnx'
          weight 'conv1.weight' holds NaN at place 7 of 864
          train or convert the model again; half floats, for one, overflow beyond 65504
        """)
  }

  @Test func `an input of the wrong shape`() {
    #expect(
      "\(NetworkError.cannotTake(shape: Shape(1, 3, 7, 7), reason: "sides are odd"))" == """
        the model cannot take an input of shape [1, 3, 7, 7]
          sides are odd
          set `chip_px` to a size that the model takes
        """)
  }

  @Test func `shapes count their elements`() {
    #expect(Shape().count == 1 && Shape(2, 3, 4).count == 24 && Shape(2, 0).count == 0)
    #expect(TensorDescription(name: "x", extents: [nil, 3]).description == "x [any, 3]")
  }
}
