/// How much memory is taken for parts of pictures, which are of other sizes from chip to chip.
public enum PixelMemory {
  /// The values to make room for where so many are held.
  ///
  /// Rounded up, so that what one part has given back fits the next. Gaps that fit nothing would add up, and
  /// what is not used is never touched.
  public static func room<Value>(for count: Int, of type: Value.Type) -> Int {
    let unit = (4 << 20) / MemoryLayout<Value>.stride
    return count < unit / 4 ? count : (count + unit - 1) / unit * unit
  }
}
