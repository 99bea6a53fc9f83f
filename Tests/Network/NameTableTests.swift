import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTNetwork

/// The tensor names and shapes of all forms against lists taken from the published code.
@Suite struct NameTableTests {
  private struct Key: Hashable {
    let name: String
    let shape: [Int]
  }

  /// A list of `name`, type and shape (`64x3x3x3` or `scalar`), separated by tabs.
  private func published(_ form: CheckpointForm, _ variant: String) throws -> [Key] {
    let ending = form.isReparameterised ? "reparam" : "train"
    let file = "Tests/Network/Keys/\(form.vocabulary.rawValue)_\(variant)_\(ending).tsv"
    let text = try String(contentsOfFile: RepositoryFiles.path(file), encoding: .utf8)
    return text.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t")
      let sides = fields[2].split(separator: "x").compactMap { Int($0) }
      return Key(name: String(fields[0]), shape: sides)
    }
  }

  @Test(arguments: ["t8", "sa12", "ma36"], CheckpointForm.allCases)
  func holdsEveryPublishedKeyOnce(variant: String, form: CheckpointForm) throws {
    let architecture = try #require(Architecture.named(variant))
    let parameters = NetworkParameters(architecture, form: form, classCount: 1000)
    let made = parameters.all.map { Key(name: $0.name, shape: $0.shape) }
    let keys = try published(form, variant)
    #expect(Set(keys).count == keys.count)
    #expect(Set(made).count == made.count)
    #expect(Set(made) == Set(keys))
  }

  /// Building the graph reads each row of each tensor exactly once, except the counters, which no
  /// output needs, and the norms before attention, which every row of the attention's weights needs.
  @Test(arguments: ["t8", "sa12"], CheckpointForm.allCases)
  func readsEveryRowOnce(variant: String, form: CheckpointForm) throws {
    let architecture = try #require(Architecture.named(variant))
    let parameters = NetworkParameters(architecture, form: form, classCount: 7)
    let source = CountingSource()
    _ = try Graph<Float>(parameters, from: source)
    let required = parameters.all.filter(\.isRequired)
    #expect(Set(source.reads.keys) == Set(required.map(\.name)))
    for parameter in required {
      let reads = try #require(source.reads[parameter.name])
      #expect(reads.count == parameter.shape[0])
      let isAttentionNorm = isAttentionNorm(parameter, of: parameters)
      #expect(reads.allSatisfy { isAttentionNorm ? $0 >= 1 : $0 == 1 }, "\(parameter.name)")
    }
  }

  private func isAttentionNorm(_ parameter: Parameter, of parameters: NetworkParameters) -> Bool {
    parameters.stages.flatMap(\.blocks).contains { block in
      guard case .attention(let attention) = block.mixer else { return false }
      let norm = attention.norm
      return [norm.weight, norm.bias, norm.runningMean, norm.runningVariance].contains(parameter)
    }
  }
}
