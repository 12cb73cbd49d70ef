import ArgumentParser
import Foundation
import Pipelines
import Viewing

/// The verb `view`.
struct ViewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Show a run in a browser: imagery, map and progress, while it is being made.",
    discussion: """
      Prints the address to open. Nothing is fetched from any other host. Ctrl-C ends
      the view, never the run. `make view` builds what this needs.
      """)

  @OptionGroup var place: RunArgument

  @Option(help: ArgumentHelp("The port; 0 takes one that is free.", valueName: "port"))
  var port = 8737

  @Option(
    help: ArgumentHelp(
      "Listen on this address, so that other machines can look; needs a token.",
      valueName: "address"))
  var listen: String?

  @Option(
    help: ArgumentHelp("What must be known to look, at least 16 letters.", valueName: "token"))
  var token: String?

  @Option(
    name: .customLong("cache-mb"),
    help: ArgumentHelp("How many tiles are kept in the run's folder.", valueName: "megabytes"))
  var cache = 256

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port takes a number from 0 to 65535.")
    }
    guard (0...1_000_000).contains(cache) else {
      throw ValidationError("--cache-mb takes megabytes from 0 to 1000000.")
    }
    let letters = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_"))
    guard token.map({ $0.unicodeScalars.allSatisfy(letters.contains) }) ?? true else {
      throw ValidationError("--token takes letters, digits, - and _.")
    }
  }

  func run() async throws {
    let settings = try ViewSettings(
      host: listen, port: port, token: token, cacheLimit: cache * 1_000_000)
    let name = place.path
    try await ViewServer(of: place.folder, settings).run { address in
      print("\(name) is shown at \(address)")
      fflush(nil)
    }
  }
}
