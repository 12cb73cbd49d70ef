import Glibc

/// Memory that is given back when nobody holds it any more.
final class WorkingMemory {
  /// Where it begins, on a multiple of 64 bytes.
  let address: UnsafeMutableRawPointer
  /// How much there is.
  let bytes: Int

  /// Takes memory; what stands in it is not defined.
  init(bytes: Int) {
    self.bytes = bytes
    address = .allocateInLargePages(bytes)
  }

  deinit { address.deallocate() }
}

extension UnsafeMutableRawPointer {
  /// The size of a large page of memory, in bytes.
  private static var largePage: Int { 2 << 20 }

  /// Takes memory, aligned to 64 bytes, in large pages where it fills some and the system has them.
  ///
  /// A convolution reads a few rows of every channel: with small pages each row of each channel is
  /// another page, more than the processor keeps addresses of; and it fetches ahead to the end of a
  /// page only, so that weights come late. Deep layers gain a tenth or more.
  static func allocateInLargePages(_ bytes: Int) -> UnsafeMutableRawPointer {
    guard bytes >= 2 * largePage else { return allocate(byteCount: max(bytes, 1), alignment: 64) }
    let pages = (bytes + largePage - 1) / largePage * largePage
    let memory = allocate(byteCount: pages, alignment: largePage)
    // Advice: where it is not taken, small pages do.
    _ = madvise(memory, pages, MADV_HUGEPAGE)
    return memory
  }
}
