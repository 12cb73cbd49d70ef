import Footprints
import Foundation

/// Precision over recall as a picture: a curve for each IoU, over lines of equal F1.
struct CurvePlot {
  private let curves: [ConfidenceCurve]

  private static let side = 420.0
  private static let left = 64.0
  private static let top = 44.0
  /// Colours that are told apart also by those who see red and green alike (Okabe and Ito 2008).
  private static let colors = ["#0072B2", "#D55E00", "#009E73"]

  /// Draws curves, the one with the best F1 to be marked first.
  init(_ curves: [ConfidenceCurve]) { self.curves = curves }

  /// The picture as SVG: equal curves give equal bytes.
  var svg: String {
    let parts = [axes, equalF1, lines, mark, legend].flatMap { $0 }
    let (width, height) = (Self.left + Self.side + 30, Self.top + Self.side + 166)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
      viewBox="0 0 \(Int(width)) \(Int(height))" font-family="sans-serif" font-size="13" fill="#222">
      <rect width="100%" height="100%" fill="white"/>
      <text x="\(text(Self.left))" y="26" font-size="16" font-weight="bold">Precision over \
      recall</text>
      \(parts.joined(separator: "\n"))
      </svg>

      """
  }

  private func x(_ recall: Double) -> String { text(Self.left + Self.side * recall) }
  private func y(_ precision: Double) -> String { text(Self.top + Self.side * (1 - precision)) }
  private func text(_ number: Double) -> String { String(format: "%.1f", number) }

  private var axes: [String] {
    let ticks = stride(from: 0.0, through: 1.001, by: 0.2).flatMap { value -> [String] in
      let label = String(format: "%.1f", value)
      return [
        "<path d=\"M\(x(value)) \(y(0))V\(y(1))M\(x(0)) \(y(value))H\(x(1))\" stroke=\"#e4e4e4\"/>",
        "<text x=\"\(x(value))\" y=\"\(text(Self.top + Self.side + 20))\" "
          + "text-anchor=\"middle\">\(label)</text>",
        "<text x=\"\(text(Self.left - 9))\" y=\"\(text(Self.top + Self.side * (1 - value) + 4.5))\" "
          + "text-anchor=\"end\">\(label)</text>",
      ]
    }
    let middle = text(Self.top + Self.side / 2)
    return ticks + [
      "<path d=\"M\(x(0)) \(y(1))V\(y(0))H\(x(1))\" fill=\"none\" stroke=\"#222\"/>",
      "<text x=\"\(x(0.5))\" y=\"\(text(Self.top + Self.side + 46))\" "
        + "text-anchor=\"middle\">recall</text>",
      "<text x=\"20\" y=\"\(middle)\" text-anchor=\"middle\" "
        + "transform=\"rotate(-90 20 \(middle))\">precision</text>",
    ]
  }

  /// Thin lines on which F1 is 0.2, 0.4, 0.6 and 0.8.
  private var equalF1: [String] {
    [0.2, 0.4, 0.6, 0.8].flatMap { f1 -> [String] in
      let points = (0...60).map { step -> String in
        let recall = f1 / (2 - f1) + (1 - f1 / (2 - f1)) * Double(step) / 60
        return "\(x(recall)),\(y(f1 * recall / (2 * recall - f1)))"
      }
      return [
        "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"#bbb\" "
          + "stroke-dasharray=\"2 4\"/>",
        // Above the line, which rises to the left.
        "<text x=\"\(text(Self.left + Self.side - 5))\" "
          + "y=\"\(text(Self.top + Self.side * (1 - f1 * 0.9 / (1.8 - f1)) - 4))\" text-anchor=\"end\" "
          + "font-size=\"11\" fill=\"#888\">F1 \(String(format: "%.1f", f1))</text>",
      ]
    }
  }

  private var lines: [String] {
    zip(curves, Self.colors).map { curve, color in
      let points = thinned(curve.points).map { "\(x($0.recall)),\(y($0.precision))" }
      return "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" "
        + "stroke=\"\(color)\" stroke-width=\"2.2\" stroke-linejoin=\"round\"/>"
    }
  }

  /// What the picture has room for: at most 500 points.
  private func thinned(_ points: [ConfidenceCurve.Point]) -> [ConfidenceCurve.Point] {
    let step = max(1, points.count / 500)
    return points.indices.filter { $0 % step == 0 || $0 == points.count - 1 }.map { points[$0] }
  }

  private var mark: [String] {
    guard let best = curves.first?.best else { return [] }
    return [
      "<circle cx=\"\(x(best.recall))\" cy=\"\(y(best.precision))\" r=\"5\" fill=\"white\" "
        + "stroke=\"\(Self.colors[0])\" stroke-width=\"2.2\"/>"
    ]
  }

  /// Below the axes, where it hides no curve.
  private var legend: [String] {
    var words = zip(curves, Self.colors).map { curve, color in
      (
        "<path d=\"M0 -4H22\" stroke=\"\(color)\" stroke-width=\"2.2\"/>",
        String(format: "IoU %g, AP %.3f", curve.threshold, curve.averagePrecision)
      )
    }
    if let best = curves.first?.best {
      words.append(
        (
          "<circle cx=\"11\" cy=\"-4\" r=\"5\" fill=\"white\" stroke=\"\(Self.colors[0])\" "
            + "stroke-width=\"2.2\"/>",
          String(format: "best F1 %.3f, from %g on", best.f1, best.confidence)
        ))
    }
    let first = Self.top + Self.side + 74
    return words.enumerated().map { index, line in
      "<g transform=\"translate(\(text(Self.left + 18)) \(text(first + 22 * Double(index) + 4)))\">"
        + "\(line.0)<text x=\"32\">\(line.1)</text></g>"
    }
  }
}
