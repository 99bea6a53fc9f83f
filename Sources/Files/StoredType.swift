/// The element type of a tensor in a file.
package enum StoredType: Sendable, Hashable, CaseIterable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool

  /// Size of one element in bytes.
  package var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether elements of this type can be weights.
  package var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: false
    }
  }

  /// Whether `Float` represents every value of this type exactly.
  package var isSinglePrecision: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .int8, .int16, .uint8, .uint16, .bool: true
    case .float64, .int32, .int64, .uint32, .uint64: false
    }
  }

  /// The `dtype` in a safetensors header.
  package var safetensorsName: String {
    switch self {
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .float32: "F32"
    case .float64: "F64"
    case .int8: "I8"
    case .int16: "I16"
    case .int32: "I32"
    case .int64: "I64"
    case .uint8: "U8"
    case .uint16: "U16"
    case .uint32: "U32"
    case .uint64: "U64"
    case .bool: "BOOL"
    }
  }

  /// The type that a safetensors header calls `name`; `nil` if this package does not read it.
  init?(safetensorsName name: String) {
    guard let type = Self.allCases.first(where: { $0.safetensorsName == name }) else { return nil }
    self = type
  }
}

extension Float {
  /// The exact value of an IEEE 754 binary16 number.
  ///
  /// The code works on bits because `Float16` is not available on every platform.
  init(binary16 bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF) << 13
    // Read as a `Float`, the shifted bits of a finite number have 2^-112 times its value, whether it is
    // normal or subnormal. Infinity and NaN keep their fraction and take the largest exponent.
    let finite = Float(bitPattern: magnitude) * 0x1p112
    let pattern = magnitude < 0x0F80_0000 ? finite.bitPattern : magnitude | 0x7F80_0000
    self.init(bitPattern: pattern | sign)
  }

  /// The exact value of a bfloat16 number, whose bits are the upper half of a `Float`'s.
  init(bfloat16 bits: UInt16) {
    self.init(bitPattern: UInt32(bits) << 16)
  }
}
