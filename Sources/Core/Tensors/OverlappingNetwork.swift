/// A network that computes while its caller prepares the next picture and reads the last map.
///
/// Pictures are under way in numbered slots, each of which is begun, finished, and begun again. There
/// is a slot more than pictures are computed at once, so that nobody has to wait for the caller. `run`
/// uses all of them, and is called when nothing is under way.
public protocol OverlappingNetwork: Network {
  /// How many pictures may be under way at once.
  var slots: Int { get }

  /// Begins to compute a picture.
  ///
  /// - Parameters:
  ///   - slot: From 0 to `slots - 1`; nothing may be under way in it.
  ///   - input: `shape.count` values, row-major, which have to stay until the slot is finished.
  ///   - shape: The picture's extents, `[N, C, H, W]`, N being 1 or what the model insists on.
  ///   - output: Receives `outputShape(for: shape).count` values, which are whole when the slot is
  ///     finished.
  func begin(
    _ slot: Int, _ input: UnsafePointer<Float>, shape: Shape,
    into output: UnsafeMutablePointer<Float>
  ) throws(NetworkError)

  /// Waits until the picture in a slot is computed; does nothing where none is under way.
  func finish(_ slot: Int) throws(NetworkError)
}
