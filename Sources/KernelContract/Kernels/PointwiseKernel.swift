/// A matrix product on the rows of a channels-last map, and what is done with each finished sum.
///
/// The packed operands, with `width` = `vectors` · lanes:
///
/// - weights: `[panel][depth][width]`
/// - bias: `[panel][width]`
///
/// Each output starts from its bias and takes one fused multiply-add an input channel, in ascending
/// order. A kernel computes whole panels; a layer whose width is no multiple of `width` is split by the
/// caller into runs of panels of several kernels (see `PackedPointwise`). Input, residual and output
/// are `[row][pitch]`; the output overlaps no operand. The last tile of rows overlaps the one before,
/// so any number of rows works.
package struct PointwiseKernel: Kernel {
  /// - Parameters:
  ///   - rows: pixels; may be zero.
  ///   - panels: groups of `vectors` · lanes output channels; may be zero.
  ///   - depth: input channels that are read; at least one.
  ///   - residual: read by `Epilogue.residual` only, and only there not nil.
  package typealias Function =
    @Sendable (
      _ rows: Int, _ panels: Int, _ depth: Int,
      _ input: UnsafePointer<Float>, _ inputPitch: Int,
      _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
      _ residual: UnsafePointer<Float>?, _ residualPitch: Int,
      _ output: UnsafeMutablePointer<Float>, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  /// Rows of the register tile. A call with fewer rows computes them one at a time.
  package let rows: Int
  /// Vectors of the register tile.
  package let vectors: Int
  package let epilogue: Epilogue
  package let registers: Int
  /// Loads for every multiply-add of two vectors in the innermost loop.
  package let loadsPerMultiplyAdd: Double
  package let function: Function

  package init(
    name: String, instructionSet: InstructionSet, rows: Int, vectors: Int, epilogue: Epilogue,
    registers: Int, loadsPerMultiplyAdd: Double, function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.rows = rows
    self.vectors = vectors
    self.epilogue = epilogue
    self.registers = registers
    self.loadsPerMultiplyAdd = loadsPerMultiplyAdd
    self.function = function
  }

  /// Output channels of one panel.
  package var panelWidth: Int { vectors * instructionSet.lanes }
}
