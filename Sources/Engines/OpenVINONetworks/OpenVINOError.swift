import Foundation

/// What can keep OpenVINO from being used, or from reading a model.
public enum OpenVINOError: Error, Hashable, Sendable {
  /// The library is in none of the places where it is looked for.
  case notFound(places: [String], reason: String)
  /// The library is of a version whose interface we do not know.
  case wrongVersion(path: String, reason: String)
  /// The file is absent, damaged, or of a kind that OpenVINO does not read.
  case cannotRead(path: String, reason: String)
  /// Bytes were asked for, and the model computes in floats.
  case notQuantized(path: String)
}

extension OpenVINOError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next, one line each.
  public var description: String {
    switch self {
    case .notFound(let places, let reason):
      """
      cannot find OpenVINO, which this model or pipeline needs
        looked in \(places.joined(separator: ", ")): \(reason)
        install it with `make openvino`, or set MAPWRIGHT_OPENVINO to the folder that holds it
      """
    case .wrongVersion(let path, let reason):
      """
      cannot use OpenVINO in '\(path)'
        \(reason)
        install version \(OpenVINOLibrary.wantedMajor), for instance with `make openvino`
      """
    case .cannotRead(let path, let reason):
      """
      cannot read model '\(path)' with OpenVINO
        \(reason)
        copy or convert it again: an IR is two files, .xml and .bin, side by side; an ONNX file is one
      """
    case .notQuantized(let path):
      """
      cannot run model '\(path)' in precision int8
        none of its layers is quantised: it computes in floats
        quantise it with `mapwright quantize` or NNCF, or write `precision: f32`
      """
    }
  }
}

/// What OpenVINO said when it refused something; becomes an error where it is known of what.
struct Refusal: Error {
  /// One line, in OpenVINO's words.
  var reason: String

  /// Whether there was no memory for it.
  var isAboutMemory: Bool {
    let words = reason.lowercased()
    return ["bad_alloc", "allocate", "allocation", "out of memory", "out_of_host_memory"]
      .contains { words.contains($0) }
  }

  /// Takes a message, which is a page of places in OpenVINO's source with the cause among them.
  init(saying message: String) {
    let lines = message.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    // What only leads to the next line ends in a colon.
    let causes = lines.filter { !$0.hasSuffix(":") }
    reason = String((causes.isEmpty ? lines : causes).joined(separator: "; ").prefix(600))
    if reason.isEmpty { reason = "OpenVINO gives no reason" }
  }
}
