/// The conversion of a word of the command line to a value, with the text for a word that has none.
package struct ValueType<Value: Sendable>: Sendable {
  /// The words after "expected" in an error.
  package let expectation: String
  /// All accepted words if they can be listed, else none. Help lists them and errors suggest them.
  package let choices: [String]
  /// The value of a word; `nil` if the word is not accepted. Must be pure.
  package let value: @Sendable (String) -> Value?

  /// A conversion for values that have none below.
  package init(
    expecting expectation: String,
    choices: [String] = [],
    value: @escaping @Sendable (String) -> Value?
  ) {
    self.expectation = expectation
    self.choices = choices
    self.value = value
  }

  /// The notes that help adds in parentheses.
  package var notes: [String] {
    choices.isEmpty ? [] : ["one of " + choices.joined(separator: ", ")]
  }

  /// The value of `word`, which was given for the parameter `declaration`.
  ///
  /// - Throws: `UsageError` if the word is not accepted.
  package func value(
    of word: String,
    for declaration: ParameterDeclaration
  ) throws(UsageError) -> Value {
    if let value = value(word) { return value }
    let suggestion = Suggestion.phrase(for: word, among: choices)
    throw UsageError(
      "invalid value '\(word)' for \(declaration.quotedName): expected \(expectation)"
        + suggestion
    )
  }
}

extension ParameterDeclaration {
  /// The name in errors: `'--weights'` for an option, `IMAGE` for a positional argument.
  package var quotedName: String { kind == .positional ? name : "'\(name)'" }
}

extension ValueType where Value == String {
  /// Any text that is not empty.
  package static var string: Self {
    ValueType(expecting: "some text") { $0.isEmpty ? nil : $0 }
  }

  /// The path of a file or a folder.
  package static var path: Self {
    ValueType(expecting: "a path") { $0.isEmpty ? nil : $0 }
  }
}

extension ValueType where Value == Int {
  /// A whole number in `range`, in decimal digits, with or without a sign.
  package static func integer(in range: ClosedRange<Int> = .min ... .max) -> Self {
    ValueType(expecting: expectation(range)) { word in
      Int(word).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  private static func expectation(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): "an integer"
    case (let least, .max): "an integer from \(least) up"
    case (.min, let most): "an integer up to \(most)"
    case (let least, let most): "an integer from \(least) to \(most)"
    }
  }
}

extension ValueType where Value == Double {
  /// A finite number in `range`, in decimal or scientific notation.
  package static func number(in range: ClosedRange<Double>) -> Self {
    ValueType(expecting: "a number from \(range.lowerBound) to \(range.upperBound)") { word in
      Double(word).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueType where Value: CaseIterable & RawRepresentable<String> {
  /// A case of an enumeration, by its raw value.
  package static func choice(of type: Value.Type) -> Self {
    let choices = type.allCases.map(\.rawValue)
    return ValueType(
      expecting: "one of " + choices.joined(separator: ", "),
      choices: choices
    ) { word in
      Value(rawValue: word)
    }
  }
}
