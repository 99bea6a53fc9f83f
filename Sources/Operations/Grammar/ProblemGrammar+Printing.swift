extension OperationProblem: CustomStringConvertible {
  /// The problem in its notation, which `NamedProblem(parsing:)` reads back.
  package var description: String { fields + suffixes }

  /// The text before the name: the operation's word and the fields.
  fileprivate var fields: String { operation.notation(on: input) }

  fileprivate var suffixes: String {
    var words = operation.suffixes
    if precision != .f32 { words.insert(precision.rawValue, at: 0) }
    if epilogue != .bias { words.insert(epilogue.rawValue, at: 0) }
    return words.map { "+" + $0 }.joined()
  }
}

extension NamedProblem: CustomStringConvertible {
  /// The problem in its notation, with name and count.
  package var description: String {
    problem.fields + (name.isEmpty ? "" : "n\"\(name)\"") + problem.suffixes
      + (count > 1 ? "*\(count)" : "")
  }
}
