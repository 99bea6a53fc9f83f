import FastViTCatalogue
import FastViTOperations
import Testing

/// The kernels that the rules choose for whole problems.
@Suite struct ProblemKernelTests {
  private func names(_ text: String, on set: InstructionSet) throws -> [String] {
    try NamedProblem(parsing: text).problem.chosen(on: [set], in: .generated)?.names ?? []
  }

  @Test(arguments: InstructionSet.all.filter(\.runsHere)) func eachFamilyIsFound(
    set: InstructionSet
  ) throws {
    for (text, prefix, suffix) in [
      ("ic48ih64oc144kh1+gelu", "pointwise_f32_", "_gelu"),
      ("g48ic48ih64oc48kh7ph3", "depthwise7x7s1_f32_", "_bias"),
      ("ic3ih64oc48kh3sh2ph1+gelu", "stem3x3s2_f32_", "_gelu"),
      ("scale:ic768ih8+gelu", "scale_f32_", "gelu"), ("gelu:ic5ih3", "gelu_f32", ""),
      ("pool:ic768ih8", "averagepool_f32", ""), ("attention:ic768ih8hd32", "attention", ""),
      ("attention:ic768ih1hd32", "attention", ""),
    ] {
      let names = try names(text, on: set)
      #expect(!names.isEmpty, "\(text)")
      #expect(
        names.allSatisfy { $0.hasPrefix(prefix) && $0.prefix { $0 != "*" }.hasSuffix(suffix) },
        "\(names)")
    }
  }

  @Test(arguments: InstructionSet.all.filter(\.runsHere)) func someProblemsHaveNoKernel(
    set: InstructionSet
  ) throws {
    #expect(try names("add:ic4ih4", on: set).isEmpty)
    #expect(try names("ic3ih64oc48kh5sh2ph2", on: set).isEmpty)
    #expect(try names("ic4ih64oc48kh3sh2ph1", on: set).isEmpty)
    #expect(try names("g8ic8ih9oc8kh9ph4", on: set).isEmpty)
    #expect(try names("attention:ic48ih8hd16", on: set).isEmpty)
  }
}
