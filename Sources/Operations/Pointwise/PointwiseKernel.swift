/// A matrix product on the pixels of a channels-last feature map, with an epilogue. The rows of the matrix
/// are pixels.
///
/// The packed operands, with `width` = `vectors` · lanes and `group` = `precision.channelsPerLane`:
///
/// - weights: `[panel][depth / group][width][group]`, of `precision.weights`
/// - bias: `[panel][width]`, single precision
///
/// Each output starts from its bias and takes its products in the order of the precision: in single precision
/// one fused multiply-add per input channel, ascending. A kernel computes whole panels; the caller
/// splits a layer whose width is no multiple of `width` into segments of panels of several kernels (see
/// `PackedPointwise`). Input, residual and output are `[row][pitch]`; the output overlaps no operand. The last
/// tile of rows overlaps the one before, so any number of rows works.
package struct PointwiseKernel: Kernel {
  /// All memory is the caller's and is not kept after the call; pointers need the alignment of
  /// `Float` only.
  ///
  /// - Parameters:
  ///   - rows: pixels; may be zero.
  ///   - panels: groups of `vectors` · lanes output channels; may be zero.
  ///   - depth: input channels that are read; at least one.
  ///   - input: the first row, single precision.
  ///   - inputPitch: values from one row of the input to the next.
  ///   - weights: packed; those of the first panel.
  ///   - bias: packed; that of the first panel.
  ///   - residual: the first row of the feature map to add, single precision; nil unless the epilogue is
  ///     `residual`.
  ///   - residualPitch: values from one row of the residual to the next.
  ///   - output: the first row, single precision; all lanes of the panels are written.
  ///   - outputPitch: values from one row of the output to the next.
  package typealias Function =
    @Sendable (
      _ rows: Int, _ panels: Int, _ depth: Int,
      _ input: UnsafeRawPointer, _ inputPitch: Int,
      _ weights: UnsafeRawPointer, _ bias: UnsafeRawPointer,
      _ residual: UnsafeRawPointer?, _ residualPitch: Int,
      _ output: UnsafeMutableRawPointer, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  package let precision: Precision
  /// Rows of the register tile. A call with fewer rows computes them one at a time.
  package let rows: Int
  /// Vectors of output channels of the register tile.
  package let vectors: Int
  package let epilogue: Epilogue
  package let registers: Int
  /// Loads per multiply-add of two vectors in the innermost loop.
  package let loadsPerMultiplyAdd: Double
  /// The generated function.
  package let function: Function

  /// A descriptor; see its properties.
  package init(
    name: String, instructionSet: InstructionSet, precision: Precision = .f32, rows: Int,
    vectors: Int, epilogue: Epilogue, registers: Int, loadsPerMultiplyAdd: Double,
    function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.precision = precision
    self.rows = rows
    self.vectors = vectors
    self.epilogue = epilogue
    self.registers = registers
    self.loadsPerMultiplyAdd = loadsPerMultiplyAdd
    self.function = function
  }

  /// Output channels of one panel.
  package var panelWidth: Int { vectors * instructionSet.lanes }

  package var operands: KernelOperands {
    KernelOperands(
      weights: OperandDescription(
        precision.weights, .panels(width: panelWidth, group: precision.channelsPerLane)),
      bias: OperandDescription(.f32, .channels), second: epilogue == .residual ? .map : nil)
  }
}
