import Foundation
import OpenVINONetworks

/// Where OpenVINO is looked for, and what was found.
enum OpenVINOPlace {
  /// The library, opened at the first call; every further call tells the same.
  ///
  /// - Throws: ``OpenVINOError/notFound(places:reason:)``,
  ///   ``OpenVINOError/wrongVersion(path:reason:)``.
  static func library() throws(OpenVINOError) -> OpenVINOLibrary { try found.get() }

  private static let found = Result { () throws(OpenVINOError) in
    // Where somebody says which one is meant, no other will do.
    if let named = ProcessInfo.processInfo.environment["MAPWRIGHT_OPENVINO"] {
      return try OpenVINOLibrary.find(in: [named], asksLoader: false)
    }
    return try OpenVINOLibrary.find(in: [local].compactMap(\.self), asksLoader: true)
  }

  /// What `make openvino` fills: `openvino` in the `.build` folder that this program was built in.
  private static var local: String? {
    let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var folder = URL(fileURLWithPath: program ?? "/")
    while folder.path != "/", folder.lastPathComponent != ".build" {
      folder.deleteLastPathComponent()
    }
    return folder.path == "/" ? nil : folder.appending(path: "openvino").path
  }

  /// What was found, in words for people, and whether it is as it should be.
  static var finding: (words: String, isGood: Bool) {
    do {
      let library = try library()
      let devices = library.devices.joined(separator: ", ")
      return ("\(library.version) on \(devices.isEmpty ? "no device" : devices)", true)
    } catch OpenVINOError.notFound {
      return ("not installed (optional): `make openvino` installs it", true)
    } catch {
      return ("cannot be used: \(error.cause)", false)
    }
  }
}

extension Error {
  /// The second of an error's three lines: what the library said.
  var cause: String {
    let lines = "\(self)".split(separator: "\n")
    return lines.count == 3 ? lines[1].trimmingCharacters(in: .whitespaces) : "\(self)"
  }
}
