import BuiltinNetworks
import Tensors

extension ModelFile {
  /// Reads a model, and tells a failure of the system from a file that is no model.
  ///
  /// - Throws: ``InputError/cannotRead(path:reason:)`` when the system does not let it be read;
  ///   otherwise as `init(reading:)`.
  static func read(_ path: String) throws -> ModelFile {
    do { return try ModelFile(reading: path) } catch NetworkError.cannotRead {
      if let reason = SystemFault.refusal(toRead: path) {
        throw InputError.cannotRead(path: path, reason: reason)
      }
      // A call that failed once, for want of a descriptor say, is no damage.
      return try ModelFile(reading: path)
    }
  }
}
