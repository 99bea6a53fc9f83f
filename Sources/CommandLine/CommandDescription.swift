/// Everything that help and the parser know about a command.
package struct CommandDescription: Sendable {
  /// The word that selects the command.
  package let name: String
  /// One sentence, shown in the list of commands and at the top of the command's help.
  package let abstract: String
  /// Further text for the command's help. Empty lines separate paragraphs; a paragraph that begins with
  /// a space keeps its line breaks.
  package let discussion: String
  /// The parameters: positional arguments in their order, options and flags in the order of help.
  package let parameters: [any CommandParameter]

  /// A description; only the last positional parameter may be optional or repeating.
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

  /// The positional parameters, in order.
  package var positionals: [ParameterDeclaration] {
    parameters.map(\.declaration).filter { $0.kind == .positional }
  }

  /// Options and flags, in the order of help.
  package var options: [ParameterDeclaration] {
    parameters.map(\.declaration).filter { $0.kind != .positional }
  }
}
