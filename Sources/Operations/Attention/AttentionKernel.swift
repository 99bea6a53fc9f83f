/// Attention with heads of `headDimension` values: softmax(q · kᵀ) · v for some queries and some heads.
///
/// A token is a pixel. The lanes of a vector are queries, so no reduction crosses lanes. The input is
/// `[token][inputPitch]` with queries, keys and values side by side, `channels` of each; the output is
/// `[token][outputPitch]`. The order of operations is that of the reference. The output overlaps no
/// operand.
package struct AttentionKernel: UnweightedKernel {
  /// All memory is the caller's and is not kept after the call; pointers need the alignment of
  /// `Float` only.
  ///
  /// - Parameters:
  ///   - firstQuery: the first token to compute.
  ///   - endQuery: the token to stop before.
  ///   - tokens: all tokens; at least one.
  ///   - firstHead: the first head to compute.
  ///   - endHead: the head to stop before.
  ///   - channels: `headDimension` · the number of all heads.
  ///   - input: the first value of token 0, single precision.
  ///   - inputPitch: values from one token of the input to the next.
  ///   - scratch: `scratchElements(tokens:)` values of single precision that no other call uses meanwhile;
  ///     whatever they hold before.
  ///   - output: the first value of token 0, whatever `firstQuery` is; single precision. Only the given
  ///     queries and heads are written.
  ///   - outputPitch: values from one token of the output to the next.
  package typealias Function =
    @Sendable (
      _ firstQuery: Int, _ endQuery: Int, _ tokens: Int, _ firstHead: Int, _ endHead: Int,
      _ channels: Int,
      _ input: UnsafeRawPointer, _ inputPitch: Int,
      _ scratch: UnsafeMutableRawPointer,
      _ output: UnsafeMutableRawPointer, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  /// Values per head.
  package let headDimension: Int
  /// Keys of the register tile of the first product.
  package let tileKeys: Int
  /// Vectors of queries of the register tile.
  package let tileVectors: Int
  /// The part of the scratch memory that does not depend on the number of tokens, in values.
  package let scratchBase: Int
  /// The part of the scratch memory that each token adds, in values.
  package let scratchPerToken: Int
  package let registers: Int
  /// Loads per multiply-add of two vectors in the innermost loop.
  package let loadsPerMultiplyAdd: Double
  /// The generated function.
  package let function: Function

  /// A descriptor; see its properties.
  package init(
    name: String, instructionSet: InstructionSet, headDimension: Int, tileKeys: Int,
    tileVectors: Int, scratchBase: Int, scratchPerToken: Int,
    registers: Int, loadsPerMultiplyAdd: Double, function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.headDimension = headDimension
    self.tileKeys = tileKeys
    self.tileVectors = tileVectors
    self.scratchBase = scratchBase
    self.scratchPerToken = scratchPerToken
    self.registers = registers
    self.loadsPerMultiplyAdd = loadsPerMultiplyAdd
    self.function = function
  }

  /// The scratch memory that a call on `tokens` tokens needs, in values.
  package func scratchElements(tokens: Int) -> Int {
    scratchBase + scratchPerToken * tokens
  }

  package var operands: KernelOperands { KernelOperands() }

  package func scratchBytes(on input: FeatureShape) -> Int {
    scratchElements(tokens: input.pixels) * MemoryLayout<Float>.stride
  }

  /// One task per head.
  package func taskCount(on input: FeatureShape, workers _: Int) -> Int {
    input.channels / 3 / headDimension
  }

  package func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces) {
    let channels = input.channels / 3
    let heads = share(part, of: parts, count: channels / headDimension)
    guard !heads.isEmpty else { return }
    guard let scratch = places.scratch else { preconditionFailure("\(name) needs scratch memory") }
    function(
      0, input.pixels, input.pixels, heads.lowerBound, heads.upperBound, channels,
      places.input.values, places.input.pixelStride, scratch, places.output, places.outputPitch)
  }
}
