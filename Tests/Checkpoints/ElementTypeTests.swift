import Testing

@testable import Checkpoints

@Suite struct ElementTypeTests {
  @Test func safetensorsNamesRoundTrip() {
    for type in ElementType.allCases {
      #expect(ElementType(safetensorsName: type.safetensorsName) == type)
    }
    #expect(ElementType(safetensorsName: "F8_E4M3") == nil)
  }
}
