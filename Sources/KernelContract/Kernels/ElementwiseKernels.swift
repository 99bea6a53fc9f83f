/// The mean of every channel over all pixels: summed in ascending order, then divided by their number.
package struct PoolingKernel: Kernel {
  /// - Parameters:
  ///   - pixels: at least one.
  ///   - vectors: vectors of channels.
  ///   - input: `[pixel][pitch]`.
  ///   - output: `vectors` vectors.
  package typealias Function =
    @Sendable (
      _ pixels: Int, _ vectors: Int, _ input: UnsafePointer<Float>, _ inputPitch: Int,
      _ output: UnsafeMutablePointer<Float>
    ) -> Void

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
}

/// Multiplies every pixel by one factor a channel, then applies an activation or none.
package struct ScalingKernel: Kernel {
  /// - Parameters:
  ///   - input: `[pixel][pitch]`.
  ///   - factors: `vectors` vectors.
  ///   - output: `[pixel][pitch]`; overlaps no operand.
  package typealias Function =
    @Sendable (
      _ pixels: Int, _ vectors: Int, _ input: UnsafePointer<Float>, _ inputPitch: Int,
      _ factors: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  /// Applied to the product; nil where the product is the result.
  package let activation: Activation?
  package let registers: Int
  package let function: Function

  package init(
    name: String, instructionSet: InstructionSet, activation: Activation?, registers: Int,
    function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.activation = activation
    self.registers = registers
    self.function = function
  }
}

/// Applies an activation to every value.
package struct ActivationKernel: Kernel {
  /// - Parameters:
  ///   - input: `[pixel][pitch]`.
  ///   - output: `[pixel][pitch]`; overlaps no operand.
  package typealias Function =
    @Sendable (
      _ pixels: Int, _ vectors: Int, _ input: UnsafePointer<Float>, _ inputPitch: Int,
      _ output: UnsafeMutablePointer<Float>, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  package let activation: Activation
  package let registers: Int
  package let function: Function

  package init(
    name: String, instructionSet: InstructionSet, activation: Activation, registers: Int,
    function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.activation = activation
    self.registers = registers
    self.function = function
  }
}

/// Moves a map between the caller's planar layout and the padded channels-last one.
package struct LayoutKernel: Kernel {
  package enum Direction: String, Sendable, Hashable, CaseIterable {
    /// `[channel][pixel]` to `[pixel][pitch]`; surplus lanes up to the alignment become zero.
    case fromPlanar
    /// `[pixel][pitch]` to `[channel][pixel]`.
    case toPlanar
  }

  /// - Parameters:
  ///   - pixels: pixels to move.
  ///   - channels: real channels.
  ///   - input: planar or padded, by direction.
  ///   - inputPitch: values from one channel to the next (planar) or one pixel to the next.
  ///   - output: the other layout; overlaps no operand.
  package typealias Function =
    @Sendable (
      _ pixels: Int, _ channels: Int, _ input: UnsafePointer<Float>, _ inputPitch: Int,
      _ output: UnsafeMutablePointer<Float>, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  package let direction: Direction
  package let registers: Int
  package let function: Function

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
}
