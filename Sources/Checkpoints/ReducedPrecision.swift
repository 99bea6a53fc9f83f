extension Float {
  /// The value of an IEEE 754 binary16 number, exactly.
  ///
  /// Written in bits because `Float16` is not available on every platform.
  init(binary16 bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF) << 13
    // The bits mean a number 2^112 too small, whether normal or subnormal; infinity and NaN keep
    // their fraction and need the larger exponent.
    let finite = Float(bitPattern: magnitude) * 0x1p112
    let pattern = magnitude < 0x0F80_0000 ? finite.bitPattern : magnitude | 0x7F80_0000
    self.init(bitPattern: pattern | sign)
  }

  /// The value of a bfloat16 number, exactly: the upper half of a `Float`.
  init(bfloat16 bits: UInt16) {
    self.init(bitPattern: UInt32(bits) << 16)
  }
}
