extension Tensor {
  /// The elements of a float tensor, copied: for tensors that go before their elements are used.
  var copiedFloats: [Float] { withExtendedLifetime(self) { Array(floats) } }
}
