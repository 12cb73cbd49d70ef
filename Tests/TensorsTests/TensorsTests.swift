import Tensors
import Testing

@Suite("shapes and what is said of networks")
struct TensorsTests {
  @Test("a shape counts its elements; a scalar has one")
  func count() {
    #expect(Shape(2, 3, 4).count == 24)
    #expect(Shape([]).count == 1)
    #expect(Shape(2, 0, 4).count == 0)
  }

  @Test("free extents are called any")
  func description() {
    let tensor = TensorDescription(name: "image", extents: [nil, 3, 512, nil])
    #expect(tensor.description == "image [any, 3, 512, any]")
  }

  @Test("errors say what, why and what next")
  func words() {
    #expect(
      NetworkError.cannotCompile(path: "a.onnx", reason: "relu_0: type int64").description == """
        cannot prepare model 'a.onnx'
          relu_0: type int64
          check the file with `onnx.checker.check_model`, then export it again
        """)
  }
}
