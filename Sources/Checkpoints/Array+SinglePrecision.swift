/// Whether all of several values are finite when rounded to single precision.
///
/// Adding one to the exponent of a `Float` reaches the sign bit only from the exponent that infinity and
/// NaN have; without a branch a value this is vectorised together with the loop around it.
struct SinglePrecisionCheck {
  private var sum: UInt32 = 0

  @inline(__always)
  mutating func add(_ value: some BinaryFloatingPoint) {
    sum |= (Float(value).bitPattern & 0x7FFF_FFFF) &+ 0x0080_0000
  }

  var isPassed: Bool { sum >> 31 == 0 }
}

/// What is computed of a file's values on their way into a network stands here, because the check is
/// only free of cost in the loop that makes the values, and is not compiled into another module's.
extension Array where Element: BinaryFloatingPoint {
  /// Whether all are finite when rounded to single precision.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  package func areSinglePrecision() -> Bool {
    var check = SinglePrecisionCheck()
    let values = span
    for index in values.indices { check.add(values[unchecked: index]) }
    return check.isPassed
  }

  /// Multiplies the rows of a matrix each by its factor, and rounds the products once.
  ///
  /// - Parameter factors: one a row.
  /// - Returns: whether all products are finite when rounded to single precision.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @discardableResult
  package mutating func scaleRows(by factors: [Double]) -> Bool {
    precondition(!factors.isEmpty && count % factors.count == 0)
    let size = count / factors.count
    var values = mutableSpan
    var check = SinglePrecisionCheck()
    for (row, factor) in factors.enumerated() {
      let places = row &* size..<(row &+ 1) &* size
      let narrow = Element(factor)
      if Double(narrow) == factor {
        for index in places {
          let product = values[unchecked: index] * narrow
          values[unchecked: index] = product
          check.add(product)
        }
      } else {
        for index in places {
          let product = Element(Double(values[unchecked: index]) * factor)
          values[unchecked: index] = product
          check.add(product)
        }
      }
    }
    return check.isPassed
  }

  /// Replaces all values by others, each rounded once, in memory that it has already where that is
  /// enough.
  ///
  /// - Returns: whether all are finite when rounded to single precision.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  package mutating func replace(byRounding others: [Double]) -> Bool {
    resize(to: others.count)
    var target = mutableSpan
    let source = others.span
    var check = SinglePrecisionCheck()
    for index in source.indices {
      let value = Element(source[unchecked: index])
      target[unchecked: index] = value
      check.add(value)
    }
    return check.isPassed
  }

  /// Drops the last values, or appends zeros, which then are overwritten: appending one value after the
  /// other cannot be vectorised.
  mutating func resize(to count: Int) {
    removeLast(Swift.max(0, self.count - count))
    append(contentsOf: repeatElement(0, count: count - self.count))
  }
}
