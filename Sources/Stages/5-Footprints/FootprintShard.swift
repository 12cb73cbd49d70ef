public import Grids
import Polygons

/// A part of the lattice whose footprints are traced in one go.
///
/// A footprint belongs to the shard whose core holds its canonical pixel, so it comes out once; and
/// it is drawn from all of its pixels, however far they reach, so it comes out whole. Where a
/// component runs into the edge of what was read, a larger window is read around it, twice as
/// wide each time. What comes out is the same for all cuts of the lattice into shards.
public struct FootprintShard: Sendable {
  /// The pixels in which the shard's footprints begin, on the lattice.
  public let core: PixelWindow
  /// What is read around the core to begin with, in pixels per side.
  public let halo: Int

  /// Makes a shard.
  ///
  /// - Parameters:
  ///   - core: On the run's lattice; cores of all shards tile the region.
  ///   - halo: About the size of a large building; changes the speed, never the result.
  public init(core: PixelWindow, halo: Int) {
    self.core = core
    self.halo = max(1, halo)
  }

  /// Traces the shard's footprints, in the order of their canonical pixels.
  ///
  /// - Parameters:
  ///   - layers: Where probabilities come from.
  ///   - tracer: Draws and measures outlines.
  ///   - step: Called for every object that is looked at.
  /// - Throws: What a layer or the tracer's measuring throws.
  public func footprints(
    from layers: FootprintLayers, tracer: FootprintTracer, step: () -> Void = {}
  ) throws -> [Footprint] {
    let region = try layers.region?.bytes(in: core)
    return try objects(in: layers, tracer: tracer, step: step).compactMap { object in
      step()
      let first = object.component.canonicalPixel
      if let region {
        let index = (first.y - core.y) * core.width + first.x - core.x
        guard region[index] != 0 else { return nil }
      }
      return try tracer.footprint(of: object.component, patch: object.patch())
    }
  }

  /// The components, or the objects parted in them, that begin in the core, in order.
  private func objects(
    in layers: FootprintLayers, tracer: FootprintTracer, step: () -> Void
  ) throws -> [TracedObject] {
    let view = try LayerView(layers, window: core.outset(by: halo), range: tracer.range)
    var objects: [TracedObject] = []
    var grown: [Component] = []
    for component in view.components where mayBegin(component, layers: layers) {
      step()
      let place = component.canonicalPixel
      guard !grown.contains(where: { $0.contains(x: place.x, y: place.y) }) else { continue }
      let object = try whole(component, in: view, layers: layers)
      if object.component != component { grown.append(object.component) }
      guard mayBegin(object.component, layers: layers) else { continue }
      objects += object.parted().filter {
        core.contains(x: $0.component.canonicalPixel.x, y: $0.component.canonicalPixel.y)
      }
    }
    return objects.sorted { $0.component.canonicalPixel < $1.component.canonicalPixel }
  }

  /// Whether an object that begins in the core may be part of a component, of which perhaps only a
  /// piece is seen.
  private func mayBegin(_ component: Component, layers: FootprintLayers) -> Bool {
    guard component.intersects(core) else { return false }
    // A component that begins above the core belongs to another shard, unless it is parted.
    return layers.contact != nil || component.canonicalPixel.y >= core.y
  }

  /// The whole of a component of which a piece is seen, or enough of it to know that it begins
  /// elsewhere.
  private func whole(
    _ piece: Component, in view: LayerView, layers: FootprintLayers
  ) throws -> TracedObject {
    var component = piece
    var view = view
    var margin = halo
    while component.reachesEdge(of: view.window), mayBegin(component, layers: layers) {
      margin *= 2
      view = try LayerView(
        layers, window: component.bounds.outset(by: margin), range: view.range)
      let place = component.canonicalPixel
      component = view.components.first { $0.contains(x: place.x, y: place.y) } ?? component
    }
    return TracedObject(component: component, view: view)
  }
}
