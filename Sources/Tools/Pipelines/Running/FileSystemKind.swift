import CPlatform

/// What a file system is, as far as a database cares.
///
/// SQLite's write-ahead log needs memory that all openers share and locks that hold, which no
/// network offers: there it says that all is well, and loses what it was given.
enum FileSystemKind: Hashable {
  /// Of this machine, or not known to be anything else.
  case local
  /// Of another machine, or behind a program, by name.
  case network(String)

  /// Tells a file system by the number that `statfs` calls its type.
  init(type: Int) {
    self = Self.networks[type].map(Self.network) ?? .local
  }

  /// Asks about the file system that holds a path.
  init(of path: String) { self.init(type: Int(mw_file_system(path))) }

  private static let networks = [
    0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "SMB", 0xFE53_4D42: "SMB", 0x0BD0_0BD0: "Lustre",
    0x4750_4653: "GPFS", 0x6573_5546: "FUSE", 0x0102_1997: "9p", 0x5346_414F: "AFS",
    0x00C3_6400: "Ceph", 0x1983_0326: "BeeGFS", 0xAAD7_AAEA: "PanFS", 0x0116_1970: "GFS2",
    0x7461_636F: "OCFS2",
  ]
}
