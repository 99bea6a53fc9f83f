/// The mean of every channel over all pixels: summed in ascending order, then divided by their number.
package struct PoolingKernel: UnweightedKernel {
  /// All memory is the caller's and is not kept after the call; pointers need the alignment of
  /// `Float` only.
  ///
  /// - Parameters:
  ///   - pixels: how many; at least one.
  ///   - vectors: vectors of channels, all lanes of which are read.
  ///   - input: `[pixel][inputPitch]`, single precision.
  ///   - inputPitch: values from one pixel of the input to the next.
  ///   - output: one value per lane of the `vectors` vectors, single precision; overlaps no operand.
  package typealias Function =
    @Sendable (
      _ pixels: Int, _ vectors: Int, _ input: UnsafeRawPointer, _ inputPitch: Int,
      _ output: UnsafeMutableRawPointer
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  package let registers: Int
  /// The generated function.
  package let function: Function

  /// A descriptor; see its properties.
  package init(
    name: String, instructionSet: InstructionSet, registers: Int, function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.registers = registers
    self.function = function
  }

  package var operands: KernelOperands { KernelOperands() }

  /// One task: to share out so little work would take longer than the work.
  package func taskCount(on _: FeatureShape, workers _: Int) -> Int { 1 }

  package func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces) {
    let mine = share(part, of: parts, count: vectors(input.channels))
    guard !mine.isEmpty else { return }
    let first = mine.lowerBound * instructionSet.lanes
    function(
      input.pixels, mine.count, places.input.values.advanced(floats: first),
      places.input.pixelStride, places.output.advanced(floats: first))
  }
}
