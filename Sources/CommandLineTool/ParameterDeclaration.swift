/// What the parser and the help know of a parameter, whatever the type of its value.
package struct ParameterDeclaration: Sendable {
  /// How a parameter stands on the command line.
  package enum Kind: Sendable {
    /// A name alone.
    case flag
    /// A name and a value.
    case option
    /// A value alone.
    case positional
  }

  /// How it stands on the command line.
  package let kind: Kind
  /// `--weights` for options and flags, `IMAGE` for positional arguments.
  package let name: String
  /// `-w`, if there is one.
  package let shortName: String?
  /// What help calls the value: `FILE`.
  package let valueName: String
  /// Whether leaving it out is an error.
  package let isRequired: Bool
  /// Whether a positional argument takes all that is left.
  package let isRepeating: Bool
  /// One or two sentences.
  package let help: String
  /// Notes that help adds in parentheses: the possible values, the default.
  package let notes: [String]

  /// How usage lines write it, without brackets: `--weights FILE`, `IMAGE ...`, `--json`.
  package var synopsis: String {
    switch kind {
    case .flag: name
    case .option: name + " " + valueName
    case .positional: isRepeating ? valueName + " ..." : valueName
    }
  }

  /// How usage lines write it, in brackets where it may be left out.
  package var bracketedSynopsis: String {
    isRequired ? synopsis : "[" + synopsis + "]"
  }
}
