/// The checked words of each parameter of a command. A parameter is the key to its value.
package struct ParsedArguments: Sendable {
  /// The words by the name of the parameter; a flag that was given has one empty word.
  private let words: [String: [String]]
  /// The names of all declared parameters, given or not.
  private let declared: Set<String>

  /// Arguments whose words were checked; only `ArgumentParser` makes them.
  package init(checked words: [String: [String]], declared: Set<String>) {
    self.words = words
    self.declared = declared
  }

  /// The value of a parameter, which must be one that the command's description lists.
  package subscript<Result>(parameter: Parameter<Result>) -> Result {
    let name = parameter.declaration.name
    precondition(declared.contains(name), "a parameter is read that the description does not list")
    do throws(UsageError) {
      return try parameter.convert(words[name] ?? [])
    } catch {
      preconditionFailure("a conversion is not pure: it accepted a word and now refuses it")
    }
  }

  /// Whether a parameter was given; it must be one that the command's description lists.
  package func isGiven(_ parameter: some CommandParameter) -> Bool {
    let name = parameter.declaration.name
    precondition(declared.contains(name), "a parameter is read that the description does not list")
    return words[name] != nil
  }
}
