import CPlatform
import Foundation
import Glibc

/// The status of a run on a terminal, renewed in place: what `mapwright status --watch` shows.
///
/// Where standard output is no terminal, it is printed every ten seconds, one below the other.
public struct StatusScreen {
  private let folder: RunFolder
  private let isTerminal = isatty(STDOUT_FILENO) == 1

  /// Shows a run.
  public init(of folder: RunFolder) { self.folder = folder }

  /// Shows it until it is finished; one that was stopped may be resumed, and is waited for.
  ///
  /// - Throws: ``RunError/notARun(folder:)``, and what keeps the run from being read at first.
  public func show() throws {
    let watcher = RunWatcher(of: folder)
    var progress = try watcher.look().progress
    if isTerminal { write("\u{1B}[2J") }
    while true {
      draw(progress)
      if progress.coordinator == nil, progress.status.state != RunRecord.State.unfinished.rawValue {
        return
      }
      usleep(isTerminal ? 1_000_000 : 10_000_000)
      // Somebody may just be beginning it anew: what was seen last stays until it can be read again.
      if let sight = try? watcher.look() { progress = sight.progress }
    }
  }

  private func draw(_ progress: RunProgress) {
    guard isTerminal else { return write(progress.words(width: 120) + "\n\n") }
    let (width, height) = (
      Int(mw_terminal_width(STDOUT_FILENO)), Int(mw_terminal_height(STDOUT_FILENO))
    )
    // Each line is overwritten and its rest cleared: nothing flickers.
    let lines = progress.words(width: width, height: height).split(
      separator: "\n", omittingEmptySubsequences: false)
    write("\u{1B}[H" + lines.map { "\($0)\u{1B}[K\n" }.joined() + "\u{1B}[J")
  }

  private func write(_ text: String) {
    print(text, terminator: "")
    fflush(nil)
  }
}
