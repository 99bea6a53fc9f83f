/// The properties of a parameter that do not depend on the type of its value.
package struct ParameterDeclaration: Sendable {
  /// The form of a parameter on the command line.
  package enum Kind: Sendable {
    /// A name alone.
    case flag
    /// A name and a value.
    case option
    /// A value alone.
    case positional
  }

  /// The form on the command line.
  package let kind: Kind
  /// The name: `--weights` for options and flags, `IMAGE` for positional arguments.
  package let name: String
  /// The short name with its dash, such as `-w`; `nil` if there is none.
  package let shortName: String?
  /// The word for the value in help, such as `FILE`; empty for flags.
  package let valueName: String
  /// Whether the parameter must be given.
  package let isRequired: Bool
  /// Whether a positional argument takes all remaining words.
  package let isRepeating: Bool
  /// The text in help: one or two sentences.
  package let help: String
  /// Notes that help adds in parentheses: the possible values and the default.
  package let notes: [String]

  /// The parameter in a usage line, without brackets: `--weights FILE`, `IMAGE ...`, `--json`.
  package var synopsis: String {
    switch kind {
    case .flag: name
    case .option: name + " " + valueName
    case .positional: isRepeating ? valueName + " ..." : valueName
    }
  }

  /// The parameter in a usage line, in brackets if it may be left out.
  package var bracketedSynopsis: String {
    isRequired ? synopsis : "[" + synopsis + "]"
  }
}
