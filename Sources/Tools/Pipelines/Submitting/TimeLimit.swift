/// Times as people write them.
public enum TimeLimit {
  /// A time such as `90m`, `4h` or `2d`, in s; nil where the text is none.
  public static func seconds(of text: String) -> Int? {
    let units = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[String($0)] }), let number = Int(text.dropLast()),
      (1...1_000_000).contains(number), number * unit <= 31_536_000
    else { return nil }
    return number * unit
  }
}
