import Testing

@testable import mapwright_chaos

@Suite struct `The order of calls on disk` {
  private static let write = #"7 write(5</r/2-queueing/staging/0-3.1.7.tif>, "II*"..., 42) = 42"#
  private static let flush = "7 fsync(6</r/2-queueing/staging/0-3.1.7.tif>) = 0"
  private static let rename =
    #"4 rename("/r/2-queueing/staging/0-3.1.7.tif", "/r/3-inference/a.tif") = 0"#
  private static let folder = "4 fsync(9</r/3-inference>) = 0"
  private static let record = "4 fdatasync(8</r/2-queueing/queue.sqlite-wal>) = 0"

  private func faults(_ lines: String...) -> [String] {
    PublishingOrder(CallLog(lines.joined(separator: "\n")), in: "/r").faults
  }

  @Test func `is good when each step follows the one that it rests on`() {
    let order = PublishingOrder(
      CallLog(
        [Self.write, Self.flush, Self.rename, Self.folder, Self.record].joined(separator: "\n")),
      in: "/r")

    #expect(order.published == 1 && order.faults == [])
  }

  @Test func `is bad when a file is renamed before it is flushed`() {
    #expect(
      faults(Self.write, Self.rename, Self.flush, Self.folder, Self.record)
        == ["3-inference/a.tif: not flushed between its last write and its rename"])
  }

  @Test func `is bad when a file is written to after it was flushed`() {
    #expect(
      faults(Self.flush, Self.write, Self.rename, Self.folder, Self.record)
        == ["3-inference/a.tif: not flushed between its last write and its rename"])
    #expect(
      faults(Self.write, Self.flush, Self.rename, Self.folder, Self.record, Self.write)
        == ["3-inference/a.tif: written to after its rename"])
  }

  @Test func `is bad when the folder is not flushed`() {
    #expect(
      faults(Self.write, Self.flush, Self.rename, Self.record)
        == ["3-inference/a.tif: its folder was not flushed after its rename"])
  }

  @Test func `is bad when the database is flushed before the folder, or never`() {
    #expect(
      faults(Self.write, Self.flush, Self.rename, Self.record, Self.folder)
        == ["3-inference/a.tif: the database was flushed before its folder"])
    #expect(
      faults(Self.write, Self.flush, Self.rename, Self.folder)
        == ["3-inference/a.tif: nothing was recorded after its rename"])
  }

  @Test func `counts a call from its begin to its end, also when others come in between`() {
    let begin = "7 fsync(6</r/2-queueing/staging/0-3.1.7.tif> <unfinished ...>"
    let end = "7 <... fsync resumed>) = 0"

    #expect(faults(Self.write, begin, end, Self.rename, Self.folder, Self.record) == [])
    #expect(
      faults(Self.write, begin, Self.rename, end, Self.folder, Self.record)
        == ["3-inference/a.tif: not flushed between its last write and its rename"])
  }
}
