import Pipelines
import Testing

@testable import Viewing

@Suite struct `What keeps a run from being looked at` {
  @Test func `Leaflet that is not there is named, with its package`() {
    let error = #expect(throws: ViewError.self) { try PageFiles(leaflet: "/nowhere") }
    #expect(
      error.map(String.init(describing:)) == """
        cannot show the map
          Leaflet, which draws it, is not in '/nowhere'
          install Debian's libjs-leaflet: `apt-get install libjs-leaflet`
        """)
    #expect(error?.exitStatus == .unavailable)
  }

  @Test func `a port that is taken is named`() throws {
    let error = #expect(throws: ViewError.self) {
      // An address of documentation (RFC 5737), which no machine has.
      try ViewSettings(
        host: "192.0.2.1", port: 0, token: "0123456789abcdef", cacheLimit: 0
      ).checkedPort()
    }
    #expect(
      error.map(String.init(describing:)) == """
        cannot listen on 192.0.2.1:0
          the system says: Cannot assign requested address
          choose another port with `--port`; 0 takes one that is free
        """)
    #expect(error?.exitStatus == .unavailable)
  }

  @Test func `a command that cannot be started leaves the way to give it oneself`() {
    let error = ViewError.cannotRetry(reason: "the system says: Resource temporarily unavailable")
    #expect(
      "\(error)" == """
        cannot try again what was set aside
          the system says: Resource temporarily unavailable
          give the run's own command again, with `--retry-set-aside`
        """)
    #expect(error.exitStatus == .cannotWrite)
  }
}
