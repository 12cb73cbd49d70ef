import Foundation
import GeoFiles
import Grids
import Imagery
import ShardStores
import Tiling

/// The report of a run as one page that needs nothing beside it: `report.html`.
///
/// Pictures are inside it, nothing is fetched, and its one line of script moves a divider. It prints.
struct ReportPage {
  private let facts: ReportFacts
  /// Pages are mailed: folders of this machine are left out.
  private let folders: FolderNames

  init(_ facts: ReportFacts) {
    self.facts = facts
    folders = facts.folders
  }

  /// The page.
  var html: String {
    let plan = facts.plan
    let sections = [
      picture, figures, classes, layers, coverage, gaps, costs, jobCosts, evaluation, files,
      sources, citation,
    ]
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <title>\(plan.name.escapedForXML): what was mapped</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <header><h1>\(plan.name.escapedForXML)</h1>
      <p>\(String(describing: plan.grid.crs).escapedForXML) · \
      \(MapResult.grouped(plan.window.width)) × \(MapResult.grouped(plan.window.height)) pixels · \
      reported \(facts.written.escapedForXML)</p></header>
      \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
      <footer>Mapwright \(facts.record.program.escapedForXML)</footer>
      </body>
      </html>

      """
  }
}

// What lies where, and how much of it.
extension ReportPage {
  private var picture: String {
    guard let map = facts.pictures.map else { return "" }
    func image(_ bytes: [UInt8], _ alt: String, _ attributes: String = "") -> String {
      "<img src=\"data:image/png;base64,\(Data(bytes).base64EncodedString())\" alt=\"\(alt)\""
        + "\(attributes)>"
    }
    let legend = zip(facts.plan.model.scheme.published, facts.plan.model.scheme.published.indices)
      .filter { $1 != 0 || facts.pictures.ground == nil }
      .map { "<li>\(Self.swatch($0.0.color))\($0.0.name.escapedForXML)</li>" }
    let key = "<ul class=\"key\">\(legend.joined())</ul>"
    guard let ground = facts.pictures.ground else {
      return "<figure>\(image(map, "The map"))<figcaption>\(key)</figcaption></figure>"
    }
    return """
      <figure class="pair">
      <div>\(image(ground, "The scenes"))\(image(map, "The map over the scenes", " class=\"over\""))\
      <input type="range" min="0" max="100" value="50" aria-label="Divider between scenes and map" \
      oninput="this.parentNode.style.setProperty('--at', this.value + '%')"></div>
      <figcaption>Left of the divider the scenes, right of it the map. \(key)</figcaption>
      </figure>
      """
  }

  private var figures: String {
    var tiles: [(String, String)] = []
    if let area = facts.result.mappedSquareKilometers {
      tiles.append((String(format: area < 100 ? "%.2f km²" : "%.0f km²", area), "mapped"))
    }
    for layer in facts.layers {
      tiles.append((MapResult.grouped(layer.features), layer.name.escapedForXML))
    }
    if let pixels = facts.result.pixels {
      tiles.append((MapResult.grouped(pixels.setAside), "pixels set aside"))
    }
    if let costs = facts.record.costs { tiles.append((ProgressLines.time(costs.seconds), "took")) }
    tiles.append(
      (
        "\(MapResult.grouped(Int(facts.record.peakWorkerMemory / 1_000_000))) MB",
        "most memory of a worker"
      ))
    let cells = tiles.map { "<div><b>\($0.0)</b><span>\($0.1)</span></div>" }
    return "<section class=\"tiles\">\(cells.joined())</section>"
      + facts.result.warnings.map {
        "<p class=\"note\">\(folders.removed(from: $0).escapedForXML)</p>"
      }.joined()
  }

  private var classes: String {
    guard let areas = facts.classes else { return "" }
    let all = areas.shares.map(\.squareMeters).reduce(0, +)
    let rows = zip(facts.plan.model.scheme.published, areas.shares).map { published, share in
      let percent = all > 0 ? 100 * share.squareMeters / all : 0
      return """
        <tr><th>\(Self.swatch(published.color))\(published.name.escapedForXML)</th>\
        <td>\(MapResult.grouped(share.pixels))</td><td>\(Self.area(share.squareMeters))</td>\
        <td>\(String(format: "%.2f %%", percent))</td>\
        <td class="bar"><i style="width:\(String(format: "%.2f", percent))%;\
        background:\(Self.css(published.color))"></i></td></tr>
        """
    }
    return """
      <section><h2>Classes</h2>
      <table><thead><tr><th>class</th><td>pixels</td><td>area</td><td>share</td><td></td></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table>
      <p class="small">Areas are those on the ellipsoid.</p></section>
      """
  }

  private var layers: String {
    let shown = facts.layers.filter { $0.sizes != nil || $0.confidences != nil }
    guard !shown.isEmpty else { return "" }
    let blocks = shown.map { layer -> String in
      let name = layer.name.escapedForXML
      let total =
        layer.isLinear
        ? String(format: "%.2f km", layer.total / 1000) : Self.area(layer.total)
      var plots: [String] = []
      if let sizes = layer.sizes, sizes.count > 0 {
        plots.append(
          HistogramPlot(
            sizes, title: "\(name) by \(layer.isLinear ? "length, m" : "area, m²")",
            color: "#427eb0"
          ).svg)
      }
      if let confidences = layer.confidences, confidences.count > 0 {
        plots.append(
          HistogramPlot(confidences, title: "\(name) by confidence", color: "#009e73").svg)
      }
      let sum = layer.sizes == nil ? "" : ", \(total) in all"
      return "<h3>\(name)</h3><p>\(MapResult.grouped(layer.features))\(sum)</p>"
        + "<div class=\"plots\">\(plots.joined(separator: "\n"))</div>"
    }
    return "<section><h2>Layers</h2>\(blocks.joined(separator: "\n"))</section>"
  }

  private var coverage: String {
    guard let pixels = facts.result.pixels else { return "" }
    let rows = [
      ("mapped", pixels.mapped, "#009e73"), ("without a picture", pixels.nodata, "#b8b8b2"),
      ("under clouds", pixels.cloud, "#78a8d8"),
      ("outside region or scenes", pixels.outside, "#dcdcd6"),
      ("set aside", pixels.setAside, "#d55e00"),
    ]
    let all = rows.map(\.1).reduce(0, +)
    let percents = rows.map { all > 0 ? 100 * Double($0.1) / Double(all) : 0 }
    let bar = zip(rows, percents).map {
      "<i style=\"width:\(String(format: "%.3f", $1))%;background:\($0.2)\"></i>"
    }
    let lines = zip(rows, percents).map {
      """
      <tr><th><i class="swatch" style="background:\($0.2)"></i>\($0.0)</th>\
      <td>\(MapResult.grouped($0.1))</td><td>\(String(format: "%.3f %%", $1))</td></tr>
      """
    }
    return """
      <section><h2>Every pixel's fate</h2>
      <div class="stack">\(bar.joined())</div>
      <table><thead><tr><th></th><td>pixels</td><td>share</td></tr></thead>
      <tbody>\(lines.joined(separator: "\n"))
      <tr class="sum"><th>all</th><td>\(MapResult.grouped(all))</td><td></td></tr></tbody></table>
      </section>
      """
  }

  private var gaps: String {
    guard !facts.result.setAside.isEmpty else { return "" }
    let rows = facts.result.setAside.map { shard in
      "<tr><th>\(shard.stage.escapedForXML)</th><td>\(shard.index)</td>"
        + "<td class=\"text\">\(folders.removed(from: shard.reason).escapedForXML)</td></tr>"
    }
    return """
      <section><h2>Not mapped</h2>
      <table><thead><tr><th>stage</th><td>shard</td><td class="text">reason</td></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></section>
      """
  }
}

// What it took, and from what it was made.
extension ReportPage {
  private var costs: String {
    guard let costs = facts.record.costs else { return "" }
    let stages = WorkStage.allCases.compactMap { stage in
      costs.stages[stage.rawValue].map { (stage, $0) }
    }
    guard !stages.isEmpty else { return "" }
    let rows = stages.map { stage, cost in
      """
      <tr><th>\(stage.title)</th><td>\(MapResult.grouped(cost.shards))</td>\
      <td>\(Self.seconds(cost.seconds))</td><td>\(Self.seconds(cost.cpuSeconds))</td>\
      <td>\(MapResult.grouped(Int(cost.peakMemory / 1_000_000))) MB</td></tr>
      """
    }
    let energy = costs.joules.map {
      "<p>The machine's processors took \(String(format: "%.2f Wh", $0 / 3600)) meanwhile, "
        + "whatever else they did counted in.</p>"
    }
    let slowest = costs.slowest.map { shard in
      let stage = WorkStage(rawValue: shard.key.stage)?.title ?? ""
      return
        "<tr><th>\(stage)</th><td>\(shard.key.index)</td><td>\(Self.seconds(shard.seconds))</td></tr>"
    }
    return """
      <section><h2>What it took</h2>
      <table><thead><tr><th>stage</th><td>shards done</td><td>time at workers</td>\
      <td>processor time</td><td>most memory</td></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table>
      \(energy ?? "")
      <details><summary>The shards that took longest</summary>
      <table><thead><tr><th>stage</th><td>shard</td><td>time</td></tr></thead>
      <tbody>\(slowest.joined(separator: "\n"))</tbody></table></details></section>
      """
  }

  private var jobCosts: String {
    guard let costs = facts.result.jobCosts else { return "" }
    let rows = costs.rows.map {
      "<tr><th>\($0.name)</th><td class=\"text\">\($0.words.escapedForXML)</td></tr>"
    }
    return """
      <section><h2>What all machines took</h2>
      <table class="names"><tbody>\(rows.joined(separator: "\n"))</tbody></table></section>
      """
  }

  private var evaluation: String {
    guard let found = facts.evaluation else { return "" }
    let rows = found.scores.map { score in
      String(
        format: "<tr><th>%g</th><td>%.3f</td><td>%.3f</td><td>%.3f</td><td>%.3f</td></tr>",
        score.iou, score.f1, score.precision, score.recall, score.meanOverlap)
    }
    return """
      <section><h2>Against the truth</h2>
      <p>\(MapResult.grouped(found.outlines)) outlines, \(MapResult.grouped(found.truth)) in the \
      truth; pairs are matched once, the pair with the greatest IoU first.</p>
      <table><thead><tr><th>IoU</th><td>F1</td><td>precision</td><td>recall</td>\
      <td>mean IoU of pairs</td></tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table>
      <div class="plots">\(facts.curve ?? "")</div></section>
      """
  }

  private var files: String {
    let rows = facts.files.map { file in
      """
      <tr><th><a href="\(file.path.escapedForXML)">\(file.path.escapedForXML)</a></th>\
      <td>\(Self.bytes(file.bytes))</td><td class="hash">\(file.hash.prefix(16))</td></tr>
      """
    }
    return """
      <section><h2>Files</h2>
      <details\(rows.count > 12 ? "" : " open")><summary>\(rows.count) files, relative to this \
      page</summary>
      <table><thead><tr><th>file</th><td>size</td><td>SHA-256 begins</td></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></details></section>
      """
  }

  private var sources: String {
    let plan = facts.plan
    let scenes = zip(zip(plan.scenes.scenes, plan.sceneNames), plan.sources).map { scene, files in
      "<tr><th>\(scene.1.name.escapedForXML)</th>"
        + "<td>\(Self.bytes(files.map(\.bytes).reduce(0, +)))</td>"
        + "<td>\((scene.0.acquired ?? "").escapedForXML)</td></tr>"
    }
    let machine = facts.record.machine.sorted { $0.key < $1.key }.map {
      "<tr><th>\($0.key.escapedForXML)</th><td class=\"text\">\($0.value.escapedForXML)</td></tr>"
    }
    return """
      <section><h2>Made from</h2>
      <table class="names"><tbody>
      <tr><th>model</th><td class="text">\(Self.fileName(plan.model.path)), SHA-256 \
      <span class="hash">\(plan.model.hash.escapedForXML)</span></td></tr>
      \(machine.joined(separator: "\n"))</tbody></table>
      <details\(scenes.count > 12 ? "" : " open")><summary>\(scenes.count) scenes</summary>
      <table><thead><tr><th>scene</th><td>size</td><td>taken</td></tr></thead>
      <tbody>\(scenes.joined(separator: "\n"))</tbody></table></details>
      <details><summary>The pipeline, with everything written out</summary>
      <pre>\(folders.removed(from: facts.pipeline).escapedForXML)</pre></details>
      </section>
      """
  }

  private var citation: String {
    """
    <section><h2>How to cite</h2>
    <p>\(facts.plan.name.escapedForXML), mapped with Mapwright \
    \(facts.record.program.escapedForXML) and the model \(Self.fileName(facts.plan.model.path)) \
    (SHA-256 <span class="hash">\(facts.plan.model.hash.prefix(16))</span>), \
    \(String(facts.written.prefix(10)).escapedForXML). Name the scenes' source and licence, too: they are \
    yours to know.</p></section>
    """
  }
}

// Numbers and colours as the page writes them.
extension ReportPage {
  private static func css(_ color: [UInt8]) -> String {
    "rgb(\(color.prefix(3).map(String.init).joined(separator: ",")))"
  }

  private static func swatch(_ color: [UInt8]) -> String {
    "<i class=\"swatch\" style=\"background:\(css(color))\"></i>"
  }

  private static func area(_ squareMeters: Double) -> String {
    squareMeters < 1e4
      ? String(format: "%.0f m²", squareMeters)
      : squareMeters < 1e6
        ? String(format: "%.2f ha", squareMeters / 1e4)
        : String(format: "%.3f km²", squareMeters / 1e6)
  }

  private static func seconds(_ seconds: Double) -> String {
    seconds < 100 ? String(format: "%.1f s", seconds) : ProgressLines.time(seconds)
  }

  private static func bytes(_ bytes: Int) -> String {
    bytes < 1_000_000
      ? String(format: "%.1f kB", Double(bytes) / 1e3)
      : String(format: "%.1f MB", Double(bytes) / 1e6)
  }

  private static func fileName(_ path: String) -> String {
    URL(fileURLWithPath: path).lastPathComponent.escapedForXML
  }

  private static let style = """
    :root{--ink:#1c2126;--dim:#5c6670;--paper:#fff;--line:#dfe3e6;--tile:#f4f6f7;--link:#1f6aa5}
    @media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--dim:#9aa5af;--paper:#15191d;\
    --line:#333b43;--tile:#1e242a;--link:#7cbcf0}}
    *{box-sizing:border-box}
    body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);\
    max-width:1000px;margin:0 auto;padding:24px 20px 60px}
    h1{font-size:28px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
    h2{font-size:19px;margin:40px 0 12px}h3{font-size:15px;margin:20px 0 0}
    header p,footer,.small{color:var(--dim)}footer{margin-top:48px}a{color:var(--link)}
    figure{margin:20px 0}img{display:block;width:100%;height:auto;border-radius:4px}
    .pair div{position:relative;--at:50%}
    .pair .over{position:absolute;inset:0;clip-path:inset(0 0 0 var(--at))}
    .pair div::after{content:"";position:absolute;top:0;bottom:0;left:var(--at);width:2px;\
    margin-left:-1px;background:#fff;box-shadow:0 0 3px #000;pointer-events:none}
    .pair input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;\
    cursor:ew-resize}
    .pair div:focus-within{outline:3px solid var(--link);border-radius:4px}
    figcaption{color:var(--dim);margin-top:8px}
    .key{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:6px 0}
    .swatch{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:7px;\
    border:1px solid #0003}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px}
    .tiles div{background:var(--tile);border-radius:6px;padding:12px 14px}
    .tiles b{display:block;font-size:21px;font-weight:600}.tiles span{color:var(--dim)}
    .note{border-left:3px solid #d55e00;padding-left:12px}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
    th,td{text-align:right;padding:5px 10px 5px 0;border-bottom:1px solid var(--line);\
    vertical-align:top}
    td{white-space:nowrap}th,.text{text-align:left;font-weight:400;overflow-wrap:anywhere}
    .text{white-space:pre-line}.names th{white-space:nowrap;padding-right:24px}
    .names td{width:100%}section{overflow-x:auto}
    thead{color:var(--dim);font-size:13px}.sum th,.sum td{font-weight:600}
    .bar{width:30%;padding-right:0}.bar i{display:block;height:12px;border-radius:2px;\
    margin-top:5px;min-width:1px;border:1px solid #0002}
    .stack{display:flex;height:18px;border-radius:4px;overflow:hidden;margin-bottom:10px}
    .stack i{display:block}
    .plots{display:flex;flex-wrap:wrap;gap:12px 28px;margin:8px 0}.plots svg{max-width:100%;\
    height:auto}
    .hash,pre{font-family:ui-monospace,monospace;font-size:12px}.hash{overflow-wrap:anywhere}
    pre{background:var(--tile);padding:14px;border-radius:6px;overflow-x:auto}
    details{margin:8px 0}summary{cursor:pointer;color:var(--link)}
    @media print{body{max-width:none;padding:0}.pair div{display:grid;\
    grid-template-columns:1fr 1fr;gap:8px}.pair .over{position:static;clip-path:none}\
    .pair input,.pair div::after{display:none}table,svg,.tiles div{break-inside:avoid}\
    h2,h3{break-after:avoid}h2{margin-top:28px}\
    i{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
    """
}
