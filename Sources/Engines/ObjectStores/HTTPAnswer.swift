/// What a server answered.
struct HTTPAnswer {
  var status: Int
  /// By their names in lower case.
  var headers: [String: String]
  /// The content; empty where it was written to a file.
  var body: [UInt8]

  /// Whether what was asked was done.
  var isGood: Bool { (200..<300).contains(status) }
}
