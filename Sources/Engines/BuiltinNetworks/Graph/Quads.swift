import CKernels
import Tensors

/// The extents of a value `[N, C, H, W]` that stands as bytes of four channels interleaved.
struct Quads {
  var pictures: Int
  var channels: Int
  var height: Int
  var width: Int

  init(_ shape: Shape) {
    precondition(shape.rank == 4, "bytes stand in planes")
    (pictures, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
  }

  /// Groups of four channels.
  var count: Int { (channels + 3) / 4 }
  /// From one row to the next, in bytes.
  var pitch: Int { Int(mw_byte_pitch(Int64(width))) }
  /// From one group of channels to the next, in bytes.
  var plane: Int { Int(mw_byte_plane(Int64(height), Int64(width))) }
  /// From one picture to the next, in bytes.
  var picture: Int { count * plane }
  /// The space it takes, with what kernels may read beyond its end, in bytes.
  var bytes: Int { pictures * picture + Int(MW_BYTE_SLACK) }
}
