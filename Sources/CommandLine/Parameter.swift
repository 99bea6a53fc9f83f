/// A parameter whose result type is not known, as a description lists it.
package protocol CommandParameter: Sendable {
  /// The properties of the parameter that do not depend on the type of its value.
  var declaration: ParameterDeclaration { get }
  /// Throws if `words`, those given for the parameter, do not form a value.
  func check(_ words: [String]) throws(UsageError)
}

/// A parameter of a command and, at the same time, the key to its value in `ParsedArguments`.
///
/// `Result` is what the subscript returns: `Bool` for a flag, `Value?` for an option that may be
/// left out, `Value` for one that is required or has a default, `[Value]` for repeating arguments.
package struct Parameter<Result: Sendable>: CommandParameter {
  /// The properties of the parameter that do not depend on the type of its value.
  package let declaration: ParameterDeclaration
  /// Makes the result from the given words; there are none if the parameter was left out.
  ///
  /// Must be pure: the parser calls it to check the words, and the subscript of `ParsedArguments` calls
  /// it again for the value.
  package let convert: @Sendable (_ words: [String]) throws(UsageError) -> Result

  /// Throws if `words`, those given for the parameter, do not form a value.
  package func check(_ words: [String]) throws(UsageError) {
    _ = try convert(words)
  }
}

extension Parameter where Result == Bool {
  /// A name without a value, such as `--json`; true if it is given.
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
  /// An option that may be left out, such as `[--threads N]`; the result is a `Value?`.
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

  /// An option with a default, such as `[--top K]`; the result is a `Value`.
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

  /// An option with a default whose values are listed words, such as `[--mode MODE]`.
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

  /// An option with a default.
  ///
  /// - Parameter text: the default as help prints it. `String(describing:)` would find it too, but
  ///   searches all conformances of the process at every start.
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

  /// An option that must be given, such as `--weights FILE`; the result is a `Value`.
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

  /// A positional argument that must be given, such as `FILE`; the result is a `Value`.
  package static func argument(_ name: String, _ type: ValueType<Result>, help: String) -> Self {
    required(
      ParameterDeclaration(argument: name, type, isRequired: true, isRepeating: false, help: help),
      type
    )
  }

  /// A positional argument that may be left out, such as `[FILE]`; the result is a `Value?`.
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

  /// All remaining positional arguments, such as `[IMAGE ...]`; the result is a `[Value]`, which is not
  /// empty if `isRequired`.
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
  /// The declaration of an option, whose name is given without dashes.
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

  /// The error of leaving out the parameter.
  fileprivate var missing: UsageError {
    UsageError(
      kind == .positional
        ? "missing argument \(name)" : "missing option '\(name) \(valueName)'"
    )
  }
}
