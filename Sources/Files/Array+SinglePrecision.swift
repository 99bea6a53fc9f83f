/// Whether all of several values are finite when rounded to single precision.
///
/// Only infinity and NaN have the largest exponent, so adding one to the exponent carries into the sign
/// bit for these alone. The check has no branch per value, so it is vectorised with the loop around it.
struct SinglePrecisionCheck {
  private var sum: UInt32 = 0

  /// Includes `value` in the check.
  @inline(__always)
  mutating func add(_ value: some BinaryFloatingPoint) {
    sum |= (Float(value).bitPattern & 0x7FFF_FFFF) &+ 0x0080_0000
  }

  /// Whether all values so far are finite when rounded to single precision.
  var isPassed: Bool { sum >> 31 == 0 }
}

/// Arithmetic on a file's values before a network uses them. It belongs to this module because the
/// check costs nothing only where it is inlined into the loop that makes the values.
extension Array where Element: BinaryFloatingPoint {
  /// Whether all values are finite when rounded to single precision.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  package func areSinglePrecision() -> Bool {
    var check = SinglePrecisionCheck()
    let values = span
    for index in values.indices { check.add(values[unchecked: index]) }
    return check.isPassed
  }

  /// Multiplies each row of a row-major matrix by the row's factor, rounding each product once.
  ///
  /// - Parameter factors: one factor per row; their number divides `count`.
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

  /// Replaces all values by `others`, each rounded once. Allocates only where the array's capacity is
  /// too small.
  ///
  /// - Returns: whether all values are finite when rounded to single precision.
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

  /// Drops the last values or appends zeros, so that a vectorised loop can overwrite all `count`
  /// values; a loop that appends values one by one is not vectorised.
  mutating func resize(to count: Int) {
    removeLast(Swift.max(0, self.count - count))
    append(contentsOf: repeatElement(0, count: count - self.count))
  }
}
