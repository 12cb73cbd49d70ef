import Testing

@Suite struct `The page of faults` {
  private let rows = Repository.text("Documentation/WhatHappensWhen.md").split(separator: "\n")
    .filter { $0.hasPrefix("| ") && !$0.hasSuffix(" proved by |") }
  private let tests = Set(
    Repository.files(in: "Tests", endingWith: [".swift"]).flatMap { path in
      Repository.text(path).matches(of: /func `([^`]+)`/).map { String($0.1) }
    })
  private let trials = Set(
    Repository.files(in: "Sources/Tools/mapwright-chaos", endingWith: [".swift"])
      .flatMap { path in
        Repository.text(path).matches(of: /\bname(?: =|:) "([a-z-]+)"/).map { String($0.1) }
      })

  @Test func `names for every fault a test or a trial that exists`() {
    #expect(rows.count >= 20)
    for row in rows {
      let proofs =
        row.split(separator: "|").last?
        .matches(of: /`([^`]+)`/).map { String($0.1) } ?? []
      #expect(!proofs.isEmpty, "nothing proves \(row)")
      for proof in proofs {
        #expect(tests.contains(proof) || trials.contains(proof), "'\(proof)' does not exist")
      }
    }
  }
}
