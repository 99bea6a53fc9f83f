/// Attention with heads of 32 dimensions: softmax(q · kᵀ) · v for some queries and some heads.
///
/// The lanes of a vector are queries, so no reduction crosses lanes. Input is `[token][pitch]` with
/// queries, keys and values side by side, `channels` of each; output is `[token][pitch]`. The order of
/// operations is that of the reference. The output overlaps no operand.
package struct AttentionKernel: Kernel {
  /// - Parameters:
  ///   - firstQuery: the first token to compute.
  ///   - endQuery: the token to stop before.
  ///   - tokens: all tokens; at least one.
  ///   - firstHead: the first head to compute.
  ///   - endHead: the head to stop before.
  ///   - channels: 32 · the number of all heads.
  ///   - scratch: `scratchElements(tokens:)` values that nobody else uses during the call.
  ///   - output: token 0, whatever `firstQuery` is.
  package typealias Function =
    @Sendable (
      _ firstQuery: Int, _ endQuery: Int, _ tokens: Int, _ firstHead: Int, _ endHead: Int,
      _ channels: Int,
      _ input: UnsafePointer<Float>, _ inputPitch: Int,
      _ scratch: UnsafeMutablePointer<Float>,
      _ output: UnsafeMutablePointer<Float>, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  package let headDimension: Int
  /// Keys of the register tile of the first product.
  package let tileKeys: Int
  /// Vectors of queries of the register tile.
  package let tileVectors: Int
  /// Values of scratch whatever the number of tokens.
  package let scratchBase: Int
  /// Values of scratch for every token.
  package let scratchPerToken: Int
  package let registers: Int
  /// Loads for every multiply-add of two vectors in the innermost loop.
  package let loadsPerMultiplyAdd: Double
  package let function: Function

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

  /// Values of scratch that a call on `tokens` tokens needs.
  package func scratchElements(tokens: Int) -> Int {
    scratchBase + scratchPerToken * tokens
  }
}
