import CKernels

extension Banding {
  /// Along which axis threads share a band.
  enum Axis: Sendable { case rows, columns }

  /// The part of a band that one of several threads computes; nil where none is left for it.
  ///
  /// Parts begin at multiples of ``step`` and, in columns, where the widest registers do as long as
  /// there are enough.
  func share(_ number: Int, of count: Int, in band: mw_band) -> mw_band? {
    let rows = Int(band.y1 - band.y0), columns = Int(band.x1 - band.x0)
    var part = band
    let goesByRows = rows >= count * step && (shared == .rows || columns < count * 16)
    if goesByRows {
      let (from, to) = Self.cut(rows, unit: step, number, of: count)
      (part.y0, part.y1) = (band.y0 + Int64(from), band.y0 + Int64(to))
    } else {
      let unit = columns >= count * 64 ? 64 : columns >= count * 16 ? 16 : step
      let (from, to) = Self.cut(columns, unit: unit, number, of: count)
      (part.x0, part.x1) = (band.x0 + Int64(from), band.x0 + Int64(to))
    }
    return part.y0 < part.y1 && part.x0 < part.x1 ? part : nil
  }

  private static func cut(_ length: Int, unit: Int, _ number: Int, of count: Int) -> (Int, Int) {
    let units = (length + unit - 1) / unit
    return (
      min(units * number / count * unit, length), min(units * (number + 1) / count * unit, length)
    )
  }
}
