/// Assigns the words after a command's name to the parameters of its description.
///
/// Options and positional arguments may come in any order. The value of an option is the next word or
/// follows `=` in the same word; a value that starts with `-` needs the `=`, unless it is `-` alone or
/// a number. All words after `--` are positional.
struct ArgumentParser {
  private let command: CommandDescription

  /// A parser for one command.
  init(_ command: CommandDescription) {
    self.command = command
  }

  /// Whether `--help` or `-h` is among the words before `--`.
  static func asksForHelp(_ arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
  }

  /// The words of each parameter, all checked.
  ///
  /// - Throws: `UsageError` for the first word that does not fit, or for a required parameter without
  ///   one.
  func parse(_ arguments: [String]) throws(UsageError) -> ParsedArguments {
    var words: [String: [String]] = [:]
    var positionals: [String] = []
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positionals += rest
        break
      }
      guard isOption(word) else {
        positionals.append(word)
        continue
      }
      let (declaration, value) = try option(word, followedBy: &rest)
      guard words.updateValue([value], forKey: declaration.name) == nil else {
        throw UsageError("option '\(declaration.name)' is given twice")
      }
    }
    try assign(positionals, to: &words)
    for parameter in command.parameters {
      try parameter.check(words[parameter.declaration.name] ?? [])
    }
    return ParsedArguments(
      checked: words,
      declared: Set(command.parameters.map { $0.declaration.name })
    )
  }

  /// Whether a word names an option: it starts with `-`, but is neither `-` alone nor a number.
  private func isOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  /// The option that `word` names and its value, which follows `=` or is taken from `rest`.
  private func option(
    _ word: String,
    followedBy rest: inout ArraySlice<String>
  ) throws(UsageError) -> (ParameterDeclaration, value: String) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard
      let declaration = command.options.first(where: { $0.name == name || $0.shortName == name })
    else {
      let known = command.options.map(\.name) + ["--help"]
      throw UsageError("unknown option '\(name)'" + Suggestion.phrase(for: name, among: known))
    }
    let attached = parts.count == 2 ? String(parts[1]) : nil
    if declaration.kind == .flag {
      if let attached { throw UsageError("'\(name)' takes no value, but '\(attached)' is given") }
      return (declaration, "")
    }
    if let attached { return (declaration, attached) }
    guard let next = rest.first, !isOption(next) else {
      throw UsageError("missing value for '\(name) \(declaration.valueName)'")
    }
    rest.removeFirst()
    return (declaration, next)
  }

  /// Assigns the positional words to the positional parameters, in order.
  private func assign(
    _ positionals: [String],
    to words: inout [String: [String]]
  ) throws(UsageError) {
    var rest = positionals[...]
    for declaration in command.positionals where !rest.isEmpty {
      let taken = declaration.isRepeating ? rest : rest.prefix(1)
      words[declaration.name] = Array(taken)
      rest = rest.dropFirst(taken.count)
    }
    if let extra = rest.first { throw UsageError("unexpected argument '\(extra)'") }
  }
}
