/// From dark blue over green to yellow, rising evenly in brightness.
///
/// Five colours of viridis (Smith and van der Walt 2015), linear between.
public enum ColorRamp {
  private static let stops: [[Double]] = [
    [68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37],
  ]

  /// Red, green, blue of a level from 0 to 255.
  public static func color(_ level: UInt8) -> [UInt8] {
    let place = Double(level) / 255 * Double(stops.count - 1)
    let stop = min(Int(place), stops.count - 2)
    let rest = place - Double(stop)
    return zip(stops[stop], stops[stop + 1]).map { UInt8(($0 + ($1 - $0) * rest).rounded()) }
  }
}
