/// Finds the name that a mistyped word probably means.
enum Suggestion {
  /// `; did you mean 'name'?`, or an empty text if no name is near.
  static func phrase(for word: String, among names: [String]) -> String {
    nearest(to: word, among: names).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// The name with the fewest edits from `word`, and the first of several such names; `nil` if that
  /// takes more than one edit per three letters. Leading dashes do not count.
  static func nearest(to word: String, among names: [String]) -> String? {
    let letters = undashed(word)
    var best: (name: String, distance: Int)?
    // The time is quadratic in the length; words beyond this one are not typing errors.
    guard letters.count <= 64 else { return nil }
    for name in names {
      let candidate = undashed(name)
      let distance = distance(letters, candidate)
      guard distance <= max(1, max(letters.count, candidate.count) / 3),
        distance < candidate.count
      else { continue }
      if distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// The Damerau-Levenshtein distance (optimal string alignment): the smallest number of insertions,
  /// deletions, replacements and exchanges of neighbours that turn one word into the other.
  static func distance(_ from: [Character], _ to: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...to.count)
    for (row, a) in from.enumerated() {
      var current = [row + 1]
      for (column, b) in to.enumerated() {
        var edits = min(last[column + 1] + 1, current[column] + 1, last[column] + (a == b ? 0 : 1))
        if row > 0, column > 0, a == to[column - 1], b == from[row - 1] {
          edits = min(edits, beforeLast[column - 1] + 1)
        }
        current.append(edits)
      }
      beforeLast = last
      last = current
    }
    return last[to.count]
  }

  private static func undashed(_ word: String) -> [Character] {
    Array(word.lowercased().drop { $0 == "-" })
  }
}
