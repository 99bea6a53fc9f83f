/// Layer normalisation over each pixel's channels, in the order of `layerNormalisation`.
///
/// The packed operands are three arrays of `vectors` vectors each, one after the other: the scales, the
/// shifts, and 1 for a channel that is real, 0 for a surplus one. After them comes ε.
package struct NormalisationKernel: Kernel {
  /// - Parameters:
  ///   - pixels: may be zero.
  ///   - vectors: vectors of channels, with the surplus: a multiple of 16 values.
  ///   - channels: real channels.
  ///   - input: `[pixel][inputPitch]`, single precision; surplus lanes are zero.
  ///   - inputPitch: values from one pixel of the input to the next.
  ///   - weights: the packed operands.
  ///   - output: `[pixel][outputPitch]`; overlaps no operand.
  ///   - outputPitch: values from one pixel of the output to the next.
  package typealias Function =
    @Sendable (
      _ pixels: Int, _ vectors: Int, _ channels: Int,
      _ input: UnsafeRawPointer, _ inputPitch: Int, _ weights: UnsafeRawPointer,
      _ output: UnsafeMutableRawPointer, _ outputPitch: Int
    ) -> Void

  /// Partial sums of a sum over channels, whatever the instruction set.
  package static let partialSums = 16

  package let name: String
  package let instructionSet: InstructionSet
  package let registers: Int
  package let function: Function

  package init(
    name: String, instructionSet: InstructionSet, registers: Int, function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.registers = registers
    self.function = function
  }

  package var operands: KernelOperands {
    KernelOperands(
      weights: OperandDescription(.f32, .channels), bias: OperandDescription(.f32, .channels))
  }
}
