import FastViTOperations
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTCatalogue

/// Names of kernels say what they are, by the grammar of NAMING.md.
@Suite struct KernelNameTests {
  private let kernels = KernelCatalogue.generated.all

  /// The regular expression in NAMING.md, whose lines are positions of a name.
  private func grammar() throws -> Regex<AnyRegexOutput> {
    let text = try String(contentsOfFile: RepositoryFiles.path("NAMING.md"), encoding: .utf8)
    let start = try #require(text.range(of: "```text\n^("))
    let end = try #require(text.range(of: "```", range: start.upperBound..<text.endIndex))
    let lines = text[start.lowerBound..<end.lowerBound].split(separator: "\n").dropFirst()
    return try Regex(lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined())
  }

  @Test func everyNameFollowsTheGrammar() throws {
    let grammar = try grammar()
    #expect(!kernels.isEmpty)
    for kernel in kernels {
      let isName = try grammar.wholeMatch(in: kernel.name) != nil
      #expect(isName, "\(kernel.name)")
    }
    for other in [
      "pointwise_8x3v", "pointwise_f32_v", "conv_f32_8x3v", "gelu_f64", "scale_f32_tanh",
    ] {
      let isName = try grammar.wholeMatch(in: other) != nil
      #expect(!isName, "\(other)")
    }
  }

  @Test func namesSayPrecisionAndEpilogue() {
    for kernel in kernels {
      let parts = kernel.name.split(separator: "_").map(String.init)
      #expect(parts[1] == kernel.precision.rawValue, "\(kernel.name)")
      let said = Epilogue(rawValue: parts.last ?? "") ?? .bias
      #expect(said == kernel.epilogue, "\(kernel.name)")
    }
  }

  @Test func aNameIsAKernelOfItsInstructionSet() {
    let names = kernels.map { "\($0.instructionSet) \($0.name)" }
    #expect(Set(names).count == names.count)
  }
}
