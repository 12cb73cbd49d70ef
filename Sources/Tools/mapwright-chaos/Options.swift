import Foundation

/// What the command line says.
struct Options: Sendable {
  /// A command line that makes no sense.
  struct Unclear: Error, CustomStringConvertible {
    var description: String
  }

  var verb = ""
  /// A file that a verb is given.
  var file = ""
  var seed: UInt64 = 1
  var steps = 1_000_000
  var shards = 1_000_000
  /// Sweeps take each so-many-th system call.
  var stride = 1
  var isQuick = false
  var keepsRuns = false
  var only: [String] = []
  var report: String?
  var mapwright = Self.neighbour("mapwright")
  var sabotaged = ".build-chaos/release/mapwright"
  var model = "Tests/Models/bright.onnx"

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    verb = rest.popFirst() ?? ""
    func value() throws -> String {
      guard let value = rest.popFirst() else { throw Unclear(description: Chaos.usage) }
      return value
    }
    func number<Number: FixedWidthInteger>() throws -> Number {
      guard let number = Number(try value()) else { throw Unclear(description: Chaos.usage) }
      return number
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--seed": seed = try number()
      case "--steps": steps = try number()
      case "--shards": shards = try number()
      case "--stride": stride = max(1, try number())
      case "--quick": isQuick = true
      case "--keep": keepsRuns = true
      case "--only": only = try value().split(separator: ",").map(String.init)
      case "--report": report = try value()
      case "--mapwright": mapwright = try value()
      case "--sabotaged": sabotaged = try value()
      case "--model": model = try value()
      default:
        guard file.isEmpty, !argument.hasPrefix("-") else {
          throw Unclear(description: Chaos.usage)
        }
        file = argument
      }
    }
  }

  /// This program's own file.
  static let ownPath =
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""

  private static func neighbour(_ name: String) -> String {
    URL(fileURLWithPath: ownPath).deletingLastPathComponent().appending(path: name).path
  }
}
