/// The tool: its name, its version, and the one list of its commands.
package struct CommandTable: Sendable {
  /// `fastvit`.
  package let name: String
  /// What `--version` prints.
  package let version: String
  /// One sentence on the tool.
  package let abstract: String
  /// More on the tool.
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

  /// What a command line asks for.
  package enum Invocation: Sendable {
    /// A command to run.
    case run(any Command)
    /// A text to print: help or the version.
    case show(String)
  }

  /// What a command line that makes no sense gets: three lines on standard error.
  package struct UsageFailure: Error, Equatable {
    /// What is wrong.
    package let error: UsageError
    /// How it is used, in one line.
    package let usage: String
    /// Which help to ask for.
    package let help: String
  }

  /// What `arguments`, without the name of the executable, ask for.
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

  /// A failure before any command was found.
  private func failure(_ error: UsageError) -> UsageFailure {
    UsageFailure(
      error: error,
      usage: "\(name) COMMAND [options] [arguments]",
      help: "\(name) --help"
    )
  }
}
