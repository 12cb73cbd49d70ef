import CKernels

/// The order in which a chain of operators computes its bands, so that each finds what it reads just
/// written; and how many rows of what lies between must be kept.
///
/// The picture is cut into strips of columns. Within a strip the last operator goes down in bands,
/// and every other is run just as far as the next band needs. What lies between two strips is
/// computed twice.
struct BandSchedule {
  /// An operator of the chain.
  struct Link {
    /// A picture it reads, made by another link of the chain.
    struct Source {
      var link: Int
      var rows: AxisReach
      var columns: AxisReach
    }

    var sources: [Source]
    /// The rows and columns of its output.
    var rows: Int
    var columns: Int
    /// Bands begin at multiples of this.
    var step: Int
    /// Whether its output is also read outside the chain, and so wanted whole.
    var isWanted: Bool
  }

  /// A band to be computed, by the link's place in the chain.
  struct Task {
    var link: Int
    var band: mw_band
  }

  private let links: [Link]
  private var done: [Int]
  private var columns: [Range<Int>]

  /// The bands in order.
  private(set) var tasks: [Task] = []
  /// The rows of each link's output that must be kept at a time.
  private(set) var keptRows: [Int]
  /// The most columns of each link's output in a strip.
  private(set) var widest: [Int]

  /// Lays a chain out; its last link must need all others.
  init(_ links: [Link], strips: Int) {
    self.links = links
    done = links.map { _ in 0 }
    columns = links.map { _ in 0..<0 }
    keptRows = links.map { _ in 0 }
    widest = links.map { _ in 0 }
    for strip in 0..<strips { add(strip: strip, of: strips) }
  }

  /// An operator by itself, in one piece.
  init(whole link: Link) {
    links = [link]
    done = [link.rows]
    columns = [0..<link.columns]
    keptRows = [link.rows]
    widest = [link.columns]
    let band = mw_band(y0: 0, y1: Int64(link.rows), x0: 0, x1: Int64(link.columns))
    tasks = [Task(link: 0, band: band)]
  }

  /// How much of the most repeated link is computed, as a share of its output: 1 where nothing is
  /// computed twice.
  var repetition: Double {
    var computed = links.map { _ in 0 }
    for task in tasks {
      computed[task.link] += Int((task.band.y1 - task.band.y0) * (task.band.x1 - task.band.x0))
    }
    return zip(computed, links).map { Double($0) / Double(max($1.rows * $1.columns, 1)) }.max() ?? 1
  }

  private mutating func add(strip: Int, of strips: Int) {
    guard let last = links.indices.last else { return }
    done = links.map { _ in 0 }
    for link in links.indices.reversed() { columns[link] = share(link, strip, strips) }
    for link in links.indices { widest[link] = max(widest[link], columns[link].count) }
    let tallest = links.map(\.rows).max() ?? 1
    let widest = links.indices.map { columns[$0].count }.max() ?? 1
    // Bands of whole tiles, tall enough in narrow strips to fill the registers.
    let height = 4 * max((192 + widest - 1) / max(widest, 1), 1)
    let advance = max(height * links[last].rows / tallest, 1)
    for row in stride(from: 0, to: links[last].rows, by: advance) {
      run(last, upTo: row + advance)
    }
    for link in links.indices where links[link].isWanted { run(link, upTo: links[link].rows) }
  }

  /// The columns of a link's output in a strip: its part of what is wanted, and what others read.
  private func share(_ link: Int, _ strip: Int, _ strips: Int) -> Range<Int> {
    let width = links[link].columns
    var range: Range<Int>?
    if links[link].isWanted || link == links.count - 1 {
      // Strips begin where the widest registers do.
      let unit = width >= 64 * strips ? 64 : 1
      let cut = { (number: Int) in
        number == strips ? width : (width / unit) * number / strips * unit
      }
      range = cut(strip)..<cut(strip + 1)
    }
    for (reader, other) in links.enumerated() {
      for source in other.sources where source.link == link && !columns[reader].isEmpty {
        let needed = source.columns.needs(columns[reader])
        let known = range ?? needed
        range =
          min(known.lowerBound, needed.lowerBound)..<max(known.upperBound, needed.upperBound)
      }
    }
    guard let range, !range.isEmpty else { return 0..<0 }
    let step = links[link].step
    return range.lowerBound / step * step..<min((range.upperBound + step - 1) / step * step, width)
  }

  /// Computes a link's rows up to one, in bands as high as they need be to fill the registers.
  private mutating func run(_ link: Int, upTo row: Int) {
    let step = links[link].step
    let end = min((row + step - 1) / step * step, links[link].rows)
    guard !columns[link].isEmpty else { return }
    let height = step * max((192 + columns[link].count - 1) / columns[link].count, 1)
    while done[link] < end {
      let next = step == 1 ? end : min(done[link] + height, links[link].rows)
      runBand(link, done[link]..<next)
    }
  }

  /// Computes a band of a link, and first what it needs.
  private mutating func runBand(_ link: Int, _ rows: Range<Int>) {
    for source in links[link].sources {
      run(source.link, upTo: source.rows.needs(rows).upperBound)
    }
    for source in links[link].sources {
      let lowest = source.rows.needs(rows).lowerBound
      keptRows[source.link] = max(keptRows[source.link], done[source.link] - lowest)
    }
    let band = mw_band(
      y0: Int64(rows.lowerBound), y1: Int64(rows.upperBound),
      x0: Int64(columns[link].lowerBound), x1: Int64(columns[link].upperBound))
    tasks.append(Task(link: link, band: band))
    done[link] = rows.upperBound
  }
}
