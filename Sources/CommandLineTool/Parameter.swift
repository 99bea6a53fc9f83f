/// A parameter of any result type, as descriptions list them.
package protocol CommandParameter: Sendable {
  /// What the parser and the help know of it.
  var declaration: ParameterDeclaration { get }
  /// Throws if the words given for it do not make a value.
  func check(_ words: [String]) throws(UsageError)
}

/// A parameter of a command and, at the same time, the key to its value in `ParsedArguments`.
///
/// `Result` is what the subscript returns: `Bool` for a flag, `Value?` for an option that may be
/// left out, `Value` for one that is required or has a default, `[Value]` for repeating arguments.
package struct Parameter<Result: Sendable>: CommandParameter {
  /// What the parser and the help know of it.
  package let declaration: ParameterDeclaration
  /// Makes the result of the words that were given, none if it was left out. Pure, so that the
  /// parser can call it to check and the subscript to read.
  package let convert: @Sendable (_ words: [String]) throws(UsageError) -> Result

  /// Throws if the words given for it do not make a value.
  package func check(_ words: [String]) throws(UsageError) {
    _ = try convert(words)
  }
}

extension Parameter where Result == Bool {
  /// A name that is there or not: `--json`.
  package static func flag(_ name: String, short: Character? = nil, help: String) -> Self {
    Parameter(
      declaration: ParameterDeclaration(
        kind: .flag,
        name: "--" + name,
        shortName: short.map { "-\($0)" },
        valueName: "",
        isRequired: false,
        isRepeating: false,
        help: help,
        notes: []
      ),
      convert: { words throws(UsageError) in !words.isEmpty }
    )
  }
}

extension Parameter {
  /// An option that may be left out: `[--threads N]`, a `Value?`.
  package static func option<Value>(
    _ name: String,
    short: Character? = nil,
    _ valueName: String,
    _ type: ValueType<Value>,
    help: String
  ) -> Self where Result == Value? {
    let declaration = ParameterDeclaration(
      option: name,
      short,
      valueName,
      type,
      isRequired: false,
      help: help
    )
    return Parameter(declaration: declaration) { words throws(UsageError) in
      guard let word = words.first else { return nil }
      return try type.value(of: word, for: declaration)
    }
  }

  /// An option that may be left out and then has a default: `[--top K]`, a `Value`.
  package static func option(
    _ name: String,
    short: Character? = nil,
    _ valueName: String,
    _ type: ValueType<Result>,
    default value: Result,
    help: String
  ) -> Self where Result: CustomStringConvertible {
    option(name, short, valueName, type, default: value, value.description, help: help)
  }

  /// An option of listed words that may be left out and then has a default: `[--mode MODE]`.
  package static func option(
    _ name: String,
    short: Character? = nil,
    _ valueName: String,
    _ type: ValueType<Result>,
    default value: Result,
    help: String
  ) -> Self where Result: RawRepresentable<String> {
    option(name, short, valueName, type, default: value, value.rawValue, help: help)
  }

  /// - Parameter text: what help calls the default. Not for `String(describing:)` to find out, which looks
  ///   through all conformances of the process at every start.
  private static func option(
    _ name: String,
    _ short: Character?,
    _ valueName: String,
    _ type: ValueType<Result>,
    default value: Result,
    _ text: String,
    help: String
  ) -> Self {
    let declaration = ParameterDeclaration(
      option: name,
      short,
      valueName,
      type,
      isRequired: false,
      default: text,
      help: help
    )
    return Parameter(declaration: declaration) { words throws(UsageError) in
      guard let word = words.first else { return value }
      return try type.value(of: word, for: declaration)
    }
  }

  /// An option that must be given: `--weights FILE`, a `Value`.
  package static func requiredOption(
    _ name: String,
    short: Character? = nil,
    _ valueName: String,
    _ type: ValueType<Result>,
    help: String
  ) -> Self {
    required(
      ParameterDeclaration(option: name, short, valueName, type, isRequired: true, help: help),
      type
    )
  }

  /// A positional argument that must be given: `FILE`, a `Value`.
  package static func argument(_ name: String, _ type: ValueType<Result>, help: String) -> Self {
    required(
      ParameterDeclaration(argument: name, type, isRequired: true, isRepeating: false, help: help),
      type
    )
  }

  /// A positional argument that may be left out: `[FILE]`, a `Value?`.
  package static func optionalArgument<Value>(
    _ name: String,
    _ type: ValueType<Value>,
    help: String
  ) -> Self where Result == Value? {
    let declaration = ParameterDeclaration(
      argument: name,
      type,
      isRequired: false,
      isRepeating: false,
      help: help
    )
    return Parameter(declaration: declaration) { words throws(UsageError) in
      guard let word = words.first else { return nil }
      return try type.value(of: word, for: declaration)
    }
  }

  /// All positional arguments that are left, at least one if `isRequired`: `[IMAGE ...]`, a
  /// `[Value]`.
  package static func arguments<Value>(
    _ name: String,
    _ type: ValueType<Value>,
    isRequired: Bool = false,
    help: String
  ) -> Self where Result == [Value] {
    let declaration = ParameterDeclaration(
      argument: name,
      type,
      isRequired: isRequired,
      isRepeating: true,
      help: help
    )
    return Parameter(declaration: declaration) { words throws(UsageError) in
      if isRequired && words.isEmpty { throw declaration.missing }
      var values: [Value] = []
      for word in words { values.append(try type.value(of: word, for: declaration)) }
      return values
    }
  }

  private static func required(
    _ declaration: ParameterDeclaration,
    _ type: ValueType<Result>
  ) -> Self {
    Parameter(declaration: declaration) { words throws(UsageError) in
      guard let word = words.first else { throw declaration.missing }
      return try type.value(of: word, for: declaration)
    }
  }
}

extension ParameterDeclaration {
  /// The declaration of an option.
  fileprivate init<Value>(
    option name: String,
    _ short: Character?,
    _ valueName: String,
    _ type: ValueType<Value>,
    isRequired: Bool,
    default value: String? = nil,
    help: String
  ) {
    self.init(
      kind: .option,
      name: "--" + name,
      shortName: short.map { "-\($0)" },
      valueName: valueName,
      isRequired: isRequired,
      isRepeating: false,
      help: help,
      notes: type.notes + (value.map { ["default: " + $0] } ?? [])
    )
  }

  /// The declaration of a positional argument.
  fileprivate init<Value>(
    argument name: String,
    _ type: ValueType<Value>,
    isRequired: Bool,
    isRepeating: Bool,
    help: String
  ) {
    self.init(
      kind: .positional,
      name: name,
      shortName: nil,
      valueName: name,
      isRequired: isRequired,
      isRepeating: isRepeating,
      help: help,
      notes: type.notes
    )
  }

  /// What to say when it was left out.
  fileprivate var missing: UsageError {
    UsageError(
      kind == .positional
        ? "missing argument \(name)" : "missing option '\(name) \(valueName)'"
    )
  }
}
