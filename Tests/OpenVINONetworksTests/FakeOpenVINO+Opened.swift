import Foundation
import Glibc
import OpenVINONetworks
import TestSupport

extension FakeOpenVINO {
  /// Opens it as the engine does.
  func open() throws -> OpenVINOLibrary {
    try OpenVINOLibrary.find(
      in: [URL(fileURLWithPath: path).deletingLastPathComponent().path], asksLoader: false)
  }

  /// What models were compiled with in this process, a line each.
  var compilations: [String] {
    let words = symbol("fake_log", as: (@convention(c) () -> UnsafePointer<CChar>).self)()
    return String(cString: words).split(separator: "\n").map(String.init)
  }

  /// Lets the next inference fail.
  func failNextRun() { symbol("fake_fail_next_run", as: (@convention(c) () -> Void).self)() }

  private func symbol<Function>(_ name: String, as type: Function.Type) -> Function {
    unsafeBitCast(dlsym(dlopen(path, RTLD_NOW), name), to: type)
  }
}
