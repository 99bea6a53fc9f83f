/// A choice for a plan that is none: what was found, and what was expected.
package struct ChoiceError: Error, Sendable, Equatable, CustomStringConvertible {
  package let found: String
  package let expected: String

  /// An error; see its properties.
  package init(found: String, expected: String) {
    self.found = found
    self.expected = expected
  }

  /// Both, in a line without a place.
  package var description: String { "found \(found), expected \(expected)" }
}
