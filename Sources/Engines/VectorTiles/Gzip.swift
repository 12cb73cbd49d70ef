import CZlib

/// Bytes as gzip packs them: without a time or a name, so that equal bytes stay equal.
///
/// Source: RFC 1952.
enum Gzip {
  /// Packs bytes.
  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let gzipWindow: Int32 = 15 + 16
    precondition(mw_deflate_start(&stream, 6, gzipWindow) == Z_OK, "zlib has no memory")
    defer { deflateEnd(&stream) }
    var input = bytes
    // zlib adds the header to its bound only where one was set.
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 32)
    let status = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    precondition(status == Z_STREAM_END, "the bound is always enough")
    return Array(output[..<Int(stream.total_out)])
  }
}
