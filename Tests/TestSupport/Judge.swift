import Foundation

/// Programs of others that judge what we write: Python with packages that `make judges` installs.
public enum Judge {
  private static let python = Repository.root.appending(path: ".build/judges/bin/python")

  /// Whether a package can be imported.
  public static func has(_ packages: String...) -> Bool {
    let command = """
      import importlib.util as library, sys
      sys.exit(not all(library.find_spec(name) for name in sys.argv[1:]))
      """
    return (try? run(command, packages))?.code == 0
  }

  /// Debian's own Python, for which alone there is QGIS.
  private static let systemPython = URL(fileURLWithPath: "/usr/bin/python3")

  /// Whether QGIS can be asked (Debian's `python3-qgis`).
  public static let hasQGIS = (try? run("import qgis.core", [], with: systemPython))?.code == 0

  /// Runs a script that imports `qgis.core`, without a display.
  public static func runQGIS(
    _ script: String, _ arguments: [String]
  ) throws -> (text: String, code: Int32) {
    try run(script, arguments, with: systemPython)
  }

  /// Runs a script.
  ///
  /// - Returns: What it printed, and its exit code.
  public static func run(
    _ script: String, _ arguments: [String]
  ) throws -> (text: String, code: Int32) {
    try run(script, arguments, with: python)
  }

  private static func run(
    _ script: String, _ arguments: [String], with python: URL
  ) throws -> (text: String, code: Int32) {
    let process = Process()
    process.executableURL = python
    process.arguments = ["-c", script] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": NSTemporaryDirectory()]
    ) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
  }
}
