/// What the values of an operand are in memory.
package enum ElementType: String, Sendable, Hashable, CaseIterable {
  /// IEEE single precision.
  case f32
  /// The upper half of a single-precision number.
  case bf16
  /// Unsigned bytes.
  case u8
  /// Signed bytes.
  case s8
  /// Signed integers of 32 bits: sums of products of bytes.
  case s32

  /// Bytes of one value.
  package var byteCount: Int {
    switch self {
    case .f32, .s32: 4
    case .bf16: 2
    case .u8, .s8: 1
    }
  }
}

/// A single-precision number without its lower half.
package struct BFloat16: Sendable, Hashable {
  /// Sign, exponent and the seven highest bits of the fraction.
  package let bits: UInt16

  /// `value` rounded to nearest, ties to even; a NaN stays one.
  @inlinable
  package init(_ value: Float) {
    let word = value.bitPattern
    if value.isNaN {
      bits = UInt16(truncatingIfNeeded: word >> 16) | 0x40
    } else {
      bits = UInt16(truncatingIfNeeded: (word &+ 0x7FFF &+ (word >> 16 & 1)) >> 16)
    }
  }

  /// The same number in single precision, exactly.
  @inlinable
  package var float: Float { Float(bitPattern: UInt32(bits) << 16) }
}
