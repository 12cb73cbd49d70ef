/// Why there is no answer.
enum HTTPFault: Error {
  /// The connection did not come about, broke, or stalled: in libcurl's words.
  case connection(String)
  /// Nothing that another attempt would mend: in libcurl's words.
  case final(String)
  /// The file to send cannot be read: in the system's words.
  case cannotRead(path: String, reason: String)
  /// The file to keep the answer in cannot be written: in the system's words.
  case cannotKeep(path: String, reason: String)
}
