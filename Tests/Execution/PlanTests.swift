import FastViTCatalogue
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import Testing

@testable import FastViTExecution

/// Synthetic weights of which some variances are impossible.
private struct SpoiltSource: ParameterSource {
  /// Names of the impossible variances.
  let spoilt: Set<String>
  private let weights = SyntheticWeights(seed: 0)

  init(_ spoilt: Set<String>) {
    self.spoilt = spoilt
  }

  var label: String { weights.label }

  func read<Scalar: BinaryFloatingPoint>(
    _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
  ) throws(NetworkError) {
    try weights.read(parameter, rows: rows, into: &values)
    if spoilt.contains(parameter.name) { values = values.map { -$0 } }
  }
}

@Suite struct PlanTests {
  /// Several workers fold the operations. Which error is reported must not depend on which worker is first.
  @Test func theFirstBadTensorIsReported() throws {
    let parameters = NetworkParameters(
      try #require(Architecture.named("t8")), form: SyntheticWeights.form, classCount: 3)
    let variances = parameters.all.map(\.name).filter { $0.hasSuffix("running_var") }
    let early = "stages.1.blocks.0.mlp.conv.bn.running_var"
    let late = try #require(variances.last)
    #expect(variances.contains(early))
    let weights = FoldedWeights<Float>(parameters, from: SpoiltSource([early, late]))
    for _ in 0..<50 {
      let error = #expect(throws: NetworkError.self) {
        try Team(workerCount: 4).run { crew throws(NetworkError) in
          try Plan(weights, for: InstructionSet.best, on: crew)
        }
      }
      #expect(try #require(error).description.contains("tensor '\(early)'"))
    }
  }
}
