import Testing

@testable import Pipelines

@Suite struct `A file system` {
  @Test(arguments: [
    (0x6969, "NFS"), (0xFE53_4D42, "SMB"), (0x0BD0_0BD0, "Lustre"), (0x4750_4653, "GPFS"),
    (0x6573_5546, "FUSE"), (0x0102_1997, "9p"),
  ])
  func `of a network is known by its number`(type: Int, name: String) {
    #expect(FileSystemKind(type: type) == .network(name))
  }

  @Test(arguments: [0xEF53, 0x0102_1994, 0x9123_683E, 0x794C_7630, 0])
  func `of a disk, of memory, or unknown is local`(type: Int) {
    #expect(FileSystemKind(type: type) == .local)
  }
}

@Suite struct `Kills for want of memory` {
  @Test func `are claimed one by one, and only those that happened since`() {
    var count = 7
    var kills = MemoryKills { count }
    let before = kills.claimOne()
    count += 2
    let after = [kills.claimOne(), kills.claimOne(), kills.claimOne()]

    #expect(!before)
    #expect(after == [true, true, false])
  }

  @Test func `are counted by this machine`() { #expect(MemoryKills.ofMachine() >= 0) }
}
