import Foundation
import TestSupport
import Testing

/// The command with the web view, where `make test-view` has built it.
private let viewer = ProcessInfo.processInfo.environment["MAPWRIGHT_VIEW"]

@Suite(.serialized, .enabled(if: viewer != nil, "`make test-view` builds the web view"))
struct `The pages of the view` {
  private static let hasChromium =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium")
    && Judge.has("websocket", "PIL", "geopandas")

  @Test(
    .enabled(if: hasChromium, "`.ci/setup chromium .build/judges` installs what looks at pages"),
    .timeLimit(.minutes(10)))
  func `show what is there in its colours, offline, and go on with a run that is resumed`() throws {
    let root = Repository.root
    let script = root.appending(path: "Tests/Judges/view.py")
    let ended = try Judge.run(
      """
      import runpy, sys
      sys.path.insert(0, sys.argv[1].rsplit("/", 1)[0])
      sys.argv = sys.argv[1:]
      runpy.run_path(sys.argv[0], run_name="__main__")
      """,
      [
        script.path, "check", viewer ?? "", root.appending(path: "Tests/Goldens/View").path,
      ])

    #expect(ended.code == 0, "\(ended.text)")
  }
}
