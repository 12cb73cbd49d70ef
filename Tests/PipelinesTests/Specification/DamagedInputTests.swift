import Pipelines
import Testing

/// Equal numbers on every run, by SplitMix64 (Steele, Lea and Flood, 2014).
private struct Dice {
  var state: UInt64

  mutating func roll(_ count: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(count))
  }

  /// Replaces, inserts or removes a few bytes.
  mutating func damage(_ bytes: [UInt8], with pieces: [String]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...roll(4) {
      let start = roll(bytes.count)
      let end = min(bytes.count, start + roll(8))
      bytes.replaceSubrange(start..<end, with: pieces[roll(pieces.count)].utf8)
      if roll(4) == 0 { bytes.insert(UInt8(roll(256)), at: roll(bytes.count)) }
    }
    return bytes
  }
}

@Suite struct `Damaged input` {
  @Test func `a damaged pipeline is read, or refused in three lines`() {
    var dice = Dice(state: 1)
    let pieces = [
      "", "\n", "\t", "  ", ": ", "- ", "[", "]", "{", "}", "'", "\"", "#", "&a", "*a", "!!int",
      "|",
      "%", "---", "...", "\u{0}", "\u{85}", "é", "auto", "none", "-1", "1e999", "? ", ",", "<<: *a",
    ]
    var refused = 0
    for _ in 0..<1_000 {
      let bytes = dice.damage(Array(everyKey.utf8), with: pieces)
      do throws(SpecificationError) {
        let pipeline = try PipelineSpecification(parsing: bytes, file: "p.yaml")
        let again = try PipelineSpecification(parsing: pipeline.yaml, file: "p.yaml")
        #expect(again == pipeline)
      } catch {
        refused += 1
        let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3 && lines.dropFirst().allSatisfy { $0.hasPrefix("  ") })
      }
    }
    #expect(refused > 300)
  }

  @Test func `damaged metadata is read, or a warning`() {
    var dice = Dice(state: 2)
    let names = #"[{"0": "a", '1': 'b\u00e9', 2: "c",}, (1.5, None, True)]"#
    let pieces = ["", "[", "]", "{", "}", "\"", "'", "\\", "\\u", "\\ud83d", ",", ":", "1", "é"]
    for _ in 0..<1_000 {
      let text = String(decoding: dice.damage(Array(names.utf8), with: pieces), as: UTF8.self)
      let model = ModelMetadata(deepness: [("class_names", text)])
      #expect((model.classes == nil) == (model.warnings.count == 1))
    }
  }
}
