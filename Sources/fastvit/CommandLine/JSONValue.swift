/// A JSON document as a value; objects keep the order in which they were written.
indirect enum JSONValue: Equatable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number; printed as `null` if it is not finite, since JSON has no such numbers.
  case number(Double)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Members in order.
  case object([Member])

  /// A name and a value in an object.
  struct Member: Equatable, Sendable {
    /// The name.
    let name: String
    /// The value.
    let value: JSONValue
  }

  /// A float, printed with the digits that tell it from other floats, not from other doubles.
  static func number(_ value: Float) -> JSONValue {
    .number(Double(value.description) ?? .nan)
  }

  /// An array of whole numbers, such as a shape.
  static func integers(_ values: some Sequence<Int>) -> JSONValue {
    .array(values.map(JSONValue.integer))
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A text.
  init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  init(floatLiteral value: Double) { self = .number(value) }
  /// A truth value.
  init(booleanLiteral value: Bool) { self = .bool(value) }
  /// `null`.
  init(nilLiteral: ()) { self = .null }
  /// Values in order.
  init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Members in the order of the literal.
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
}
