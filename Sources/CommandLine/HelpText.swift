/// The texts that describe the tool and its commands, wrapped to 80 columns.
struct HelpText {
  /// The largest number of characters per line.
  static let width = 80

  /// The name of the executable, such as `fastvit`.
  let tool: String

  /// The usage of a command in one line, for errors: the required options, `[options]` if there are
  /// others, and the positional arguments.
  func usageLine(of command: CommandDescription) -> String {
    let required = command.options.filter(\.isRequired).map(\.synopsis)
    let hasMore = command.options.contains { !$0.isRequired }
    let positionals = command.positionals.map(\.bracketedSynopsis)
    return ([tool, command.name] + required + (hasMore ? ["[options]"] : []) + positionals)
      .joined(separator: " ")
  }

  /// The help of one command.
  func command(_ command: CommandDescription) -> String {
    let words =
      [tool, command.name] + (command.options + command.positionals).map(\.bracketedSynopsis)
    var sections = ["OVERVIEW: " + command.abstract]
    if !command.discussion.isEmpty { sections.append(Self.paragraphs(command.discussion)) }
    sections.append(Self.hanging("USAGE: ", words))
    if !command.positionals.isEmpty {
      sections.append(Self.list("ARGUMENTS:", command.positionals.map(Self.entry)))
    }
    let help = (term: "-h, --help", text: "Show this help.")
    sections.append(Self.list("OPTIONS:", command.options.map(Self.entry) + [help]))
    return sections.map(Self.wrapped).joined(separator: "\n\n") + "\n"
  }

  /// The help of the tool.
  func tool(_ table: CommandTable) -> String {
    var sections = ["OVERVIEW: " + table.abstract]
    if !table.discussion.isEmpty { sections.append(Self.paragraphs(table.discussion)) }
    sections.append("USAGE: \(tool) COMMAND [options] [arguments]")
    sections.append(
      Self.list(
        "OPTIONS:",
        [("--version", "Show the version."), ("-h, --help", "Show this help.")]
      )
    )
    sections.append(
      Self.list(
        "COMMANDS:",
        table.commands.map { ($0.description.name, $0.description.abstract) }
      )
    )
    sections.append("See '\(tool) help COMMAND' for the help of a command.")
    return sections.map(Self.wrapped).joined(separator: "\n\n") + "\n"
  }

  /// The entry of a parameter in a list: its names, and its help with notes.
  private static func entry(_ declaration: ParameterDeclaration) -> (term: String, text: String) {
    let names = [declaration.shortName, declaration.synopsis].compactMap { $0 }
    let notes =
      declaration.notes.isEmpty ? "" : " (" + declaration.notes.joined(separator: "; ") + ")"
    return (names.joined(separator: ", "), declaration.help + notes)
  }

  /// A title, and below it a column of terms and a column of their texts.
  private static func list(_ title: String, _ entries: [(term: String, text: String)]) -> String {
    let column = min(26, (entries.map { $0.term.count }.max() ?? 0) + 4)
    let margin = String(repeating: " ", count: column)
    var lines = [title]
    for entry in entries {
      var text = wrap(entry.text, to: width - column)[...]
      let term = "  " + entry.term
      if term.count + 2 <= column, let first = text.popFirst() {
        lines.append(term + String(repeating: " ", count: column - term.count) + first)
      } else {
        lines.append(term)
      }
      lines += text.map { margin + $0 }
    }
    return lines.joined(separator: "\n")
  }

  /// A title and words on lines of at most `width` characters. A line is broken only between elements
  /// of `words`, and later lines begin below the first word.
  private static func hanging(_ title: String, _ words: [String]) -> String {
    let margin = String(repeating: " ", count: title.count)
    let lines = fill(words, to: width - title.count)
    return lines.enumerated().map { ($0.offset == 0 ? title : margin) + $0.element }
      .joined(separator: "\n")
  }

  /// Paragraphs with their line breaks moved to fit `width`; a paragraph that begins with a space is
  /// kept.
  private static func paragraphs(_ text: String) -> String {
    text.split(separator: "\n\n").map { paragraph in
      paragraph.hasPrefix(" ")
        ? String(paragraph)
        : wrap(paragraph.split(separator: "\n").joined(separator: " "), to: width).joined(
          separator: "\n"
        )
    }
    .joined(separator: "\n\n")
  }

  /// A section with every line wrapped that is too long; lines that begin with a space are kept.
  private static func wrapped(_ section: String) -> String {
    section.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { $0.hasPrefix(" ") ? [String($0)] : wrap(String($0), to: width) }
      .joined(separator: "\n")
  }

  /// A text in lines of at most `columns` characters, broken at spaces.
  static func wrap(_ text: String, to columns: Int) -> [String] {
    fill(text.split(separator: " ").map(String.init), to: columns)
  }

  /// Words in lines of at most `columns` characters; a longer word gets a line of its own.
  private static func fill(_ words: [String], to columns: Int) -> [String] {
    var lines: [String] = []
    for word in words {
      if let last = lines.last, last.count + 1 + word.count <= columns {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(word)
      }
    }
    return lines.isEmpty ? [""] : lines
  }
}
