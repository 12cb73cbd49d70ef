import CPlatform
import Checksums
import Foundation
import Glibc

/// A job in a folder that all machines see: on NFS, Lustre, GPFS, or the disk of a single one.
///
/// A file is written under a name of its own, made durable, and then linked to its name by `link(2)`, which
/// fails where there is one: of many that do so at once, one succeeds, and whoever looks sees a whole file
/// or none. No lock of the file system takes part.
struct FolderStore: JobStore {
  /// Where files lie until they are whole, within the folder.
  static let incoming = ".incoming"
  /// Unfinished files that are older belong to nobody any more, in s.
  static let patience = 86_400

  let place: String

  /// Opens a folder.
  ///
  /// - Parameter makes: Whether it is made when it is not there.
  /// - Throws: ``JobError/notAJob(place:reason:)``, ``JobError/cannotWrite(place:name:reason:)``.
  init(_ path: String, making makes: Bool = false) throws(JobError) {
    place = path
    if makes { try makeFolder("") }
    var state = stat()
    guard stat(path, &state) == 0 else {
      throw .notAJob(place: path, reason: String(cString: strerror(errno)))
    }
    guard state.st_mode & S_IFMT == S_IFDIR else {
      throw .notAJob(place: path, reason: "it is no folder")
    }
  }

  private func path(_ name: String) -> String { name.isEmpty ? place : "\(place)/\(name)" }

  // MARK: - Reading

  func names(under prefix: String) throws -> [String] {
    let end = prefix.lastIndex(of: "/").map { prefix.index(after: $0) } ?? prefix.startIndex
    var found: [String] = []
    try list(String(prefix[..<end]), into: &found)
    return found.filter { $0.hasPrefix(prefix) }.sorted()
  }

  /// Lists a folder, which is named with a slash at its end, and those in it.
  private func list(_ folder: String, into found: inout [String]) throws(JobError) {
    guard let stream = opendir(path(folder)) else {
      if errno == ENOENT { return }
      throw cannotRead(folder, errno)
    }
    defer { closedir(stream) }
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw cannotRead(folder, errno) }
        return
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name.hasPrefix(".") { continue }
      if isFolder(entry.pointee.d_type, folder + name) {
        try list("\(folder)\(name)/", into: &found)
      } else {
        found.append(folder + name)
      }
    }
  }

  /// Whether an entry is a folder; not every file system tells at once.
  private func isFolder(_ type: UInt8, _ name: String) -> Bool {
    if Int(type) != Int(DT_UNKNOWN) { return Int(type) == Int(DT_DIR) }
    var state = stat()
    return stat(path(name), &state) == 0 && state.st_mode & S_IFMT == S_IFDIR
  }

  func read(_ name: String) throws -> Data? {
    let file = open(path(name), O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw cannotRead(name, errno)
    }
    defer { close(file) }
    var data = Data()
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(file, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw cannotRead(name, errno) }
      if count == 0 { return data }
      data.append(contentsOf: piece[..<count])
    }
  }

  func bring(_ name: String, to file: URL, hash: String) throws {
    unlink(file.path)
    // Whoever reads the file takes its hash: here it would be read for nothing.
    if link(path(name), file.path) == 0 { return }
    if errno == ENOENT {
      throw JobError.damaged(place: place, name: name, reason: "the file is absent")
    }
    // On another file system, or another user's.
    guard symlink(path(name), file.path) == 0 else {
      throw Publisher.failure(of: errno, at: file.path)
    }
  }

  // MARK: - Creating

  func create(_ name: String, holding data: Data) throws -> Bool {
    try create(name) { file throws(JobError) in
      let problem = data.withUnsafeBytes { Self.write($0, to: file) }
      if problem != 0 { throw cannotWrite(name, problem) }
    }
  }

  func create(_ name: String, copying source: URL, hash: String) throws -> Bool {
    try create(name) { file in
      let found = try copy(source, to: file, for: name)
      guard found == hash else { throw RunError.wroteWrongly(path: source.path) }
    } check: { path in
      // What a share has taken without complaint it need not hold.
      let arrived = try ContentHash(ofFile: path).description
      if arrived != hash {
        throw cannotWrite(name, words: "read back, it holds other bytes than were written")
      }
    }
  }

  /// Writes a file under a name of its own, then links it to its name.
  ///
  /// - Returns: False when there is such a file already.
  private func create(
    _ name: String, fill: (Int32) throws -> Void, check: (String) throws -> Void = { _ in }
  ) throws -> Bool {
    try makeFolder(Self.incoming)
    let folder = name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
    try makeFolder(folder)
    let staged = path("\(Self.incoming)/\(UUID().uuidString)")
    let file = open(staged, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw cannotWrite(name, errno) }
    defer {
      close(file)
      unlink(staged)
    }
    try fill(file)
    guard fsync(file) == 0 else { throw cannotWrite(name, errno) }
    try check(staged)
    if link(staged, path(name)) != 0 {
      guard try wasLinked(file, name, errno) else { return false }
    }
    let problem = mw_sync(path(folder), true)
    if problem != 0 { throw cannotWrite(name, problem) }
    return true
  }

  /// Whether a link was made though the system says that it was not: a server that is asked twice,
  /// since its first answer was lost, says that the name is taken.
  private func wasLinked(_ file: Int32, _ name: String, _ problem: Int32) throws(JobError) -> Bool {
    switch problem {
    case EEXIST:
      var state = stat()
      return fstat(file, &state) == 0 && state.st_nlink > 1
    case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
      throw .noLinks(folder: place, reason: String(cString: strerror(problem)))
    default: throw cannotWrite(name, problem)
    }
  }

  /// Copies a local file; returns the hash of what was read.
  private func copy(_ source: URL, to file: Int32, for name: String) throws -> String {
    let input = open(source.path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else {
      throw RunError.cannotRead(path: source.path, reason: String(cString: strerror(errno)))
    }
    defer { close(input) }
    var hasher = ContentHasher()
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { piece.deallocate() }
    while true {
      let count = Glibc.read(input, piece.baseAddress, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw RunError.cannotRead(path: source.path, reason: String(cString: strerror(errno)))
      }
      if count == 0 { break }
      let taken = UnsafeRawBufferPointer(rebasing: piece[..<count])
      hasher.update(taken)
      let problem = Self.write(taken, to: file)
      if problem != 0 { throw cannotWrite(name, problem) }
    }
    return hasher.finish().description
  }

  /// Writes bytes; returns 0, or what the system said.
  private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
    var sent = 0
    while sent < bytes.count {
      let count = Glibc.write(file, bytes.baseAddress! + sent, bytes.count - sent)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return count < 0 ? errno : EIO }
      sent += count
    }
    return 0
  }

  // MARK: - Folders

  /// Makes a folder of the job and those around it, each of them durable.
  private func makeFolder(_ name: String) throws(JobError) {
    let path = path(name)
    if mkdir(path, 0o777) == 0 {
      let problem = mw_sync(Self.parent(of: path), true)
      if problem != 0 { throw cannotWrite(name, problem) }
      return
    }
    if errno == EEXIST { return }
    guard errno == ENOENT else { throw cannotWrite(name, errno) }
    do { try RunFolder.makeFolder(path) } catch {
      throw cannotWrite(name, words: error.reason ?? "\(error)")
    }
    var made = path
    while made != "/", made != Self.parent(of: place) {
      made = Self.parent(of: made)
      let problem = mw_sync(made, true)
      if problem != 0 { throw cannotWrite(name, problem) }
    }
  }

  private static func parent(of path: String) -> String {
    let start = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
    return start.isEmpty ? "/" : String(start)
  }

  // MARK: - Deleting

  func delete(_ names: [String]) throws {
    for name in names where unlink(path(name)) != 0 && errno != ENOENT {
      throw cannotWrite(name, errno)
    }
    // The order of deletions holds over a loss of power.
    let folders = Set(names.map { Self.parent(of: path($0)) })
    for folder in folders.sorted() { _ = mw_sync(folder, true) }
  }

  /// Deletes what killed commands have left unfinished, a day ago or earlier.
  ///
  /// By the file system's own clock, which need not be this machine's.
  func sweep() throws {
    let own = "\(Self.incoming)/\(UUID().uuidString)"
    try makeFolder(Self.incoming)
    let file = open(path(own), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw cannotWrite(own, errno) }
    defer {
      close(file)
      unlink(path(own))
    }
    var now = stat()
    guard fstat(file, &now) == 0 else { throw cannotWrite(own, errno) }
    var found: [String] = []
    try list("\(Self.incoming)/", into: &found)
    for name in found {
      var state = stat()
      guard lstat(path(name), &state) == 0,
        state.st_mtim.tv_sec + Self.patience < now.st_mtim.tv_sec
      else { continue }
      unlink(path(name))
    }
  }

  // MARK: - Errors

  private func cannotRead(_ name: String, _ problem: Int32) -> JobError {
    .cannotRead(place: place, name: name, reason: String(cString: strerror(problem)))
  }

  private func cannotWrite(_ name: String, _ problem: Int32) -> JobError {
    cannotWrite(name, words: String(cString: strerror(problem)))
  }

  private func cannotWrite(_ name: String, words: String) -> JobError {
    .cannotWrite(place: place, name: name, reason: words)
  }
}

extension RunError {
  /// What the system said, where the error is about a file.
  fileprivate var reason: String? {
    switch self {
    case .cannotWrite(_, let reason), .outOfSpace(_, let reason): reason
    default: nil
    }
  }
}
