extension NamedProblem {
  /// The problem that `text` denotes; see `ProblemGrammar`.
  package init(parsing text: some StringProtocol) throws(ProblemError) {
    var parser = ProblemParser(text)
    self = try parser.problem()
  }

  /// The problems of a file's text.
  package static func list(parsing text: String) throws(ProblemError) -> [NamedProblem] {
    var problems: [NamedProblem] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
      do throws(ProblemError) {
        problems.append(try NamedProblem(parsing: line))
      } catch {
        throw error.onLine(index + 1)
      }
    }
    return problems
  }
}

/// Reads one problem from left to right.
private struct ProblemParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ text: some StringProtocol) {
    scalars = Array(text.unicodeScalars)
  }

  mutating func problem() throws(ProblemError) -> NamedProblem {
    skipSpaces()
    let word = operationWord()
    let fields = try fields(of: word)
    let name = try name()
    let suffixes = try suffixes()
    let count = take("*") ? try number(1...ProblemGrammar.largestNumber) : 1
    skipSpaces()
    guard position == scalars.count else { throw error(at: position, rest, "the end") }
    let problem = try fields.problem(
      word, epilogue: suffixes.epilogue ?? .bias, precision: suffixes.precision ?? .f32,
      isInterleaved: suffixes.isInterleaved)
    return NamedProblem(problem, name: name, count: count)
  }

  /// What the suffixes of a problem say.
  private struct Suffixes {
    var epilogue: Epilogue?
    var precision: Precision?
    var isInterleaved = false
  }

  private mutating func suffixes() throws(ProblemError) -> Suffixes {
    var suffixes = Suffixes()
    while take("+") {
      let start = position
      let word = lettersAndDigits()
      if word == ProblemGrammar.interleaved, !suffixes.isInterleaved {
        suffixes.isInterleaved = true
      } else if let value = Precision(rawValue: word), value != .f32, suffixes.precision == nil {
        suffixes.precision = value
      } else if let value = Epilogue(rawValue: word), value != .bias, suffixes.epilogue == nil {
        suffixes.epilogue = value
      } else {
        throw error(
          at: start, ProblemError.quoted(word),
          "one of gelu, relu, sigmoid, residual, bf16, s8 and nhwc, each once")
      }
    }
    return suffixes
  }

  /// The word before a colon; nil where there is none, and then nothing is read.
  private mutating func operationWord() -> String? {
    let start = position
    while position < scalars.count, Self.isLetter(scalars[position]) || scalars[position] == "-" {
      position += 1
    }
    let word = String(String.UnicodeScalarView(scalars[start..<position]))
    if take(":") { return word }
    position = start
    return nil
  }

  private mutating func fields(of word: String?) throws(ProblemError) -> ProblemFields {
    var fields = ProblemFields(word: word, start: position)
    while position < scalars.count, Self.isLetter(scalars[position]), !isNameNext {
      let start = position
      let key = letters()
      guard fields.names.contains(key) else {
        let expected = "one of " + fields.names.joined(separator: ", ")
        throw error(at: start, ProblemError.quoted(key), expected)
      }
      guard fields.values[key] == nil else {
        throw error(at: start, "'\(key)' again", "every field once")
      }
      fields.values[key] = try number(0...ProblemGrammar.largestNumber)
    }
    return fields
  }

  private var isNameNext: Bool {
    scalars[position...].prefix(2).elementsEqual(["n", "\""])
  }

  private mutating func name() throws(ProblemError) -> String {
    guard isNameNext else { return "" }
    position += 2
    let start = position
    while position < scalars.count, NamedProblem.isNameScalar(scalars[position]) { position += 1 }
    let name = String(String.UnicodeScalarView(scalars[start..<position]))
    guard take("\"") else { throw error(at: position, rest, "the name's closing quote") }
    return name
  }

  private mutating func letters() -> String {
    let start = position
    while position < scalars.count, Self.isLetter(scalars[position]) { position += 1 }
    return String(String.UnicodeScalarView(scalars[start..<position]))
  }

  private mutating func lettersAndDigits() -> String {
    let start = position
    while position < scalars.count,
      Self.isLetter(scalars[position]) || Self.isDigit(scalars[position])
    {
      position += 1
    }
    return String(String.UnicodeScalarView(scalars[start..<position]))
  }

  private mutating func number(_ range: ClosedRange<Int>) throws(ProblemError) -> Int {
    let start = position
    while position < scalars.count, Self.isDigit(scalars[position]) { position += 1 }
    let digits = String(String.UnicodeScalarView(scalars[start..<position]))
    guard let value = Int(digits), range.contains(value) else {
      throw error(
        at: start, digits.isEmpty ? rest : ProblemError.quoted(digits),
        "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard position < scalars.count, scalars[position] == scalar else { return false }
    position += 1
    return true
  }

  private mutating func skipSpaces() {
    while take(" ") || take("\t") || take("\r") {}
  }

  /// The next characters of the text, for an error.
  private var rest: String {
    guard position < scalars.count else { return "the end" }
    return ProblemError.quoted(String(String.UnicodeScalarView(scalars[position...].prefix(40))))
  }

  private func error(at place: Int, _ found: String, _ expected: String) -> ProblemError {
    ProblemError(line: nil, column: place + 1, found: found, expected: expected)
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

extension ProblemError {
  /// At most forty characters of `text` in quotes, so that a hostile file makes no long error.
  static func quoted(_ text: String) -> String {
    text.count > 40 ? "'\(text.prefix(40))…'" : "'\(text)'"
  }
}
