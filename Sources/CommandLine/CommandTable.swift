/// A tool: its name, its version, and the list of its commands.
package struct CommandTable: Sendable {
  /// The name of the executable, such as `fastvit`.
  package let name: String
  /// The version that `--version` prints.
  package let version: String
  /// One sentence about the tool.
  package let abstract: String
  /// Further text for the tool's help; empty for none.
  package let discussion: String
  /// The commands, in the order of help.
  package let commands: [any Command.Type]

  /// A tool of these commands.
  package init(
    name: String,
    version: String,
    abstract: String,
    discussion: String = "",
    commands: [any Command.Type]
  ) {
    self.name = name
    self.version = version
    self.abstract = abstract
    self.discussion = discussion
    self.commands = commands
  }

  /// The meaning of a command line.
  package enum Invocation: Sendable {
    /// A command to run.
    case run(any Command)
    /// A text to print, which is help or the version.
    case show(String)
  }

  /// The answer to a mistaken command line, as three lines on standard error.
  package struct UsageFailure: Error, Equatable {
    /// The mistake.
    package let error: UsageError
    /// The usage line of the command, or of the tool if no command was found.
    package let usage: String
    /// The command line that prints the relevant help.
    package let help: String
  }

  /// The meaning of `arguments`, which are without the name of the executable.
  package func parse(_ arguments: [String]) throws(UsageFailure) -> Invocation {
    let help = HelpText(tool: name)
    var rest = arguments[...]
    guard let word = rest.popFirst() else { return .show(help.tool(self)) }
    switch word {
    case "--help", "-h": return .show(help.tool(self))
    case "--version": return .show(version + "\n")
    case "help":
      guard let topic = rest.popFirst(), !["help", "--help", "-h"].contains(topic) else {
        return .show(help.tool(self))
      }
      let command = try command(named: topic)
      if let extra = rest.first { throw failure(UsageError("unexpected argument '\(extra)'")) }
      return .show(help.command(command.description))
    default: break
    }
    if word.hasPrefix("-") {
      let suggestion = Suggestion.phrase(for: word, among: ["--help", "--version"])
      throw failure(UsageError("unknown option '\(word)'" + suggestion))
    }
    let command = try command(named: word)
    if ArgumentParser.asksForHelp(Array(rest)) { return .show(help.command(command.description)) }
    do throws(UsageError) {
      return .run(try command.parse(Array(rest)))
    } catch {
      throw UsageFailure(
        error: error,
        usage: help.usageLine(of: command.description),
        help: "\(name) \(command.description.name) --help"
      )
    }
  }

  private func command(named word: String) throws(UsageFailure) -> any Command.Type {
    if let command = commands.first(where: { $0.description.name == word }) { return command }
    let names = commands.map { $0.description.name } + ["help"]
    throw failure(
      UsageError("unknown command '\(word)'" + Suggestion.phrase(for: word, among: names))
    )
  }

  /// The failure for a mistake that is found before the command is known.
  private func failure(_ error: UsageError) -> UsageFailure {
    UsageFailure(
      error: error,
      usage: "\(name) COMMAND [options] [arguments]",
      help: "\(name) --help"
    )
  }
}
