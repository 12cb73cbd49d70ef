public import Grids

/// Which sheets the map of a run consists of.
///
/// A map of up to 28,672 px a side is one sheet, as large as what scenes and region share. A larger one
/// is a grid of sheets whose edges lie on the lattice, at multiples of ``side(of:)``, so that sheets of
/// neighbouring runs line up. There is a sheet only where there is a picture, and it is no larger than
/// the smallest box around that: two towns far apart take the disk of two towns.
///
/// Nothing here depends on shards: another size of them gives the same files. The usual sizes divide a
/// sheet; others are cut by its edges, and read for both sides.
public struct MosaicLayout: Hashable, Sendable {
  /// The largest side of a sheet, in pixels.
  public static let largestSide = 28_672

  /// The pixels of the run on the lattice: where scenes and region meet.
  public let window: PixelWindow
  /// The sheets, row by row from the north-west.
  public let sheets: [MosaicSheet]
  /// The side of the squares that sheets lie in, in pixels; nil where there is one sheet.
  private let side: Int?

  /// Cuts a run's pixels into sheets.
  ///
  /// - Parameters:
  ///   - window: The pixels of the run.
  ///   - chips: How the plane is cut.
  ///   - pictures: What holds pictures, on the lattice.
  ///   - isWanted: Whether any pixel of a part of a picture may be in the region.
  /// - Complexity: O(pictures and the squares that each meets).
  public init(
    window: PixelWindow, chips: ChipLayout, pictures: [PixelWindow],
    isWanted: (PixelWindow) -> Bool = { _ in true }
  ) {
    self.init(
      window: window, side: Self.side(of: chips), largestSide: Self.largestSide,
      pictures: pictures, isWanted: isWanted)
  }

  init(
    window: PixelWindow, side: Int, largestSide: Int, pictures: [PixelWindow],
    isWanted: (PixelWindow) -> Bool = { _ in true }
  ) {
    self.window = window
    guard max(window.width, window.height) > largestSide else {
      self.side = nil
      sheets = window.isEmpty ? [] : [MosaicSheet(window: window, row: nil, column: nil)]
      return
    }
    self.side = side
    var boxes: [Square: PixelWindow] = [:]
    for picture in pictures {
      let shared = picture.intersection(window)
      for square in Square.all(of: side, meeting: shared) {
        let part = square.window(of: side).intersection(shared)
        if let known = boxes[square], known.contains(part) { continue }
        if isWanted(part) { boxes[square] = boxes[square]?.union(part) ?? part }
      }
    }
    let (left, top) = (floorDivide(window.x, side), floorDivide(window.y, side))
    sheets = boxes.sorted { $0.key < $1.key }.map { square, box in
      MosaicSheet(window: box, row: square.row - top, column: square.column - left)
    }
  }

  /// The side of the squares of the plane that sheets lie in: the greatest multiple of eight cores that
  /// is no larger than a sheet may be, so that shards of two, four and eight chips are not cut.
  public static func side(of chips: ChipLayout) -> Int {
    let unit = 8 * chips.core <= largestSide ? 8 * chips.core : chips.core
    return largestSide / unit * unit
  }

  /// The sheets that share a pixel with a part of the map, by their places in ``sheets``, in order.
  ///
  /// - Complexity: O(squares of the part · log sheets).
  public func numbers(meeting part: PixelWindow) -> [Int] {
    guard let side else {
      return sheets.indices.filter { sheets[$0].window.intersects(part) }
    }
    let (left, top) = (floorDivide(window.x, side), floorDivide(window.y, side))
    return Square.all(of: side, meeting: part.intersection(window)).compactMap { square in
      let (row, column) = (square.row - top, square.column - left)
      var (low, high) = (0, sheets.count)
      while low < high {
        let middle = (low + high) / 2
        let sheet = sheets[middle]
        if (sheet.row ?? 0, sheet.column ?? 0) < (row, column) {
          low = middle + 1
        } else {
          high = middle
        }
      }
      guard low < sheets.count, sheets[low].row == row, sheets[low].column == column,
        sheets[low].window.intersects(part)
      else { return nil }
      return low
    }
  }

  /// A square of the plane that a sheet lies in.
  private struct Square: Hashable, Comparable {
    let row, column: Int

    static func < (a: Square, b: Square) -> Bool { (a.row, a.column) < (b.row, b.column) }

    func window(of side: Int) -> PixelWindow {
      PixelWindow(x: column * side, y: row * side, width: side, height: side)
    }

    static func all(of side: Int, meeting part: PixelWindow) -> [Square] {
      guard !part.isEmpty else { return [] }
      return (floorDivide(part.y, side)...floorDivide(part.maxY - 1, side)).flatMap { row in
        (floorDivide(part.x, side)...floorDivide(part.maxX - 1, side)).map { column in
          Square(row: row, column: column)
        }
      }
    }
  }
}

extension MosaicLayout: Codable {
  /// Six numbers for each sheet: row, column, and its window.
  private enum CodingKeys: CodingKey { case window, side, sheets }

  /// Reads what was written.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    window = try values.decode(PixelWindow.self, forKey: .window)
    let side = try values.decodeIfPresent(Int.self, forKey: .side)
    self.side = side
    let numbers = try values.decode([Int].self, forKey: .sheets)
    sheets = stride(from: 0, to: numbers.count / 6 * 6, by: 6).map { place in
      MosaicSheet(
        window: PixelWindow(
          x: numbers[place + 2], y: numbers[place + 3], width: numbers[place + 4],
          height: numbers[place + 5]),
        row: side.map { _ in numbers[place] }, column: side.map { _ in numbers[place + 1] })
    }
  }

  /// Writes it down.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(window, forKey: .window)
    try values.encodeIfPresent(side, forKey: .side)
    try values.encode(
      sheets.flatMap {
        [
          $0.row ?? 0, $0.column ?? 0, $0.window.x, $0.window.y, $0.window.width,
          $0.window.height,
        ]
      }, forKey: .sheets)
  }
}
