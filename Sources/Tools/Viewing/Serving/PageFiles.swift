import Foundation

/// The files of the pages: ours, which are part of the program, and Leaflet's, as Debian installs them.
///
/// Everything a page loads comes from here; nothing from any other host.
struct PageFiles: Sendable {
  private struct File: Sendable {
    var bytes: [UInt8]
    var type: String
    var tag: String
  }

  /// Where Debian's `libjs-leaflet` lies.
  static let leaflet = "/usr/share/javascript/leaflet"
  private let files: [String: File]

  /// Gathers the files.
  ///
  /// - Throws: ``ViewError/leafletMissing(folder:)``.
  init(leaflet folder: String = leaflet) throws {
    let own: [(String, [UInt8])] = [
      ("/", PackageResources.index_html), ("/progress", PackageResources.progress_html),
      ("/view.css", PackageResources.view_css), ("/view.js", PackageResources.view_js),
      ("/layers.js", PackageResources.layers_js), ("/live.js", PackageResources.live_js),
      ("/progress.js", PackageResources.progress_js), ("/icon.svg", PackageResources.icon_svg),
    ]
    let names = ["leaflet.js", "leaflet.css"]
    let others = try names.map { name -> (String, [UInt8]) in
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
        throw ViewError.leafletMissing(folder: folder)
      }
      return ("/leaflet/\(name)", [UInt8](data))
    }
    files = Dictionary(
      uniqueKeysWithValues: (own + others).map { path, bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        return (path, File(bytes: bytes, type: Self.type(of: path), tag: ViewDesk.tag(text, [])))
      })
  }

  /// The file that is asked for; nil where it is none of these.
  func answer(_ request: ViewRequest) -> Answer? {
    files[request.path].map {
      .tagged($0.bytes, type: $0.type, tag: $0.tag, for: request)
    }
  }

  private static func type(of path: String) -> String {
    switch path.split(separator: ".").last {
    case "js": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "svg": "image/svg+xml"
    default: "text/html; charset=utf-8"
    }
  }
}
