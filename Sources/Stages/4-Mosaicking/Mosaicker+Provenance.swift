import Checksums
import GeoFiles
import Grids

extension Mosaicker {
  /// Writes which scene shows each pixel, in numbers of 16 bits, and its smaller copies, and tells the hash
  /// of each.
  ///
  /// The two bytes of a number go through pyramids of their own: a smaller copy takes one pixel of four, and
  /// both bytes are of that pixel.
  func writeProvenance(
    of window: PixelWindow, from parts: [MosaicPart], to path: String, step: () -> Void
  ) throws(MosaickingError) -> [ContentHash] {
    let description = describe(.provenance, of: window)
    let file: GeoTIFFWriter
    do { file = try GeoTIFFWriter(creating: path, description) } catch { throw .file(error) }
    let rule = MosaicLayer.provenance.overviewRule
    var low = Pyramid(size: window.size, levelCount: description.overviewCount, rule: rule)
    var high = Pyramid(size: window.size, levelCount: description.overviewCount, rule: rule)
    let hashes = low.sizes.map { _ in RunningHash() }
    let lowReader = PartReader(parts: parts, layers: layers, layer: .provenance)
    let highReader = PartReader(parts: parts, layers: layers, layer: .provenance, byte: 1)
    for strip in Strip.windows(of: window.size) {
      step()
      let place = strip.translated(byX: window.x, y: window.y)
      try lowReader.read(place, into: low.next)
      try highReader.read(place, into: high.next)
      for (first, second) in zip(low.push(), high.push()) {
        var bytes = [UInt8](repeating: 0, count: 2 * first.pixels.count)
        for place in 0..<first.pixels.count {
          // As `UInt16` lies in memory here and in the file: the smaller byte first.
          (bytes[2 * place], bytes[2 * place + 1]) = (first.pixels[place], second.pixels[place])
        }
        bytes.withUnsafeBufferPointer { hashes[first.level].update($0) }
        let copy = first.level == 0 ? nil : first.level - 1
        do { try file.write(bytes, in: first.window, band: 1, overview: copy) } catch {
          throw .file(error)
        }
      }
    }
    do { try file.close() } catch { throw .file(error) }
    return hashes.map { $0.finish() }
  }
}
