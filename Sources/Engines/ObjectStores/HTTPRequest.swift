/// What is asked of a server.
struct HTTPRequest {
  /// What a request carries.
  enum Body {
    case none
    case bytes([UInt8])
    /// A file's content, of so many bytes.
    case file(path: String, count: Int)

    var count: Int {
      switch self {
      case .none: 0
      case .bytes(let bytes): bytes.count
      case .file(_, let count): count
      }
    }
  }

  var method: String
  var address: String
  var headers: [(name: String, value: String)] = []
  var body = Body.none
  /// Where the content of a good answer is written; nil keeps it in memory.
  var target: String?
  var connectSeconds = 10
  var stallSeconds = 30
  /// A file of certificates that are trusted; nil for the system's.
  var certificates: String?
  /// Whether the server is on this machine or beside it, and no proxy is asked.
  var isNear = false
}
