import Foundation
import Testing

@testable import BuiltinNetworks

@Suite("the table of operators")
struct OperatorTableTests {
  /// The folder that holds Package.swift.
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("is what Documentation/Operators.md says")
  func documented() throws {
    let page = Self.root.appendingPathComponent("Documentation/Operators.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == OperatorTable.markdown)
  }

  @Test("names no operator twice")
  func unique() {
    #expect(Set(OperatorTable.names).count == OperatorTable.names.count)
  }
}
