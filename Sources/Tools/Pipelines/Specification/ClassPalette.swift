/// The colours of classes that nobody gave one.
///
/// Told apart by people with any colour vision: the eight of Okabe and Ito (2008) without black, then
/// the same, darker.
enum ClassPalette {
  /// A light grey that steps back behind the others.
  static let background: [UInt8] = [0xD9, 0xD9, 0xD9]

  private static let colors: [[UInt8]] = [
    [0xD5, 0x5E, 0x00], [0x00, 0x9E, 0x73], [0x00, 0x72, 0xB2], [0xF0, 0xE4, 0x42],
    [0xCC, 0x79, 0xA7], [0x56, 0xB4, 0xE9], [0xE6, 0x9F, 0x00],
  ]

  /// The colour of the nth class that is not background.
  static func color(_ index: Int) -> [UInt8] {
    let shade = index / colors.count % 4
    return colors[index % colors.count].map { UInt8(Int($0) * (4 - shade) / 4) }
  }

  /// Whether a class is what remains when everything of interest is taken away.
  static func isBackground(_ name: String) -> Bool {
    let word = name.lowercased().filter { $0.isLetter }
    return ["background", "ground", "other", "unlabelled", "unlabeled"].contains(word)
  }
}
