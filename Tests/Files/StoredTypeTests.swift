import Testing

@testable import FastViTFiles

@Suite struct StoredTypeTests {
  @Test func safetensorsNamesRoundTrip() {
    for type in StoredType.allCases {
      #expect(StoredType(safetensorsName: type.safetensorsName) == type)
    }
    #expect(StoredType(safetensorsName: "F8_E4M3") == nil)
  }
}

@Suite struct ReducedPrecisionTests {
  @Test func binary16HasTheValueOfItsDefinition() {
    let wrong = (UInt16.min...UInt16.max).filter { bits in
      let value = Float(binary16: bits)
      guard (value.sign == .minus) == (bits >> 15 == 1) else { return true }
      let sign: Double = bits >> 15 == 1 ? -1 : 1
      let exponent = Int(bits >> 10 & 0x1F)
      let fraction = Double(bits & 0x3FF) / 1024
      switch exponent {
      case 0: return Double(value) != sign * fraction * 0x1p-14
      case 31 where fraction == 0: return Double(value) != sign * .infinity
      case 31: return !value.isNaN
      default:
        let scale = Double(sign: .plus, exponent: exponent - 15, significand: 1)
        return Double(value) != sign * (1 + fraction) * scale
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func bfloat16IsTheUpperHalf() {
    #expect(Float(bfloat16: 0x3FC0) == 1.5)
    #expect(Float(bfloat16: 0xFF80) == -.infinity)
    #expect(Float(bfloat16: 0x7FC0).isNaN)
    #expect(Float(bfloat16: 0x0001) == 0x1p-133)
    #expect(Float(bfloat16: 0x8000).sign == .minus)
  }
}
