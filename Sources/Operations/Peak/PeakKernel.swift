/// Nothing but multiply-adds on registers: the peak of the instruction set on this machine, with which the
/// speed of the other kernels is compared.
package struct PeakKernel: Kernel {
  /// All memory is the caller's and is not kept after the call; pointers need the alignment of
  /// `Float` only.
  ///
  /// - Parameters:
  ///   - turns: how many products every sum takes.
  ///   - values: `sums` + 2 vectors: two factors, which are read, then the sums, which are read and
  ///     written.
  package typealias Function =
    @Sendable (
      _ turns: Int, _ values: UnsafeMutableRawPointer
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  package let precision: Precision
  /// Independent sums: enough for every multiply-add unit to start one per cycle.
  package let sums: Int
  package let registers: Int
  /// The generated function.
  package let function: Function

  /// A descriptor; see its properties.
  package init(
    name: String, instructionSet: InstructionSet, precision: Precision = .f32, sums: Int,
    registers: Int, function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.precision = precision
    self.sums = sums
    self.registers = registers
    self.function = function
  }

  package var operands: KernelOperands { KernelOperands() }

  /// Values at the function's pointer, in single precision.
  package var elements: Int { (sums + 2) * instructionSet.lanes }

  /// Multiply-adds of single values in one turn.
  package var multiplyAddsPerTurn: Int {
    sums * instructionSet.lanes * precision.channelsPerLane
  }
}

/// A loop of one worker that does nothing but multiply-adds.
package struct PackedPeak: Sendable {
  private let kernel: PeakKernel

  /// Two factors, then the sums.
  private let operands: AlignedBuffer

  /// The loop of `kernel`, with sums that stay finite however long it runs.
  package init(_ kernel: PeakKernel) {
    self.kernel = kernel
    operands = AlignedBuffer(byteCount: kernel.elements * MemoryLayout<Float>.stride)
    operands.values(as: Float.self).update(repeating: 0x1p-20)
  }

  /// Adds `turns` products to every sum; for one thread at a time.
  package func run(turns: Int) {
    kernel.function(turns, operands.pointer)
  }
}
