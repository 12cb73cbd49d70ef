import ArgumentParser

/// How many processes work.
struct WorkersOption: ParsableArguments {
  @Option(
    name: [.customShort("w"), .customLong("workers")],
    help: ArgumentHelp(
      """
      Worker processes. (default: as many as there are cores, and as fit into --memory where it is \
      given; of a slice, as its task has cores and memory for)
      """, valueName: "count"))
  var count: Int?

  func validate() throws {
    guard count.map({ (1...1024).contains($0) }) ?? true else {
      throw ValidationError("--workers takes a number from 1 to 1024.")
    }
  }
}

/// How long they go on when they are told to stop.
struct GraceOption: ParsableArguments {
  @Option(
    name: .customLong("grace"),
    help: ArgumentHelp(
      "Seconds that work may still take after Ctrl-C or SIGTERM. (default: 25)",
      valueName: "seconds"))
  var seconds: Double?

  /// The same; nil for the default.
  var duration: Duration? { seconds.map { .seconds($0) } }

  func validate() throws {
    guard seconds.map({ (0...3600).contains($0) }) ?? true else {
      throw ValidationError("--grace takes seconds from 0 to 3600.")
    }
  }
}
