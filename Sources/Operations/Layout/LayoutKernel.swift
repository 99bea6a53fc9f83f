/// Moves a feature map between the caller's planar layout and the padded channels-last one.
package struct LayoutKernel: UnweightedKernel {
  /// Which layout is read, and which is written.
  package enum Direction: String, Sendable, Hashable, CaseIterable {
    /// `[channel][pixel]` to `[pixel][pitch]`; surplus lanes up to the alignment become zero.
    case fromPlanar
    /// `[pixel][pitch]` to `[channel][pixel]`.
    case toPlanar
  }

  /// All memory is the caller's and is not kept after the call; pointers need the alignment of
  /// `Float` only.
  ///
  /// - Parameters:
  ///   - pixels: how many pixels to move.
  ///   - channels: real channels, without the surplus.
  ///   - input: planar or padded, by direction; single precision.
  ///   - inputPitch: values from one channel to the next (planar) or one pixel to the next.
  ///   - output: in the other layout; single precision. Overlaps no operand.
  ///   - outputPitch: values from one pixel to the next, or from one channel to the next (planar).
  package typealias Function =
    @Sendable (
      _ pixels: Int, _ channels: Int, _ input: UnsafeRawPointer, _ inputPitch: Int,
      _ output: UnsafeMutableRawPointer, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  /// Which layout is read, and which is written.
  package let direction: Direction
  package let registers: Int
  /// The generated function.
  package let function: Function

  /// A descriptor; see its properties.
  package init(
    name: String, instructionSet: InstructionSet, direction: Direction, registers: Int,
    function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.direction = direction
    self.registers = registers
    self.function = function
  }

  package var operands: KernelOperands {
    let planar = OperandDescription(.f32, .planar)
    return direction == .fromPlanar
      ? KernelOperands(input: planar) : KernelOperands(output: planar)
  }

  package func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces) {
    let mine = share(part, of: parts, count: input.pixels)
    guard !mine.isEmpty else { return }
    let isFromPlanar = direction == .fromPlanar
    let source = places.input
    function(
      mine.count, input.channels,
      source.values.advanced(floats: mine.lowerBound * source.pixelStride),
      isFromPlanar ? source.channelStride : source.pixelStride,
      places.output.advanced(floats: mine.lowerBound * (isFromPlanar ? places.outputPitch : 1)),
      places.outputPitch)
  }
}
