import CKernels
import COpenBLAS
import Foundation
import Tensors
import Testing

@testable import BuiltinNetworks

/// The folder of ONNX's node tests, for example `…/site-packages/onnx/backend/test/data/node`.
private let folder = ProcessInfo.processInfo.environment["MAPWRIGHT_ONNX_NODE_TESTS"]

@Suite("ONNX's own tests of single operators", .serialized)
struct NodeTests {
  @Test(
    "every claimed case agrees, and every other is listed with its reason",
    .enabled(
      if: folder != nil, "MAPWRIGHT_ONNX_NODE_TESTS does not name onnx/backend/test/data/node"))
  func agree() throws {
    openblas_set_num_threads(1)
    let root = URL(fileURLWithPath: try #require(folder))
    let names = try FileManager.default.contentsOfDirectory(atPath: root.path)
      .filter { $0.hasPrefix("test_") }.sorted()
    var unclaimed: [String] = []
    var agreeing = 0
    for name in names {
      let outcome: NodeCase.Outcome
      do {
        outcome = try NodeCase(folder: root.appendingPathComponent(name))
          .run(mw_best_kernels().pointee)
      } catch {
        outcome = .unclaimed(Self.reason(error))
      }
      switch outcome {
      case .agrees: agreeing += 1
      case .unclaimed(let reason): unclaimed.append("\(name): \(reason)")
      case .differs(let difference): Issue.record("\(name) \(difference)")
      }
    }
    print("\(agreeing) node tests agree, \(unclaimed.count) are not claimed")
    let list = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("unclaimed-node-tests.txt")
    let text = unclaimed.joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["MAPWRIGHT_WRITE_UNCLAIMED"] != nil {
      try text.write(to: list, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: list, encoding: .utf8) == text)
  }

  /// Why a case cannot even be read: types and containers that are not claimed.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let fault as GraphFault: fault.reason
    case let error as NetworkError:
      error.description.split(separator: "\n")[1].trimmingCharacters(in: .whitespaces)
    default: "an input that is no tensor"
    }
  }
}
