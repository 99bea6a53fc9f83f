/// How a word of the command line becomes a value, and what to say when it does not.
package struct ValueType<Value: Sendable>: Sendable {
  /// Completes the sentence "expected …".
  package let expectation: String
  /// The words that are accepted, if they can be listed; help lists them and errors suggest them.
  package let choices: [String]
  /// The value of a word, nil if it has none. Must be pure.
  package let value: @Sendable (String) -> Value?

  /// A type of value of one's own.
  package init(
    expecting expectation: String,
    choices: [String] = [],
    value: @escaping @Sendable (String) -> Value?
  ) {
    self.expectation = expectation
    self.choices = choices
    self.value = value
  }

  /// What help adds in parentheses.
  package var notes: [String] {
    choices.isEmpty ? [] : ["one of " + choices.joined(separator: ", ")]
  }

  /// The value of `word`, given for the parameter `declaration`.
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
  /// How errors name it: `'--weights'`, `IMAGE`.
  package var quotedName: String { kind == .positional ? name : "'\(name)'" }
}

extension ValueType where Value == String {
  /// Any text but none.
  package static var string: Self {
    ValueType(expecting: "some text") { $0.isEmpty ? nil : $0 }
  }

  /// The path of a file or a folder.
  package static var path: Self {
    ValueType(expecting: "a path") { $0.isEmpty ? nil : $0 }
  }
}

extension ValueType where Value == Int {
  /// A whole number in decimal digits, with or without a sign.
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
  /// A finite number, in decimal or in scientific notation.
  package static func number(in range: ClosedRange<Double>) -> Self {
    ValueType(expecting: "a number from \(range.lowerBound) to \(range.upperBound)") { word in
      Double(word).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueType where Value == PixelSize {
  /// `HxW`, or one number for a square.
  package static func size(in range: ClosedRange<Int>) -> Self {
    ValueType(
      expecting: "HxW, such as 256x192, with sides from \(range.lowerBound) to \(range.upperBound)"
    ) { word in
      let sides = word.lowercased().split(separator: "x", omittingEmptySubsequences: false)
      guard (1...2).contains(sides.count), let height = side(sides[0], in: range),
        let width = side(sides[sides.count - 1], in: range)
      else { return nil }
      return PixelSize(height: height, width: width)
    }
  }

  private static func side(_ word: Substring, in range: ClosedRange<Int>) -> Int? {
    // Int accepts a sign, which has no place here.
    guard word.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int(word).flatMap { range.contains($0) ? $0 : nil }
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
