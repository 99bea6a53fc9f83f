/// Applies an activation function to every value.
package struct ActivationKernel: UnweightedKernel {
  /// All memory is the caller's and is not kept after the call; pointers need the alignment of
  /// `Float` only.
  ///
  /// - Parameters:
  ///   - pixels: how many; may be zero.
  ///   - vectors: vectors of channels of each pixel, all lanes of which are read and written.
  ///   - input: `[pixel][inputPitch]`, single precision.
  ///   - inputPitch: values from one pixel of the input to the next.
  ///   - output: `[pixel][outputPitch]`, single precision; overlaps no operand.
  ///   - outputPitch: values from one pixel of the output to the next.
  package typealias Function =
    @Sendable (
      _ pixels: Int, _ vectors: Int, _ input: UnsafeRawPointer, _ inputPitch: Int,
      _ output: UnsafeMutableRawPointer, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  /// The function that is applied.
  package let activation: ActivationFunction
  package let registers: Int
  /// The generated function.
  package let function: Function

  /// A descriptor; see its properties.
  package init(
    name: String, instructionSet: InstructionSet, activation: ActivationFunction, registers: Int,
    function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.activation = activation
    self.registers = registers
    self.function = function
  }

  package var operands: KernelOperands { KernelOperands() }

  package func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces) {
    let mine = share(part, of: parts, count: input.pixels)
    guard !mine.isEmpty else { return }
    function(
      mine.count, vectors(input.channels),
      places.input.values.advanced(floats: mine.lowerBound * places.input.pixelStride),
      places.input.pixelStride,
      places.output.advanced(floats: mine.lowerBound * places.outputPitch),
      places.outputPitch)
  }
}
