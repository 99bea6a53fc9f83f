import FastViTOperations

/// What the words after `kernelgen sweep` ask for.
struct SweepOptions {
  /// The families that can be swept.
  enum Family: String, CaseIterable {
    case pointwise, depthwise

    /// The options that span its tiles, with the values they have if not given.
    var axes: [(name: String, values: [Int])] {
      switch self {
      case .pointwise:
        [
          ("rows", Array(4...14)), ("vectors", Array(1...4)), ("unroll", [1, 2, 4]),
          ("groups", [1]),
        ]
      case .depthwise:
        [
          ("kernel", [7]), ("stride", [1]), ("multiplier", [1]), ("width", Array(4...10)),
          ("height", Array(1...3)), ("vectors", [1]), ("loops", [1]),
        ]
      }
    }
  }

  let family: Family
  /// The numbers of each axis, by the name of the axis, ascending; every axis of the family has some.
  let values: [String: [Int]]
  /// The file of problems.
  let shapes: String
  /// The instruction set.
  let target: Target
  /// Seconds for building and timing together.
  let timeLimit: Int
  /// The repository; nil for the current folder.
  let root: String?

  /// What `--help` prints.
  static let usage = """
    usage: kernelgen sweep --family FAMILY --shapes FILE [OPTION]...

    Makes kernels for tiles that are not in the catalogue, holds each against the reference byte by
    byte, times them among the catalogue's own, prints a ranking and writes it, dated, under
    Benchmarks/Records. Tiles that do not fit the registers are skipped.

      --family FAMILY     pointwise or depthwise
      --shapes FILE       problems, as `fastvit graph --emit-shapes` writes them; those of the family
                          that the tiles can do are timed
      --isa NAME          avx512, avx2, neon or portable; this machine's best if not given
      --time-limit S      seconds for building and timing together; 900 if not given
      --root DIR          the repository; the current folder if not given

    Tiles are all combinations of numbers, written 4...14 or 1,2,4 or both, at most \(mostTiles):

      pointwise           --rows 4...14 --vectors 1...4 --unroll 1,2,4 --groups 1
      depthwise           --kernel 7 --stride 1 --multiplier 1 --width 4...10 --height 1...3
                          --vectors 1 --loops 1

    Exit status: 0 a ranking, 1 the time limit or a kernel with wrong bytes, 64 usage, 65 or 66 a bad or
    missing file, 70 a kernel that does not compile, 73 a file that cannot be created.
    """

  /// - Parameters:
  ///   - words: those after `sweep`; options with their values, in any order, each once.
  ///   - targets: those that can be timed, best first.
  init(_ words: [String], targets: [Target] = Target.runnable) throws(SweepFailure) {
    var given: [String: String] = [:]
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else { throw Self.usage("unexpected argument '\(word)'") }
      let name = String(word.dropFirst(2))
      guard let value = rest.popFirst() else { throw Self.usage("'\(word)' needs a value") }
      guard given.updateValue(value, forKey: name) == nil else {
        throw Self.usage("'\(word)' is given twice")
      }
    }
    family = try Self.choice(given.removeValue(forKey: "family"), "family", Family.allCases)
    guard let shapes = given.removeValue(forKey: "shapes") else {
      throw Self.usage("'--shapes FILE' is missing")
    }
    self.shapes = shapes
    target =
      try given.removeValue(forKey: "isa").map { word throws(SweepFailure) in
        try Self.target(word, among: targets)
      } ?? targets[0]
    let limit = given.removeValue(forKey: "time-limit") ?? "900"
    guard let seconds = Int(limit), 1...86_400 ~= seconds else {
      throw Self.usage("'--time-limit' is '\(limit)', expected 1 to 86400 seconds")
    }
    timeLimit = seconds
    root = given.removeValue(forKey: "root")
    var values: [String: [Int]] = [:]
    for axis in family.axes {
      values[axis.name] =
        try given.removeValue(forKey: axis.name).map { text throws(SweepFailure) in
          try Self.numbers(text, of: axis.name)
        } ?? axis.values
    }
    self.values = values
    if let name = given.keys.min() {
      throw Self.usage("'--\(name)' is no option of a sweep of \(family.rawValue) kernels")
    }
    let tiles = values.values.reduce(1) { $0 * $1.count }
    guard tiles <= Self.mostTiles else {
      throw Self.usage("these are \(tiles) tiles, expected at most \(Self.mostTiles)")
    }
  }

  /// The values of an axis of the family.
  subscript(axis: String) -> [Int] { values[axis] ?? [] }

  /// The most that an axis may ask for; no instruction set has more registers.
  private static let largestNumber = 64

  /// The most combinations: no time limit is long enough to build and time as many.
  private static let mostTiles = 4096

  /// `4...6`, `1,2,4` or `1,4...6` as ascending numbers.
  static func numbers(_ text: String, of axis: String) throws(SweepFailure) -> [Int] {
    var numbers: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let bounds = part.split(separator: "...", omittingEmptySubsequences: false).map {
        $0.allSatisfy(\.isNumber) ? Int($0) ?? 0 : 0
      }
      guard let first = bounds.first, let last = bounds.last, bounds.count <= 2, first >= 1,
        first <= last, last <= largestNumber
      else {
        throw usage("'--\(axis)' is '\(text)', expected numbers such as 4...14 or 1,2,4, to 64")
      }
      numbers.formUnion(first...last)
    }
    return numbers.sorted()
  }

  private static func target(_ word: String, among targets: [Target]) throws(SweepFailure) -> Target
  {
    if let target = targets.first(where: { $0.instructionSet.name == word }) { return target }
    let expected = targets.map(\.instructionSet.name).joined(separator: ", ")
    throw usage(
      InstructionSet(named: word) == nil
        ? "'--isa' is '\(word)', expected one of \(expected)"
        : "this machine or its system has no \(word), expected one of \(expected)")
  }

  private static func choice<Choice: RawRepresentable<String>>(
    _ word: String?, _ option: String, _ choices: [Choice]
  ) throws(SweepFailure) -> Choice {
    if let choice = choices.first(where: { $0.rawValue == word }) { return choice }
    let expected = choices.map(\.rawValue).joined(separator: ", ")
    guard let word else { throw usage("'--\(option)' is missing, expected one of \(expected)") }
    throw usage("'--\(option)' is '\(word)', expected one of \(expected)")
  }

  private static func usage(_ message: String) -> SweepFailure {
    SweepFailure(.usage, message + "; see kernelgen sweep --help")
  }
}

extension Target {
  /// Those whose kernels this machine and its system can run, best first.
  static let runnable = all.filter(\.instructionSet.runsHere)
}
