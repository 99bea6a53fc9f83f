/// All that help and the parser need to know of a command.
package struct CommandDescription: Sendable {
  /// The word that selects the command.
  package let name: String
  /// One sentence, shown in the list of commands and first in its help.
  package let abstract: String
  /// More, shown in its help only; paragraphs are set apart by empty lines, and lines that are
  /// indented are kept as they are.
  package let discussion: String
  /// What it accepts: positional arguments in their order, options and flags in the order of help.
  package let parameters: [any CommandParameter]

  /// A description of a command.
  package init(
    name: String,
    abstract: String,
    discussion: String = "",
    parameters: [any CommandParameter] = []
  ) {
    self.name = name
    self.abstract = abstract
    self.discussion = discussion
    self.parameters = parameters
    let names = parameters.map { $0.declaration.name } + ["--help"]
    precondition(Set(names).count == names.count, "a parameter is declared twice")
    let positionals = parameters.map(\.declaration).filter { $0.kind == .positional }
    precondition(
      positionals.dropLast().allSatisfy { $0.isRequired && !$0.isRepeating },
      "only the last positional argument may be optional or repeating"
    )
  }

  /// The positional arguments, in order.
  package var positionals: [ParameterDeclaration] {
    parameters.map(\.declaration).filter { $0.kind == .positional }
  }

  /// Options and flags, in the order of help.
  package var options: [ParameterDeclaration] {
    parameters.map(\.declaration).filter { $0.kind != .positional }
  }
}
