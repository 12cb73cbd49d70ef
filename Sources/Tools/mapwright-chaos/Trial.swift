/// One kind of trouble, made many times, and what must hold in spite of it.
protocol Trial: Sendable {
  /// A word for the command line and the table.
  var name: String { get }
  /// What must hold, in a sentence.
  var promise: String { get }

  /// Whether it measures, and so wants the machine for itself.
  var isMeasurement: Bool { get }

  /// Makes the trouble.
  func perform(in arena: Arena) throws -> Finding
}

extension Trial {
  var isMeasurement: Bool { false }
}

/// What a trial has seen.
struct Finding: Sendable {
  /// What was done, with numbers.
  var done = ""
  /// What was measured.
  var seen = ""
  /// Everything that did not hold, with what replays it.
  var faults: [String] = []
  /// Why it was not done at all; nil when it was.
  var skipped: String?
  /// The same numbers for programs.
  var numbers: [String: Double] = [:]

  /// A trial that cannot be held here.
  static func skipped(_ reason: String) -> Finding { Finding(skipped: reason) }

  /// Adds a fault unless something holds.
  mutating func expect(_ holds: Bool, _ fault: @autoclosure () -> String) {
    if !holds { faults.append(fault()) }
  }
}

/// Something that a trial cannot go on after.
struct Breakdown: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
