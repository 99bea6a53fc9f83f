/// The elementwise sum of two feature maps. No kernel computes it alone: it is always the epilogue of the
/// operation before.
package struct Sum: Operation {
  /// The sum; it has no constants.
  package init() {}

  package var second: SecondOperand { .map }
  package var asEpilogue: Epilogue? { .residual }
  package var summary: String { "add" }
  package var kind: String { "sum" }
  package static var words: [String] { ["add"] }

  package static func parse(
    word _: String, _: ProblemFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? { Sum() }

  package func notation(on input: FeatureShape) -> String { "add:\(input.notation)" }

  package func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    let places = operands.places(ofRow: row)
    FastViTOperations.add(
      operands.input.span.extracting(places), operands.second.span.extracting(places),
      into: &output)
  }

  package func chosen(
    for _: OperationProblem, on _: InstructionSet, in _: KernelCatalogue
  ) -> (any ChosenKernels)? { nil }

  package func candidates(
    for _: OperationProblem, on _: InstructionSet, in _: KernelCatalogue, all _: Bool
  ) -> [any ChosenKernels] { [] }
}

extension Operation where Self == Sum {
  /// The elementwise sum of two feature maps; see `Sum`.
  package static var add: Sum { Sum() }
}
