import Footprints
import Testing

@Suite struct `The words of footprint errors` {
  @Test func `a fragment that cannot be read, used or written`() {
    #expect(
      "\(FootprintError.cannotReadFragment(path: "a", reason: "no such file"))" == """
        cannot read the footprints in 'a'
          the system says: no such file
          run the same command again; shards whose files are gone are traced anew
        """)
    #expect(
      "\(FootprintError.damagedFragment(path: "a", reason: "a count is negative"))" == """
        cannot use the footprints in 'a'
          a count is negative
          delete the file and run the same command again; its shard is traced anew
        """)
    #expect(
      "\(FootprintError.cannotWriteFragment(path: "a", reason: "no space"))" == """
        cannot write footprints to 'a'
          the system says: no space
          free some space and run the same command again; finished shards are kept
        """)
  }
}
