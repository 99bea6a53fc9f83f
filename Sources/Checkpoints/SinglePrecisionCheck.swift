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
}
