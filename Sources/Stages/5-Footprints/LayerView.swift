import Grids
import Polygons

/// A window of the layers and the components in it.
struct LayerView {
  let window: PixelWindow
  let range: ClosedRange<UInt8>
  let values: [UInt8]
  /// Nil when the model does not tell contact.
  let contact: [UInt8]?
  let components: [Component]

  init(_ layers: FootprintLayers, window: PixelWindow, range: ClosedRange<UInt8>) throws {
    self.window = window
    self.range = range
    values = try layers.probability.bytes(in: window)
    contact = try layers.contact?.bytes(in: window)
    components = ComponentFinder.components(of: values, in: window, where: range)
  }

  /// The contact per pixel of a part of the window.
  func contact(in part: PixelWindow) -> [UInt8]? {
    guard let contact else { return nil }
    return (part.y..<part.maxY).flatMap { y in
      let start = (y - window.y) * window.width + part.x - window.x
      return contact[start..<start + part.width]
    }
  }
}

/// A component and where its pixels are.
struct TracedObject {
  let component: Component
  let view: LayerView

  func patch() -> ComponentPatch {
    ComponentPatch(of: component, values: view.values, in: view.window, where: view.range)
  }

  /// The objects in the component: itself, or those that its contact layer parts.
  func parted() -> [TracedObject] {
    let patch = patch()
    guard let contact = view.contact(in: patch.window) else { return [self] }
    return InstanceFlood.instances(of: component, patch: patch, contact: contact).map {
      TracedObject(component: $0, view: view)
    }
  }
}
