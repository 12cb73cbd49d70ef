/// The word that was probably meant, or nil when none is near.
///
/// Near is an edit distance of at most a third of the longer word, or one word containing the other
/// from its start (`halo` for `halo_px`). Of words equally near, the first wins.
///
/// - Complexity: O(words · length²).
func nearestWord(to word: String, among candidates: [String]) -> String? {
  let lowered = word.lowercased()
  var best: (distance: Int, word: String)?
  for candidate in candidates {
    let target = candidate.lowercased()
    let isStem = lowered.count >= 3 && (target.hasPrefix(lowered) || lowered.hasPrefix(target))
    let distance = isStem ? 1 : editDistance(lowered, target)
    let limit = max(1, max(lowered.count, target.count) / 3)
    if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
  }
  return best?.word
}

/// The least number of letters inserted, deleted, replaced or swapped with their neighbour.
///
/// Optimal string alignment (Damerau 1964), each substring edited once.
func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first)
  let b = Array(second)
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], beforeLast[j - 2] + 1)
      }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
