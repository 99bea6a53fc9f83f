/// The kernels of one operation, before its weights are packed for them.
package protocol ChosenKernels: Sendable {
  /// The kernels' names, as `Operation.chosen(names:for:on:in:)` reads them.
  var names: [String] { get }

  /// The instruction set that the kernels are generated for.
  var instructionSet: InstructionSet { get }

  /// Bytes of the packed weights and biases.
  var operandBytes: Int { get }

  /// Whether tiles of the kernels, rather than single pixels, cover `problem`.
  func fits(_ problem: OperationProblem) -> Bool

  /// Packs the operation's weights.
  ///
  /// - Parameters:
  ///   - source: gives the weights; not asked where the operation has none.
  ///   - buffer: where the packed operands go, `operandBytes` zeros; memory of its own if nil.
  /// - Throws: what `source` throws.
  func pack<Source: WeightSource>(
    _ source: Source, into buffer: AlignedBuffer?
  ) throws(Source.Failure) -> any PackedOperation
}

extension ChosenKernels {
  package func fits(_: OperationProblem) -> Bool { true }
}

/// Why a choice of kernels or of a step's cut cannot be followed.
package struct ChoiceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What the choice has.
  package let found: String
  /// What a choice that can be followed has.
  package let expected: String

  /// An error; see its properties.
  package init(found: String, expected: String) {
    self.found = found
    self.expected = expected
  }

  /// Both, in one line, without the file and place.
  package var description: String { "found \(found), expected \(expected)" }
}

/// The weights of one operation, computed on demand.
package protocol WeightSource: Sendable {
  /// Why weights cannot be computed.
  associatedtype Failure: Error

  /// Calls `body` with ranges of output channels, which together cover each channel once in ascending order;
  /// with their weights, `[output][input of the group][ky][kx]`; and with their biases.
  func forEachOutputRange(
    _ body: (_ outputs: Range<Int>, [Float], [Float]) -> Void
  ) throws(Failure)
}

extension WeightSource {
  /// The weights and biases of all output channels.
  package func all() throws(Failure) -> (weights: [Float], bias: [Float]) {
    var weights: [Float] = []
    var bias: [Float] = []
    try forEachOutputRange { _, someWeights, someBias in
      weights += someWeights
      bias += someBias
    }
    return (weights, bias)
  }
}

/// Weights that exist already.
package struct GivenWeights: WeightSource {
  private let weights: [Float]
  private let bias: [Float]

  /// - Parameters:
  ///   - weights: `[output][input of the group][ky][kx]`.
  ///   - bias: one value per output.
  package init(_ weights: [Float], _ bias: [Float]) {
    self.weights = weights
    self.bias = bias
  }

  package func forEachOutputRange(
    _ body: (_ outputs: Range<Int>, [Float], [Float]) -> Void
  ) throws(Never) {
    body(bias.indices, weights, bias)
  }
}
