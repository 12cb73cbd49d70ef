import Tensors

/// A tensor whose values are known: a weight, a folded constant, or a value of the reference.
///
/// Values are written once, by the closure given to the initialiser, and shared from then on.
struct Tensor: Sendable {
  let type: ElementType
  let shape: Shape
  private let storage: Storage

  /// Makes a tensor of zeros and lets `fill` write its elements.
  ///
  /// - Precondition: `Value` is the Swift type of `type` (`UInt8` for bool).
  init<Value: Element, Failure: Error>(
    _ type: ElementType? = nil, _ shape: Shape,
    fill: (UnsafeMutableBufferPointer<Value>) throws(Failure) -> Void
  ) throws(Failure) {
    self.type = type ?? Value.type
    self.shape = shape
    precondition(MemoryLayout<Value>.size == self.type.size, "elements of another size")
    storage = Storage(bytes: shape.count * self.type.size)
    try fill(
      UnsafeMutableBufferPointer(
        start: storage.pointer.assumingMemoryBound(to: Value.self), count: shape.count))
  }

  /// Makes a tensor from an array of its elements.
  init<Value: Element>(_ values: [Value], _ shape: Shape, type: ElementType? = nil) {
    precondition(values.count == shape.count, "\(values.count) values for \(shape)")
    self.init(type, shape) { (buffer: UnsafeMutableBufferPointer<Value>) in
      _ = buffer.update(from: values)
    }
  }

  /// Makes a tensor of any type from its bytes.
  init(_ type: ElementType, _ shape: Shape, bytes fill: (UnsafeMutableRawBufferPointer) -> Void) {
    self.type = type
    self.shape = shape
    storage = Storage(bytes: shape.count * type.size)
    fill(UnsafeMutableRawBufferPointer(start: storage.pointer, count: storage.bytes))
  }

  /// The same values under another shape of the same count.
  func reshaped(to shape: Shape) -> Tensor {
    precondition(shape.count == self.shape.count)
    return Tensor(type: type, shape: shape, storage: storage)
  }

  private init(type: ElementType, shape: Shape, storage: Storage) {
    (self.type, self.shape, self.storage) = (type, shape, storage)
  }

  /// The address of the first element, aligned to 64 bytes; lives as long as the tensor.
  var address: UnsafeMutableRawPointer { storage.pointer }

  /// The elements, read as a Swift type of the same size.
  func values<Value: Element>(as _: Value.Type = Value.self) -> UnsafeBufferPointer<Value> {
    precondition(MemoryLayout<Value>.size == type.size, "elements of another size")
    return UnsafeBufferPointer(
      start: UnsafePointer(storage.pointer.assumingMemoryBound(to: Value.self)), count: shape.count)
  }

  /// The elements as floats; the tensor must be float32.
  var floats: UnsafeBufferPointer<Float> { values() }

  /// The elements of an integer or bool tensor, widened.
  var integers: [Int] {
    switch type {
    case .int64: values(as: Int64.self).map(Int.init)
    case .int32: values(as: Int32.self).map(Int.init)
    case .int8: values(as: Int8.self).map(Int.init)
    case .uint8, .bool: values(as: UInt8.self).map(Int.init)
    case .float32: []
    }
  }
}

/// Raw memory that is freed when its last tensor goes.
///
/// Written only while a tensor is made.
private final class Storage: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  let bytes: Int

  init(bytes: Int) {
    self.bytes = bytes
    pointer = .allocateInLargePages(bytes)
    pointer.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
  }

  deinit { pointer.deallocate() }
}
