import COpenVINO
import Foundation

/// OpenVINO's runtime, opened while the program runs: the same program works where there is none.
///
/// Once opened it stays open; networks of any number of threads may share it.
public final class OpenVINOLibrary: @unchecked Sendable {
  /// The major version whose C interface ours is; others number element types differently.
  static let wantedMajor = 2026
  /// What names of the library begin with.
  private static let name = "libopenvino_c.so"

  /// The file, or the name by which the loader knows it.
  public let path: String
  /// The version, as OpenVINO tells it, such as `2026.4.1-22982-e213a147257-releases/2026/4`.
  public let version: String

  // Never written after `init`: nothing of it is shared but pointers to code.
  let functions: mw_openvino

  /// Looks for the library and opens it.
  ///
  /// - Parameters:
  ///   - folders: Where to look: the library itself, its folder, or a folder into which a wheel or one
  ///     of Intel's archives was unpacked. The first that holds the library is taken.
  ///   - asksLoader: Whether the loader is asked when no folder holds it.
  /// - Throws: ``OpenVINOError/notFound(places:reason:)``,
  ///   ``OpenVINOError/wrongVersion(path:reason:)``.
  public static func find(
    in folders: [String], asksLoader: Bool
  ) throws(OpenVINOError) -> OpenVINOLibrary {
    let files = folders.compactMap(file)
    let names = asksLoader && files.isEmpty ? loaderNames : []
    var places = folders.map { "'\($0)'" }
    if asksLoader { places.append("the loader's path") }
    var reason = "no \(name) is there"
    for path in files + names {
      do throws(OpenVINOError) { return try OpenVINOLibrary(opening: path) } catch {
        guard case .notFound(_, let found) = error else { throw error }
        if files.contains(path) { reason = found }
      }
    }
    throw .notFound(places: places, reason: reason)
  }

  /// Opens a library and asks for its version.
  private init(opening path: String) throws(OpenVINOError) {
    var functions = mw_openvino()
    var words = [CChar](repeating: 0, count: 500)
    let opening = mw_ov_open(path, &functions, &words, words.count)
    let reason = String(decoding: words.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    switch opening {
    case mw_ov_opened: break
    case mw_ov_not_whole:
      throw .wrongVersion(path: path, reason: "it does not have the function \(reason)")
    default: throw .notFound(places: ["'\(path)'"], reason: reason)
    }
    var told = ov_version_t()
    guard functions.get_openvino_version?(&told) == 0, let number = told.build_number else {
      throw .wrongVersion(path: path, reason: "it does not tell its version")
    }
    version = String(cString: number)
    functions.version_free?(&told)
    self.path = path
    self.functions = functions
    guard version.prefix(while: { $0 != "." }) == "\(Self.wantedMajor)" else {
      throw .wrongVersion(
        path: path,
        reason: "it is version \(version.prefix { $0 != "-" }), and \(Self.wantedMajor) is needed")
    }
  }

  /// The library in a place: the wheel's file has a version in its name and no link without.
  private static func file(in place: String) -> String? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { return nil }
    guard isFolder.boolValue else { return place }
    let below = ["", "/openvino/libs", "/libs", "/lib", "/lib/intel64", "/runtime/lib/intel64"]
    for folder in below.map({ place + $0 }) {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      if let name = names.filter({ $0.hasPrefix(name) }).min() { return "\(folder)/\(name)" }
    }
    return nil
  }

  /// By what names the loader may know it: 2026.4.1 is `libopenvino_c.so.2641`.
  private static var loaderNames: [String] {
    [name]
      + (0...9).reversed().flatMap { minor in
        (0...3).reversed().map { "\(name).\(wantedMajor % 100)\(minor)\($0)" }
      }
  }

  /// The devices that OpenVINO can compute on here, such as `CPU` and `GPU.0`; none where it does
  /// not tell.
  public var devices: [String] {
    guard let core = try? core() else { return [] }
    var list = ov_available_devices_t()
    guard functions.core_get_available_devices?(core.pointer, &list) == 0 else { return [] }
    defer { functions.available_devices_free?(&list) }
    return (0..<list.size).compactMap { list.devices[$0].map { String(cString: $0) } }
  }
}

extension OpenVINOLibrary {
  /// Starts a runtime.
  func core() throws(Refusal) -> Handle {
    try make({ $0.core_create?($1) }, functions.core_free)
  }

  /// Sees that a call succeeded.
  func check(_ status: Int32?) throws(Refusal) {
    guard status != 0 else { return }
    var message = ""
    if let words = functions.get_last_err_msg?() {
      message = String(cString: words)
      functions.free?(words)
    }
    if message.isEmpty, let status, let words = functions.get_error_info?(status) {
      message = String(cString: words)
    }
    throw Refusal(saying: message)
  }

  /// Makes an object of OpenVINO's that is released when its handle goes.
  func make(
    _ call: (mw_openvino, UnsafeMutablePointer<OpaquePointer?>) -> Int32?,
    _ release: (@convention(c) (OpaquePointer?) -> Void)?
  ) throws(Refusal) -> Handle {
    var pointer: OpaquePointer?
    try check(call(functions, &pointer))
    guard let pointer else { throw Refusal(saying: "") }
    return Handle(pointer, release)
  }

  /// A text that OpenVINO gives away.
  func text(
    _ call: (mw_openvino, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32?
  ) throws(Refusal) -> String {
    var words: UnsafeMutablePointer<CChar>?
    try check(call(functions, &words))
    defer { if let words { functions.free?(words) } }
    return words.map { String(cString: $0) } ?? ""
  }
}

/// An object of OpenVINO's, released with its handle.
final class Handle {
  let pointer: OpaquePointer
  private let release: (@convention(c) (OpaquePointer?) -> Void)?

  init(_ pointer: OpaquePointer, _ release: (@convention(c) (OpaquePointer?) -> Void)?) {
    (self.pointer, self.release) = (pointer, release)
  }

  deinit { release?(pointer) }
}
