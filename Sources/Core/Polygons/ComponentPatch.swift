public import Grids

/// One component cut out with a margin of a pixel: what its contour is drawn from.
///
/// Coordinates inside a patch count from its own corner, so everything computed from it is the
/// same wherever the component was found and whatever lay around it.
public struct ComponentPatch: Sendable {
  /// The patch on the lattice: the component's bounds and one pixel around them.
  public let window: PixelWindow
  /// The value per pixel, row-major; nodata counts as 0.
  public let values: [UInt8]
  /// Whose the pixel is, row-major.
  public let owners: [Owner]

  /// Whose a pixel of a patch is.
  public enum Owner: UInt8, Sendable {
    /// Below the threshold, or nodata: the contour runs where the value would cross the threshold.
    case nobody
    /// The component's own.
    case component
    /// Another component's: the contour runs half way between.
    case neighbour
  }

  /// Cuts a component out of a window of values.
  ///
  /// - Parameters:
  ///   - component: Lies inside `window` without reaching its edge.
  ///   - values: One byte per pixel of `window`, row-major.
  ///   - window: Where the values lie on the lattice.
  ///   - range: The values that belong to components; larger ones are nodata.
  /// - Complexity: O(pixels of the patch).
  public init(
    of component: Component, values: [UInt8], in window: PixelWindow,
    where range: ClosedRange<UInt8>
  ) {
    let patch = component.bounds.outset(by: 1)
    precondition(window.contains(patch) && values.count == window.area)
    var own = [UInt8](repeating: 0, count: patch.area)
    var owners = [Owner](repeating: .nobody, count: patch.area)
    for y in 0..<patch.height {
      let source = (patch.y + y - window.y) * window.width + patch.x - window.x
      for x in 0..<patch.width {
        let value = values[source + x]
        guard value <= range.upperBound else { continue }
        own[y * patch.width + x] = value
        if value >= range.lowerBound { owners[y * patch.width + x] = .neighbour }
      }
    }
    for run in component.runs {
      let start = (run.y - patch.y) * patch.width + run.x - patch.x
      for index in start..<start + run.count { owners[index] = .component }
    }
    self.window = patch
    self.values = own
    self.owners = owners
  }
}
