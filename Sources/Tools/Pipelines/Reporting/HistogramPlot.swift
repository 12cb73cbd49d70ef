import Foundation

/// A histogram as a picture: equal histograms give equal bytes.
struct HistogramPlot {
  private let title: String
  private let limits: [Double]
  private let counts: [Int]
  private let color: String

  private static let (left, top, height, step) = (22.0, 40.0, 130.0, 46.0)

  /// Prepares to draw.
  ///
  /// - Parameters:
  ///   - title: What is counted, with its unit.
  ///   - color: Of the bars, as CSS has it.
  init(_ histogram: Histogram, title: String, color: String) {
    self.title = title
    self.color = color
    (limits, counts) = histogram.trimmed
  }

  /// The picture as SVG.
  ///
  /// Text takes the colour of the page.
  var svg: String {
    let step = Self.step
    let end = Self.left + step * Double(counts.count)
    // Room for the title.
    let width = max(240, end + Self.left)
    let most = Double(max(counts.max() ?? 1, 1))
    let bottom = Self.top + Self.height
    let bars = counts.enumerated().map { index, count -> String in
      let x = Self.left + step * Double(index)
      let bar = count == 0 ? 0 : max(1, Self.height * Double(count) / most)
      return """
        <rect x="\(text(x + 2))" y="\(text(bottom - bar))" width="\(text(step - 4))" \
        height="\(text(bar))" fill="\(color)"/>
        <text x="\(text(x + step / 2))" y="\(text(bottom - bar - 5))" text-anchor="middle" \
        font-size="11">\(count == 0 ? "" : MapResult.grouped(count))</text>
        """
    }
    let ticks = limits.enumerated().map { index, limit in
      """
      <text x="\(text(Self.left + step * Double(index)))" y="\(text(bottom + 16))" \
      text-anchor="middle" font-size="11">\(Self.label(limit))</text>
      """
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(bottom) + 26)" \
      viewBox="0 0 \(Int(width)) \(Int(bottom) + 26)" fill="currentColor" role="img">
      <text x="\(text(Self.left))" y="18" font-size="13" font-weight="600">\(title)</text>
      <path d="M\(text(Self.left)) \(text(bottom))H\(text(end))" \
      stroke="currentColor"/>
      \((bars + ticks).joined(separator: "\n"))
      </svg>
      """
  }

  private func text(_ number: Double) -> String { String(format: "%.1f", number) }

  private static func label(_ limit: Double) -> String {
    limit.isInfinite
      ? "" : limit >= 10 ? MapResult.grouped(Int(limit)) : String(format: "%g", limit)
  }
}
