/// The words given for each parameter of a command, already checked; read with the parameters as
/// keys.
package struct ParsedArguments: Sendable {
  /// By the name of the parameter; a flag that was given has one empty word.
  private let words: [String: [String]]
  /// The names of all parameters that were declared, given or not.
  private let declared: Set<String>

  /// Made by `ArgumentParser` only.
  package init(checked words: [String: [String]], declared: Set<String>) {
    self.words = words
    self.declared = declared
  }

  /// The value of a parameter that the command's description lists.
  package subscript<Result>(parameter: Parameter<Result>) -> Result {
    let name = parameter.declaration.name
    precondition(declared.contains(name), "a parameter is read that the description does not list")
    do throws(UsageError) {
      return try parameter.convert(words[name] ?? [])
    } catch {
      preconditionFailure("a conversion is not pure: it accepted a word and now refuses it")
    }
  }

  /// Whether words were given for a parameter that the command's description lists.
  package func isGiven(_ parameter: some CommandParameter) -> Bool {
    let name = parameter.declaration.name
    precondition(declared.contains(name), "a parameter is read that the description does not list")
    return words[name] != nil
  }
}
